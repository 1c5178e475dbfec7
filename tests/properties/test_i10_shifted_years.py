"""I-10: all dates some years later give the same result some years later.

Four years and their multiples, so that the leap days come along; no year in reach is a century.
"""

from datetime import date
from typing import TypeVar

import pytest
from hypothesis import given

from tests.properties.evaluators import Evaluator, few, without
from tests.reference.populations import SETTINGS, Night, nights
from tests.reference.shapes import Decision, Delivery, Row

pytestmark = pytest.mark.long

REGISTER_DATES = (
    "birth_date",
    "suspension_date",
    "address_from",
    "departure_date",
    "valid_from",
    "recorded_on",
    "inquiry_from",
)
ISO_DATES = ("enrolled_on", "withdrawn_on", "seen_on", "event_on", "ended_on")

Day = TypeVar("Day", date, date | None)


@given(nights(200))
@few(1)
def test_shifted_by_leap_cycles(evaluator: Evaluator, night: Night) -> None:
    today, delivery, decisions = night.today, night.delivery, night.decisions
    result = evaluator(delivery, today, SETTINGS, decisions)
    assert result.cases
    for years in (-4, 8):
        shifted = evaluator(
            Delivery(
                [_shifted(row, years) for row in delivery.persons],
                [_shifted(row, years) for row in delivery.residences],
                [_shifted(row, years) for row in delivery.enrolments],
                [_shifted(row, years) for row in delivery.traces],
            ),
            _later(today, years),
            SETTINGS,
            [
                Decision(one.person_id, _later(one.departed_on, years), one.code, _later(one.decided_on, years))
                for one in decisions
            ],
        )
        assert shifted.counts == result.counts
        assert shifted.evidence == {
            (person, _later(left, years), code, source, _later(event_on, years))
            for person, left, code, source, event_on in result.evidence
        }
        expected = [
            {name: _later(value, years) if isinstance(value, date) else value for name, value in case.items()}
            for case in result.cases
        ]
        # The number of a case holds its date, and decides between cases that are otherwise equal.
        assert _plain(shifted.cases) == _plain(expected)


def _plain(cases: list[dict[str, object]]) -> list[dict[str, object]]:
    return sorted((without(case, "case_id", "rank") for case in cases), key=repr)


def _later(day: Day, years: int) -> Day:
    """The same day so many years later; no day and the ends of the calendar, which stand for any day, stay."""
    return day if day is None or day in (date.min, date.max) else day.replace(year=day.year + years)


def _shifted(row: Row, years: int) -> Row:
    found = dict(row)
    for name in (*REGISTER_DATES, *ISO_DATES):
        text = row.get(name, "")
        if text and not text.startswith("0000"):
            found[name] = f"{int(text[:4]) + years:04d}{text[4:]}"
    return found
