"""Doubt protects: a child of whom some row cannot be read is on no list of absences: that row may be the reason."""

from dataclasses import replace

import pytest

from tests.ledger.nights import case_of
from tests.spec.builders import delivery_of, settings_of
from tests.spec.notation import NONE, REFERENCE_DATE, Case
from tests.support.engine import run_engine

GONE = "2020-08-17..2026-04-30 at A seen 2026-06-03"
ENDED = "exemption 2025-08-01..2026-01-31"
#: Table, column and a text that cannot be read there; each befalls a child of its own.
DAMAGE = [
    ("persons", "birth_date", "20140231"),
    ("persons", "suspension_date", "20260631"),
    ("persons", "municipality_code", "36"),
    ("persons", "parent1_id", "1" * 31),
    ("persons", "parent2_id", "x" * 32),
    ("persons", "is_confidential", ""),
    ("persons", "is_confidential", "2"),
    ("residences", "seq", "first"),
    ("residences", "seq", ""),
    ("residences", "municipality_code", "363"),
    ("residences", "address_function", "Q"),
    ("residences", "address_id", "1" * 31),
    ("residences", "address_from", "20190231"),
    ("residences", "departure_date", "2026"),
    ("residences", "is_destination_unknown", "2"),
    ("residences", "declared_by", "?"),
    ("residences", "valid_from", "20190231"),
    ("residences", "recorded_on", "2019"),
    ("residences", "is_under_inquiry", ""),
    ("residences", "is_incorrect", "no"),
    ("residences", "inquiry_from", "2019-01-01"),
    ("enrolments", "school_id", "12AB"),
    ("enrolments", "education_type", "HBO"),
    ("enrolments", "enrolled_on", "20200817"),
    ("enrolments", "withdrawn_on", "2026-02-30"),
    ("enrolments", "source", "parents"),
    ("enrolments", "seen_on", ""),
    ("traces", "event_on", "2025-02-30"),
    ("traces", "event_on", ""),
    ("traces", "ended_on", "2026-01-32"),
]


def situation() -> Case:
    """Children withdrawn from school, alike in everything: one for each kind of damage, and one that is whole."""
    names = ["whole", *(f"{table} {column} {text}" for table, column, text in DAMAGE)]
    children = [{"child": name, "left": NONE, "enrolled": GONE, "trace": ENDED} for name in names]
    return replace(case_of(children, REFERENCE_DATE), settings={"absence": {}})


@pytest.fixture(scope="module")
def found() -> set[int]:
    """The place, in order, of each child that is on the list."""
    case = situation()
    delivery = delivery_of(case)
    for place, (table, column, text) in enumerate(DAMAGE, start=1):
        rows = getattr(delivery, table)
        damaged = rows[place] | {column: text}
        if table == "persons":
            rows[place] = damaged
        else:  # beside a row that would show the child by itself
            rows.append(damaged)
    places = {row["person_id"]: place for place, row in enumerate(delivery.persons)}
    cases = run_engine(delivery, case.reference_date, settings_of(case)).absences
    return {places[case["person_id"]] for case in cases}


def test_the_child_whose_rows_can_all_be_read_is_on_the_list(found: set[int]) -> None:
    assert 0 in found


@pytest.mark.parametrize("place", range(1, len(DAMAGE) + 1), ids=[" ".join(each) for each in DAMAGE])
def test_a_row_that_cannot_be_read_leaves_its_child_out(found: set[int], place: int) -> None:
    assert place not in found
