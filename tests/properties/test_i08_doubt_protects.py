"""I-8: an incomplete date never makes a case that some possible date would not make, nor one with more points.

Under any points that a configuration may hold.
Every day that the date may be is tried, on a twin of the child with that day filled in. A row that a
delivery holds is not of after its reference date, so later days are left out for everything but a departure
(which must lie before it altogether). Where a possible birth date makes other rows impossible (K-04), the
twin has other data, and is left out as well.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given

from tests.properties.evaluators import Evaluator, Twins, any_weights, few, is_better
from tests.reference.dates import Interval, register_date
from tests.reference.departures import Departure, departures, rows_as_of
from tests.reference.populations import SETTINGS, Night, nights, residences_per_person
from tests.reference.quarantine import is_impossible_enrolment
from tests.reference.rows import register_text
from tests.reference.shapes import Row, Weights

pytestmark = pytest.mark.long

Change = Callable[[str, Row], Row]


@given(nights(300), any_weights())
@few(2)
def test_every_possible_date_makes_the_same_case_or_a_stronger_one(
    evaluator: Evaluator, night: Night, weights: Weights
) -> None:
    today, delivery, settings = night.today, night.delivery, replace(SETTINGS, weights=weights)
    result = evaluator(delivery, today, settings, [])
    histories = residences_per_person(delivery)
    persons = {row["person_id"]: row for row in delivery.persons}
    twins, cases = Twins(delivery), {}
    for case in result.cases:
        child = case["person_id"]
        if case["status"] == "suppressed":
            continue
        left = departures(rows_as_of(histories[child], today))
        about = [one for one in left if one.departed_on.earliest == case["departed_on"]]
        if len(about) != 1:
            continue
        own = [row for row in delivery.enrolments if row["person_id"] == child]
        choices = [
            *_departure_days(about[0], left),
            *_return_days(about[0], today),
            *_recording_days(about[0], today),
            *_birth_dates(persons[child], own, today),
        ]
        for label, change in choices:
            cases[twins.add(child, f"{case['departed_on']} {label}", change)] = (case, label)
    outcome: dict[str, list[dict[str, Any]]] = {}
    for case in evaluator(twins.delivery, today, settings, []).cases:
        outcome.setdefault(case["person_id"], []).append(case)

    assert len(cases) > 100
    for twin, (case, label) in cases.items():
        assert any(
            possible["status"] != "suppressed" and is_better(possible, case) for possible in outcome.get(twin, [])
        ), (case["person_id"], case["departed_on"], label, case["pieces"])


def _possible_days(when: Interval, until: date) -> Iterator[date]:
    """Every day of a month; of a year the ends and the days around the end of every month."""
    day = when.earliest
    while day <= min(when.latest, until):
        if when.width < 31 or day.day in (1, 2, 14, 28) or day == when.latest:
            yield day
        day += timedelta(days=1)


def _replace(table: str, name: str, old: str, new: date) -> Change:
    def change(where: str, row: Row) -> Row:
        return row | {name: register_text(new)} if where == table and row[name] == old else row

    return change


def _departure_days(about: Departure, left: list[Departure]) -> Iterator[tuple[str, Change]]:
    if about.departed_on.width == 0:
        return
    others = {row.departure_text for one in left for row in one.rows}
    for day in _possible_days(about.departed_on, about.departed_on.latest):
        if register_text(day) not in others:
            yield f"left {day}", _replace("residences", "departure_date", about.date_text, day)


def _return_days(about: Departure, today: date) -> Iterator[tuple[str, Change]]:
    row = about.return_row
    if row is None or row.address_from is None or row.address_from.width == 0 or row.address_from.is_unbounded:
        return
    for day in _possible_days(row.address_from, today):

        def change(table: str, other: Row, day: date = day, seq: int = row.seq) -> Row:
            mine = table == "residences" and other["seq"] == str(seq)
            return other | {"address_from": register_text(day)} if mine else other

        yield f"returned {day}", change


def _recording_days(about: Departure, today: date) -> Iterator[tuple[str, Change]]:
    recorded = about.recorded_on
    if recorded is None or recorded.width == 0 or recorded.is_unbounded:
        return
    for row in about.rows:
        if row.recorded_on != recorded:
            continue
        for day in _possible_days(recorded, today):

            def change(table: str, other: Row, day: date = day, seq: int = row.seq) -> Row:
                mine = table == "residences" and other["seq"] == str(seq)
                return other | {"recorded_on": register_text(day)} if mine else other

            yield f"row {row.seq} recorded {day}", change


def _birth_dates(person: Row, enrolments: list[Row], today: date) -> Iterator[tuple[str, Change]]:
    born = register_date(person["birth_date"])
    if born is None or born.width == 0 or born.is_unbounded:
        return
    kept = [row for row in enrolments if not is_impossible_enrolment(row, born, today)]
    for day in _possible_days(born, born.latest):
        if any(is_impossible_enrolment(row, Interval(day, day), today) for row in kept):
            continue
        yield f"born {day}", _replace("persons", "birth_date", person["birth_date"], day)
