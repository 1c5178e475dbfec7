"""Rule files: none is loaded without everything that people need to know about it."""

import re
from pathlib import Path

import pytest

from brp_signals.base.errors import InternalFailure
from brp_signals.base.rule_files import load_rules, parse_rule
from brp_signals.base.warehouse import resource

FILE = next((resource("sql") / "rules").glob("l_03_*.sql"))
TEXT = FILE.read_text(encoding="utf-8")


def test_every_rule_of_the_project_loads_in_the_order_of_its_code() -> None:
    codes = [rule.code for rule in load_rules(resource("sql") / "rules")]
    assert codes == sorted(codes)
    assert len(codes) == len(list((resource("sql") / "rules").glob("*.sql")))


FIELDS = re.findall(r"^([a-z_]+) = ", TEXT, re.MULTILINE)[:-1]


@pytest.mark.parametrize("field", FIELDS)
def test_a_missing_field_is_refused(field: str) -> None:
    without = re.sub(rf"^{field} = (\[\n(?:    .*\n)*\]|.*)$", "", TEXT, count=1, flags=re.MULTILINE)
    assert without != TEXT
    with pytest.raises(InternalFailure, match=f"{FILE.name}: {field} is missing"):
        parse_rule(FILE.name, without)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.replace("/*", "--", 1), "opening"),
        (lambda text: text.replace('level = "active"', 'level = "loud"'), "level must be one of"),
        (lambda text: text.replace('level = "active"', "level = active"), "not valid TOML"),
        (lambda text: text.replace("priority = 6", 'priority = 6\ncolour = "red"'), "colour is not a field"),
        (lambda text: text.replace('code = "L-03"', 'code = "L-33"'), "must begin with its code"),
        (lambda text: text.split("*/")[0] + "*/\n", "statement that yields evidence is missing"),
        (
            lambda text: re.sub(r"innocent_nl = \[\n.*\n.*\n\]", 'innocent_nl = ["Een."]', text),
            "at least 2 innocent explanations",
        ),
        (lambda text: re.sub(r"\[reads\]\n.*\n", "[reads]\n", text), "reads is missing"),
    ],
)
def test_a_wrong_file_is_refused_by_name(change, sentence: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InternalFailure, match=sentence) as problem:
        parse_rule(FILE.name, change(TEXT))
    assert FILE.name in str(problem.value)


def test_a_circumstance_has_a_name_and_nothing_else_has() -> None:
    named = TEXT.replace("priority = 6", 'priority = 6\ncircumstance_nl = "kort"')
    with pytest.raises(InternalFailure, match="circumstance_nl is not a field"):
        parse_rule(FILE.name, named)
    circumstance = TEXT.replace('level = "active"', 'level = "circumstance"')
    with pytest.raises(InternalFailure, match="circumstance_nl is missing"):
        parse_rule(FILE.name, circumstance)


def test_two_files_with_one_code(tmp_path: Path) -> None:
    (tmp_path / "l_03_one.sql").write_text(TEXT, encoding="utf-8")
    (tmp_path / "l_03_two.sql").write_text(TEXT, encoding="utf-8")
    with pytest.raises(InternalFailure, match="same rule code"):
        load_rules(tmp_path)


def test_an_override_replaces_a_file(tmp_path: Path) -> None:
    (tmp_path / FILE.name).write_text(TEXT, encoding="utf-8")
    changed = TEXT.replace("Verzuimmelding na vertrek", "Anders")
    assert load_rules(tmp_path, {FILE.name: changed})[0].title_nl == "Anders"
