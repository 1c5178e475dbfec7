"""Rows of a delivery with believable defaults, so that a test names only what it is about."""

import hashlib
from datetime import date

from tests.reference.shapes import Delivery, Row


def pseudonym(name: str) -> str:
    """An id of 32 hex characters for a readable name."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def register_text(day: date) -> str:
    """The day as the register writes it: `20260302`."""
    return day.strftime("%Y%m%d")


def text_of(day: date | str) -> str:
    """A day as register text; text passes, so that incomplete dates can be given."""
    return day if isinstance(day, str) else register_text(day)


def person(name: str, born: date | str, **changes: str) -> Row:
    """One persons row: a resident without secrecy or parents."""
    row = {
        "person_id": pseudonym(name),
        "birth_date": text_of(born),
        "suspension_reason": "",
        "suspension_date": "",
        "municipality_code": "0363",
        "parent1_id": "",
        "parent2_id": "",
        "is_confidential": "0",
    }
    return row | changes


def address(name: str, seq: int, since: date | str, **changes: str) -> Row:
    """One residences row with an address in the Netherlands."""
    row = {
        "person_id": pseudonym(name),
        "seq": str(seq),
        "municipality_code": "0363",
        "address_function": "W",
        "address_id": pseudonym(f"{name} address {seq}"),
        "address_from": text_of(since),
        "departure_date": "",
        "is_destination_unknown": "",
        "declared_by": "I",
        "valid_from": text_of(since),
        "recorded_on": text_of(since),
        "is_under_inquiry": "0",
        "is_incorrect": "0",
        "inquiry_from": "",
    }
    return row | changes


def departure(name: str, seq: int, left: date | str, recorded: date | str = "", **changes: str) -> Row:
    """One residences row that ends the residence."""
    row = address(
        name,
        seq,
        "",
        municipality_code="1999",
        address_function="",
        address_id="",
        departure_date=text_of(left),
        is_destination_unknown="0",
        valid_from=text_of(left),
        recorded_on=text_of(recorded or left),
    )
    return row | changes


def enrolment(name: str, enrolled: date, seen: date, withdrawn: date | None = None, **changes: str) -> Row:
    """One row of a school list."""
    row = {
        "person_id": pseudonym(name),
        "school_id": "12AB00",
        "education_type": "PO",
        "enrolled_on": enrolled.isoformat(),
        "withdrawn_on": withdrawn.isoformat() if withdrawn else "",
        "source": "school",
        "seen_on": seen.isoformat(),
    }
    return row | changes


def trace(name: str, kind: str, event: date, source_code: str, ended_on: date | None = None) -> Row:
    """One traces row."""
    return {
        "person_id": pseudonym(name),
        "kind": kind,
        "source_code": source_code,
        "event_on": event.isoformat(),
        "ended_on": ended_on.isoformat() if ended_on else "",
    }


def restrict(delivery: Delivery, keep: set[str]) -> Delivery:
    """The rows about these persons only."""
    return Delivery(
        [row for row in delivery.persons if row["person_id"] in keep],
        [row for row in delivery.residences if row["person_id"] in keep],
        [row for row in delivery.enrolments if row["person_id"] in keep],
        [row for row in delivery.traces if row["person_id"] in keep],
    )
