"""Every spec holds, for the naive reference and for the engine alike.

Children do not influence one another (I-9), so all cases with the same reference date and settings run as one
population.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from brp_signals.base.dates import parse_register_date
from brp_signals.base.rule_files import load_rules
from brp_signals.base.warehouse import Warehouse, resource
from tests.reference.dates import register_date
from tests.reference.model import evaluate
from tests.reference.shapes import Decision, Delivery, Result, Settings
from tests.reference.window import compulsory_window
from tests.spec.builders import Outcome, decisions_of, delivery_of, expectations_of, settings_of
from tests.spec.notation import NONE, SPECS, Case, Spec, digits, iso_date, read_specs
from tests.support.engine import run_engine

ALL_SPECS = read_specs()
ALL_CASES = [case for spec in ALL_SPECS for case in spec.cases]
RULE_SPECS = [spec for spec in ALL_SPECS if (SPECS / "rules" / f"{spec.name}.yaml").exists()]

Runner = Callable[[Delivery, date, Settings, list[Decision]], Result]
RUNNERS: dict[str, Runner] = {"reference": evaluate, "engine": run_engine}


@cache
def outcome(runner: str, group: str) -> Outcome:
    """The result of all cases of one group together."""
    cases = [case for case in ALL_CASES if case.group == group]
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
    found = outcome(runner, case.group).differences(expectations_of(case))
    told = "\n".join([f'{case.spec}, case {case.number} "{case.title}", by the {runner}:', *found])
    assert not found, told


@pytest.mark.parametrize("group", sorted({case.group for case in ALL_CASES}))
def test_departures_in_view_and_elsewhere_are_counted_alike(group: str) -> None:
    names = ("in_view", "suspended", "out_of_scope", "municipality_unknown", "without_sign")
    engine, reference = (outcome(runner, group).counts for runner in ("engine", "reference"))
    assert {name: engine[name] for name in names} == {name: reference[name] for name in names}


def test_every_rule_file_has_a_spec_with_its_title() -> None:
    rules = {rule.code: rule.title_nl for rule in load_rules(resource("sql") / "rules")}
    specs = {spec.name: spec.title for spec in RULE_SPECS}
    for code in sorted(rules.keys() | specs.keys()):
        wanted = f"tests/spec/rules/{code}.yaml needs the title that the rule of {code} has in sql/rules"
        assert specs.get(code) == rules.get(code), wanted


def test_every_suppressor_query_has_a_spec() -> None:
    files = (resource("sql") / "cases").glob("s_*.sql")
    queries = {path.stem[:4].upper().replace("_", "-") for path in files}
    specs = {path.stem for path in (SPECS / "suppressors").glob("*.yaml")}
    queries |= set(re.findall(r"'(S-\d\d)'", (resource("sql") / "cases" / "absence_suppressors.sql").read_text()))
    missing = sorted(queries - specs)
    assert not missing, f"tests/spec/suppressors needs a file of cases for {', '.join(missing)}"


@pytest.mark.parametrize("spec", RULE_SPECS, ids=lambda spec: spec.name)
def test_every_rule_shows_both_that_it_fires_and_that_it_stays_silent(spec: Spec) -> None:
    rows = [row for case in spec.cases for row in expectations_of(case)]
    fires = [spec.name in {line[0] for line in (*row.evidence, *(row.against or ()))} for row in rows]
    assert any(fires), f"tests/spec/rules/{spec.name}.yaml needs a child with {spec.name} under `→ evidence`"
    assert not all(fires), f"tests/spec/rules/{spec.name}.yaml needs a child of whom {spec.name} says nothing"


WINDOWS = [row for spec in ALL_SPECS for row in spec.windows]


@pytest.mark.parametrize("row", WINDOWS, ids=lambda row: f"born {row['born']}")
def test_window_of_the_reference(row: dict[str, str]) -> None:
    window = compulsory_window(register_date(digits(row["born"])), Settings())
    assert (window and window.duty_from, window and window.duty_until) == bounds(row)


def test_windows_of_the_engine(tmp_path: Path) -> None:
    persons = []
    for row in WINDOWS:
        born = parse_register_date(digits(row["born"]))
        assert born is not None
        persons.append((row["#"], born.earliest, born.latest))
    found = windows_of_the_engine(tmp_path, persons)
    for row in WINDOWS:
        assert found.get(row["#"], (None, None, None)) == (*bounds(row), day_or_none(row["leerplicht_until"]))


def bounds(row: dict[str, str]) -> tuple[date | None, date | None]:
    """Begin and end of the window that a row of the table expects."""
    return day_or_none(row["duty_from"]), day_or_none(row["duty_until"])


def day_or_none(cell: str) -> date | None:
    """A complete date, or `–`."""
    return None if cell == NONE else iso_date(cell)


def windows_of_the_engine(folder: Path, persons: list[tuple[str, date, date]]) -> dict[str, tuple[date, date, date]]:
    """What `sql/facts/windows.sql` makes of people born between two days."""
    born = {"person_id": "VARCHAR", "birth_earliest_on": "DATE", "birth_latest_on": "DATE"}
    with Warehouse(folder) as warehouse:
        warehouse.load("facts_persons", born, persons)
        warehouse.load("settings_first_school_days", {"start_month_on": "DATE", "first_day_on": "DATE"}, [])
        rows = warehouse.fetch("facts/windows.sql")
    return {row["person_id"]: (row["duty_from"], row["duty_until"], row["leerplicht_until"]) for row in rows}
