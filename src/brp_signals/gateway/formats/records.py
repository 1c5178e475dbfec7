"""What every reader yields: one person of the register, one row of a school list, one trace, one link.

These records still hold numbers, so that they can be linked; they exist for the length of one person and
never leave the gateway. They have no field for anything that is refused: a destination country is a yes/no
here already, and an address is an opaque number.
"""

from typing import NamedTuple

from brp_signals.gateway.pseudonyms import Space


class Numbers(NamedTuple):
    """The A-number and BSN of one person, each valid or empty."""

    a_number: str = ""
    bsn: str = ""

    def __bool__(self) -> bool:
        return bool(self.a_number or self.bsn)


class Residence(NamedTuple):
    """One block of the register's residence category, as delivered; `line` is its line in the file."""

    line: int
    seq: int
    municipality_code: str
    address_function: str
    address_number: str
    address_from: str
    departure_date: str
    is_destination_unknown: str
    declared_by: str
    valid_from: str
    recorded_on: str
    is_under_inquiry: str
    is_incorrect: str
    inquiry_from: str


class Person(NamedTuple):
    """One person of the register; `line` is the first line of the person in `file`."""

    file: str
    line: int
    numbers: Numbers
    earlier: tuple[Numbers, ...]
    """Numbers that the person had before, from correct history and 01.20.10."""
    birth_date: str
    suspension_reason: str
    suspension_date: str
    municipality_code: str
    is_confidential: bool
    parents: tuple[Numbers, Numbers]
    children: tuple[Numbers, ...]
    residences: tuple[Residence, ...]
    is_snapshot: bool = False
    """The source knows the present only."""
    is_birth_date_guessed: bool = False
    """The delivered date does not exist, so the rest of it contradicts no other date."""

    @property
    def is_wiped(self) -> bool:
        """Suspended as an error or to be wiped: another list may rightly carry the same BSN."""
        return self.suspension_reason in ("F", "W")

    @property
    def history_rank(self) -> int:
        """0: with history. 1: the present only, as for a person who never moved. 2: from a source without history."""
        if self.is_snapshot:
            return 2
        return 0 if any(residence.seq > 0 for residence in self.residences) else 1


class ListedNumber(NamedTuple):
    """The valid number by which a list knows a person, and whether it is a BSN or an education number."""

    space: Space
    number: str


class Enrolment(NamedTuple):
    """One row of a school list; dates are ISO 8601, `withdrawn_on` is the first day without the enrolment."""

    line: int
    number: ListedNumber
    school_id: str
    education_type: str
    enrolled_on: str
    withdrawn_on: str
    source: str
    seen_on: str


class Trace(NamedTuple):
    """One dated trace."""

    line: int
    number: ListedNumber
    kind: str
    source_code: str
    event_on: str
    ended_on: str


class NumberLink(NamedTuple):
    """One row of a link table: these two numbers belong to one person, says the supplier."""

    line: int
    bsn: str
    education_number: str
