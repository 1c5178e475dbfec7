"""Children on no school list: the SQL gives what the reference gives, and what holds for departures holds for them."""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.evaluators import Evaluator, Twins, few, without
from tests.reference.absent_populations import absent_decisions, absent_population, with_schools
from tests.reference.dates import register_date
from tests.reference.model import evaluate
from tests.reference.populations import REFERENCE_DATES, SETTINGS, population
from tests.reference.quarantine import is_impossible_enrolment
from tests.reference.rows import register_text
from tests.reference.shapes import AbsenceSettings, Delivery, Result, Row
from tests.support.engine import run_engine

pytestmark = pytest.mark.long

ON = replace(SETTINGS, absence=AbsenceSettings())
#: Settings, whether the schools are declared, and the rules that must find somebody.
VARIANTS = {
    "withdrawn only": (ON, False, {"R-01"}),
    "every school declared": (ON, True, {"R-01", "R-02"}),
    "national, other terms": (
        replace(ON, scope=None, absence=AbsenceSettings((), 60, 0), municipality_successors={}),
        False,
        {"R-01"},
    ),
    "one rule off": (replace(ON, disabled_rules=frozenset({"R-01"})), True, {"R-02"}),
}
seeds, dates = st.integers(0, 2**32), st.sampled_from(REFERENCE_DATES)


def by_child(result: Result, *ignored: str) -> dict[str, dict[str, Any]]:
    """The cases by the pseudonym of their child."""
    return {case["person_id"]: without(case, *ignored) for case in result.absences}


@pytest.mark.parametrize("variant", VARIANTS)
@given(seed=seeds, today=dates)
@few(2)
def test_the_sql_and_the_reference_find_the_same(variant: str, seed: int, today: date) -> None:
    delivery = absent_population(seed, 200, today)
    decisions = absent_decisions(delivery, seed, today)
    settings, are_declared, rules = VARIANTS[variant]
    if are_declared:
        settings = with_schools(settings, delivery, today)
    expected = evaluate(delivery, today, settings, decisions)
    found = run_engine(delivery, today, settings, decisions)
    assert found.withheld == expected.withheld
    assert by_child(found) == by_child(expected)
    assert expected.withheld
    assert {case["rule_codes"][0] for case in expected.absences} == rules


@given(seed=seeds, today=dates)
@few(1)
def test_asking_changes_nothing_about_departures(seed: int, today: date) -> None:
    delivery = population(seed, 150, today) + absent_population(seed, 100, today)
    one, other = (run_engine(delivery, today, settings, []) for settings in (SETTINGS, ON))
    assert (one.cases, one.evidence, one.counts) == (other.cases, other.evidence, other.counts)
    assert other.absences and not one.absences


@given(seed=seeds, today=dates)
@few(1)
def test_the_order_of_rows_makes_no_difference(seed: int, today: date) -> None:
    delivery = absent_population(seed, 150, today)
    shuffled = Delivery(*(random.Random(1).sample(table, len(table)) for table in vars(delivery).values()))
    assert run_engine(delivery, today, ON).absences == run_engine(shuffled, today, ON).absences


@given(seed=seeds, other_seed=seeds, today=dates)
@few(1)
def test_unrelated_children_change_no_case(evaluator: Evaluator, seed: int, other_seed: int, today: date) -> None:
    one, other = absent_population(seed, 60, today), absent_population(other_seed + 2**32 + 1, 60, today)
    for row in other.enrolments:  # schools of their own
        row["school_id"] = row["school_id"][:2] + "W" + row["school_id"][3:]
    together = evaluator(one + other, today, ON, [])
    alone = [evaluator(each, today, ON, []) for each in (one, other)]
    assert by_child(together, "rank") == by_child(alone[0], "rank") | by_child(alone[1], "rank")
    assert together.withheld == alone[0].withheld | alone[1].withheld


@given(seed=seeds, today=dates)
@few(1)
def test_an_incomplete_date_makes_no_case_that_a_possible_one_would_not(
    evaluator: Evaluator, seed: int, today: date
) -> None:
    delivery = absent_population(seed, 800, today)
    for row in delivery.persons[::2]:
        row["birth_date"] = row["birth_date"][:6] + "00"
    for row in delivery.residences[::5]:
        row["address_from"] = row["address_from"][:6] and row["address_from"][:6] + "00"
    twins, expected = Twins(delivery), set()
    persons = {row["person_id"]: row for row in delivery.persons}
    for case in evaluator(delivery, today, ON, []).absences:
        child = case["person_id"]
        own = [row for row in delivery.enrolments if row["person_id"] == child]
        for day in _possible_days(persons[child]["birth_date"]):
            born = register_date(register_text(day))
            # A twin with a row that K-04 sets aside at that birth date has other data.
            if any(
                is_impossible_enrolment(row, born, today) and not is_impossible_enrolment(row, None, today)
                for row in own
            ):
                continue
            expected.add(twins.add(child, f"born {day}", _replaced("persons", "birth_date", day)))
        for row in delivery.residences:
            if row["person_id"] == child:
                for day in _possible_days(row["address_from"]):
                    if day <= today:
                        expected.add(twins.add(child, f"{row['seq']} {day}", _moved(row["seq"], day)))
    assert len(expected) > 20
    assert expected <= {case["person_id"] for case in evaluator(twins.delivery, today, ON, []).absences}


def _possible_days(text: str) -> list[date]:
    """Days that an incomplete date may be: its ends and, of a year, the first of each month."""
    when = register_date(text)
    if when is None or when.is_unbounded or when.earliest == when.latest:
        return []
    days = [when.earliest + timedelta(days=number) for number in range((when.latest - when.earliest).days + 1)]
    return [day for day in days if day.day in (1, 15) or day == when.latest]


def _replaced(table: str, name: str, day: date) -> Any:
    return lambda where, row: row | {name: register_text(day)} if where == table else row


def _moved(seq: str, day: date) -> Any:
    def change(where: str, row: Row) -> Row:
        return row | {"address_from": register_text(day)} if where == "residences" and row["seq"] == seq else row

    return change
