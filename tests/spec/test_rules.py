"""Every spec holds, for the naive reference and for the engine alike.

Children do not influence one another (I-9), so all cases with the same reference date and settings run as one population.
"""

from collections.abc import Callable
from datetime import date
from functools import cache

import pytest

from brp_signals.rule_files import load_rules
from brp_signals.warehouse import resource
from tests.reference.model import evaluate
from tests.reference.shapes import Decision, Delivery, Result, Settings
from tests.spec.builders import Outcome, decisions_of, delivery_of, expectations_of, settings_of
from tests.spec.notation import SPECS, Case, read_specs
from tests.support.engine import run_engine

ALL_SPECS = read_specs()
ALL_CASES = [case for spec in ALL_SPECS for case in spec.cases]

Runner = Callable[[Delivery, date, Settings, list[Decision]], Result]
RUNNERS: dict[str, Runner] = {"reference": evaluate, "engine": run_engine}


def group_of(case: Case) -> str:
    """Cases with the same group may run as one population."""
    return f"{case.reference_date} {case.settings}"


@cache
def outcome(runner: str, group: str) -> Outcome:
    """The result of all cases of one group together."""
    cases = [case for case in ALL_CASES if group_of(case) == group]
    delivery = Delivery()
    decisions: list[Decision] = []
    for case in cases:
        delivery += delivery_of(case)
        decisions += decisions_of(case)
    result = RUNNERS[runner](delivery, cases[0].reference_date, settings_of(cases[0]), decisions)
    return Outcome(result)


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: f"{case.spec}: {case.title}")
def test_case(case: Case, runner: str) -> None:
    assert outcome(runner, group_of(case)).differences(expectations_of(case)) == []


def test_every_rule_file_has_a_spec_with_its_title() -> None:
    rules = {rule.code: rule.title_nl for rule in load_rules(resource("sql") / "rules")}
    specs = {spec.name: spec.title for spec in ALL_SPECS if (SPECS / "rules" / f"{spec.name}.yaml").exists()}
    assert specs == rules


def test_every_suppressor_query_has_a_spec() -> None:
    queries = {path.stem[:4].upper().replace("_", "-") for path in (resource("sql") / "cases").glob("s_0*.sql")}
    specs = {path.stem for path in (SPECS / "suppressors").glob("*.yaml")}
    assert queries <= specs


@pytest.mark.parametrize("spec", [s for s in ALL_SPECS if s.name[1:2] == "-"], ids=lambda spec: spec.name)
def test_every_rule_and_suppressor_shows_both_that_it_holds_and_that_it_does_not(spec: object) -> None:
    rows = [row for case in spec.cases for row in expectations_of(case)]  # type: ignore[attr-defined]
    name = spec.name  # type: ignore[attr-defined]
    hits = [
        name in {line[0] for line in row.evidence} or row.cells.get("suppressor") == name for row in rows
    ]
    assert name in ("S-05", "S-06") or (any(hits) and not all(hits))
