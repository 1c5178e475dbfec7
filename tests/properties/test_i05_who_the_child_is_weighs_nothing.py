"""I-5: who the child is, with whom and where it lived, and which school it went to change no points, piece or level.

How careful a school is the program does not see. What a school's own lists tell of the child does weigh, so names of
schools are given anew, each to one school.
"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from tests.properties.evaluators import Evaluator, few
from tests.reference.populations import SETTINGS, Night, nights
from tests.reference.rows import pseudonym
from tests.reference.shapes import Delivery, Row

pytestmark = pytest.mark.long

WEIGHED = ("points", "pieces", "level", "chance_pct", "status")


def _changed(delivery: Delivery, change: Callable[[Row], Row]) -> Delivery:
    return Delivery(*([change(row) for row in table] for table in vars(delivery).values()))


def _school_of(school: str) -> str:
    """Another name, the other way round in the alphabet and in the numbers."""
    return "".join(chr(ord("9") - ord(sign) + ord("0")) if sign.isdigit() else chr(155 - ord(sign)) for sign in school)


def _other_schools(row: Row) -> Row:
    return row | {"school_id": _school_of(row["school_id"])} if "school_id" in row else row


def _other_persons(row: Row) -> Row:
    ids = {
        name: row[name] and pseudonym(row[name]) for name in ("person_id", "parent1_id", "parent2_id") if name in row
    }
    return row | ids


def _without_household(row: Row) -> Row:
    return row | {"parent1_id": "", "parent2_id": ""} if "parent1_id" in row else row


def _at_one_address(row: Row) -> Row:
    return row | {"address_id": pseudonym("everybody")} if row.get("address_id") else row


def _other_place(row: Row) -> Row:
    places = {"0363": "0518", "0518": "0363"}
    return (
        row | {"municipality_code": places.get(row["municipality_code"], row["municipality_code"])}
        if ("municipality_code" in row)
        else row
    )


def _under_secrecy(row: Row) -> Row:
    return row | {"is_confidential": "1"} if "is_confidential" in row else row


CHANGES = (*(_other_schools, _other_persons, _without_household, _at_one_address, _other_place, _under_secrecy),)


@given(night=nights(150))
@few(2)
def test_it_changes_nothing_that_weighs(evaluator: Evaluator, night: Night) -> None:
    def weighed(delivery: Delivery) -> dict[Any, Any]:
        cases = evaluator(delivery, night.today, SETTINGS, []).cases
        return {(case["person_id"], case["departed_on"]): [case[field] for field in WEIGHED] for case in cases}

    before = weighed(night.delivery)
    assert any(row[0] is not None for row in before.values())
    for change in CHANGES:
        name = pseudonym if change is _other_persons else str
        expected = {(name(person), departed_on): row for (person, departed_on), row in before.items()}
        assert weighed(_changed(night.delivery, change)) == expected, change.__name__
