"""SQL reads only what came before it, and a rule reads only the columns that it declares (guardrail G-4)."""

from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from brp_signals.base.rule_files import Rule, load_rules
from brp_signals.pipeline import STEPS
from tests.structure.sql_tables import SQL, maker, parsed, read_by, tables

#: What each folder may read, by the beginning of the table's name.
MAY_READ = {
    "gateway": ("read_", "gateway_"),
    "stage": ("_stage_", "stage_", "delivered_", "settings_", "recall_"),
    "validate": ("stage_",),
    "absence": ("_absence_", "stage_", "settings_"),
    # A silent source or child is no news (I-15): what the ledger remembers of it then stands among the facts.
    # What changed since earlier nights: sizes, shares and days, no person.
    "watch": ("watch_", "valid_", "stage_", "validate_outcomes", "settings_trace_sources", "recall_"),
    "facts": ("valid_", "watch_", "facts_", "settings_", "stage_absent", "recall_"),
    "rules": ("facts_",),
    # What the watch holds is told with the case that stays as it was.
    "cases": (
        *("cases_", "facts_", "rules_evidence", "rules_against", "rules_absences", "recall_", "settings_"),
        "watch_held",
    ),
    "control": ("control_", "cases_", "facts_departures_in_view", "facts_persons", "recall_", "settings_"),
    "rank": ("rank_", "cases_"),
    # A look back runs the steps again on rows that were cut, and reads what they found.
    "backtest": ("backtest_", "stage_", "valid_", "cases_", "settings_"),
    "memory": ("memory_", "stage_", "delivered_", "recall_school_lists", "settings_retention"),
}
#: Folders held to something else: a rule to what it declares, ledger and desk to their own tables, macros to arguments.
OTHERWISE = {"rules", "ledger", "ledger/schema", "stage/macros", "desk", "desk/schema"}
FILES = [path for folder in MAY_READ for path in sorted((SQL / folder).glob("*.sql"))]
RULES = load_rules(SQL / "rules")


def test_no_folder_is_forgotten() -> None:
    folders = {str(path.parent.relative_to(SQL)) for path in SQL.rglob("*.sql")}
    assert folders == set(MAY_READ) | OTHERWISE


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_it_selects_and_reads_only_earlier_steps(path: Path) -> None:
    statement = parsed(path)
    assert isinstance(statement, exp.Select | exp.Union)
    for table in tables(statement):
        assert table.startswith(MAY_READ[path.parent.name]), table


@pytest.mark.parametrize("step", STEPS)
def test_a_step_reads_tables_of_earlier_steps_only(step: str) -> None:
    assert {maker(table) for table in read_by(step)} <= set(STEPS[: STEPS.index(step)])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_reads_what_it_declares(rule: Rule) -> None:
    statement = sqlglot.parse_one(rule.sql, dialect="duckdb")
    assert tables(statement) <= set(rule.reads)
    declared = {column for columns in rule.reads.values() for column in columns}
    made = {alias.alias for alias in statement.find_all(exp.Alias)}
    used = {column.name for column in statement.find_all(exp.Column)}
    assert used - made <= declared


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_no_rule_looks_at_place_school_or_household_beyond_its_own(rule: Rule) -> None:
    """Equal for every child: no municipality, address or type of school; parents in context rules only."""
    columns = {column for columns in rule.reads.values() for column in columns}
    assert not columns & {"municipality_code", "address_id", "education_type", "birth_earliest_on", "suspension_reason"}
    if rule.level != "context":
        assert "facts_parents" not in rule.reads


def test_the_order_of_work_knows_points_and_days_alone() -> None:
    """Guardrails G-3 and G-5: not who a child is, where it lived, what its number is, nor context."""
    summed = parsed(SQL / "cases/weighed.sql")
    assert {column.name for column in summed.find_all(exp.Column)} == {"departure_id", "piece", "pieces", "points"}
    weighed = {column.name for column in parsed(SQL / "cases/weighable.sql").find_all(exp.Column)}
    assert not weighed & {"person_id", "municipality_code", "address_id", "parent_id", "duty_from", "duty_until"}
    (window,) = parsed(SQL / "rank/order.sql").find_all(exp.Window)
    assert [column.name for column in window.args["partition_by"]] == ["municipality_code", "is_sealed"]
    assert [item.this.name for item in window.args["order"].expressions] == [
        *("points", "last_sign_on", "case_id"),
    ]
