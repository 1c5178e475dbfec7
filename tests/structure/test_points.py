"""Every rule that is weighed has points, and every piece with points can be found; a piece without points weighs
nothing, and nobody would notice.
"""

import re

import pytest
from sqlglot import exp

from brp_signals.base.config import points_table
from brp_signals.base.rule_files import AGAINST, Rule, load_rules
from tests.structure.sql_tables import SQL, parsed

RULES = {rule.code: rule for rule in load_rules(SQL / "rules")}
PIECES = tuple(points_table()["pieces"])
WEIGHED = ("active", "passive", AGAINST)
#: A piece that is no rule's: the register itself says it.
WITHOUT_RULE = "unknown-destination"


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_a_rule_has_points_when_its_level_is_weighed_and_none_otherwise(rule: Rule) -> None:
    must = "needs a" if rule.level in WEIGHED else "must have no"
    told = f'{rule.code}, of level {rule.level}, {must} piece [pieces."{rule.code}"] in sql/weigh/points.toml'
    assert (rule.code in PIECES) == (rule.level in WEIGHED), told


@pytest.mark.parametrize("piece", PIECES)
def test_points_are_of_a_rule_that_exists(piece: str) -> None:
    assert piece == WITHOUT_RULE or piece.partition(":")[0] in RULES, f"sql/rules holds no rule for the piece {piece}"


def test_every_strength_has_points_and_every_strength_with_points_is_looked_for() -> None:
    """`L-03:again` is put together of a rule's code and `:again`; other strengths are written out in the statement."""
    texts = {text.this for text in parsed(SQL / "cases/weighable.sql").find_all(exp.Literal) if text.is_string}
    endings = {text for text in texts if re.fullmatch(r":[a-z-]+", text)}
    written = {text for text in texts if text == WITHOUT_RULE or re.fullmatch(r"[A-Z]-\d\d:[a-z0-9-]+", text)}
    strengths = {piece for piece in PIECES if piece not in RULES}
    assert written <= strengths
    assert {f":{piece.partition(':')[2]}" for piece in strengths - written} == endings
