"""Make one person from stacks of blocks: what all sources with whole lists of persons have in common.

A person's list is, per category, a stack of blocks: the present one and below it history, newest first. The position of
a block decides, since markers and dates are wrong here and there. How a reader finds the blocks differs per format;
this module alone says which elements it asks for, and what they become.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from brp_signals.base.dates import is_register_date
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats.cells import number_of
from brp_signals.gateway.formats.day_notations import are_zeros, register_date
from brp_signals.gateway.formats.numbers import is_a_number, is_address_object, is_bsn
from brp_signals.gateway.formats.records import Numbers, Person, Residence
from brp_signals.gateway.readability import WHOLE_ROW

_FOUR_DIGITS = re.compile(r"[0-9]{4}", re.ASCII)
_EIGHT_DIGITS = re.compile(r"[0-9]{8}", re.ASCII)
_UNKNOWN_DATE: Final = "00000000"
#: Days that mean "none" in systems that must write a day. A birth date is an exception: people were born in 1900.
_PLACEHOLDERS: Final = frozenset(("18991230", "18991231", "19000101", "29991231"))
_BIRTH_DATE: Final = "01.03.10"
_UNKNOWN_ADDRESS: Final = "0" * 16
_NO_COUNTRY: Final = "0000"
#: Countries of table 34 have codes of these hundreds; all but these and "unknown" is the code of something else.
_COUNTRY = re.compile(r"(?:5[01]|60|70|80|90)[0-9]{2}|9999", re.ASCII)
#: What is kept of a destination: that it is one, or that its code is none.
_SOMEWHERE: Final = "x"
_NO_CODE: Final = "?"
#: The codes that the register knows, by element.
_DOMAINS: Final = {
    "01.84.10": re.compile("O"),
    "07.67.20": re.compile("[OEMRFW]"),
    "07.70.10": re.compile("[0-7]"),
    "08.09.10": _FOUR_DIGITS,
    "08.10.10": re.compile("[WB]"),
    "08.72.10": re.compile("[IAGPKOMHBTW.]"),
    "08.83.10": re.compile("[05]8[0-9]{4}"),
    "08.84.10": re.compile("O"),
    "09.84.10": re.compile("O"),
}
_NO_SECRECY: Final = "0"


class PersonCells(NamedTuple):
    """Current person, suspension, secrecy: categories 01 and 07; secrecy is empty when nothing was said."""

    birth_date: str
    suspension_date: str
    suspension_reason: str
    secrecy: str


class NumberCells(NamedTuple):
    """Category 01 of any age: the numbers, the previous A-number, whether the block is incorrect."""

    a_number: str
    bsn: str
    previous_a_number: str = ""
    incorrect: str = ""


class ParentCells(NamedTuple):
    """Numbers of a parent (categories 02 and 03)."""

    a_number: str
    bsn: str


class ChildCells(NamedTuple):
    """Category 09: numbers of a child, stillborn or incorrect, valid from."""

    a_number: str
    bsn: str
    birth_registration: str = ""
    incorrect: str = ""
    valid_from: str = ""


class ResidenceCells(NamedTuple):
    """Category 08 without group 13."""

    municipality_code: str
    address_function: str
    address_from: str
    address_number: str
    declared_by: str
    inquiry: str
    inquiry_from: str
    inquiry_until: str
    incorrect: str
    valid_from: str
    recorded_on: str


class Group13(NamedTuple):
    """A departure as far as it may be known: that it is one, its date, whether the destination is unknown."""

    is_filled: bool
    departure_date: str
    is_destination_unknown: str
    """Empty when there is no country or one that is no code of table 34, so that nobody knows."""
    finding: str = ""
    """The kind of finding that the country is worth."""


_NO_DESTINATION: Final = "destination_absent"
_NO_DEPARTURE: Final = Group13(False, "", "")

#: The elements behind the cells, in the order of their fields.
PERSON: Final = ("01.03.10", "07.67.10", "07.67.20", "07.70.10")
NUMBERS: Final = ("01.01.10", "01.01.20", "01.20.10", "01.84.10")
PARENT1: Final = ("02.01.10", "02.01.20")
PARENT2: Final = ("03.01.10", "03.01.20")
CHILD: Final = ("09.01.10", "09.01.20", "09.89.10", "09.84.10", "09.85.10")
RESIDENCE: Final = (
    *("08.09.10", "08.10.10", "08.10.30", "08.11.80", "08.72.10"),
    *("08.83.10", "08.83.20", "08.83.30", "08.84.10", "08.85.10", "08.86.10"),
)
COUNTRY: Final = "08.13.10"
DEPARTURE_DATE: Final = "08.13.20"
ADDRESS_LINES: Final = ("08.13.30", "08.13.40", "08.13.50")
GROUP_13: Final = (COUNTRY, DEPARTURE_DATE, *ADDRESS_LINES)
#: All elements that are ever taken out of a person's list.
TAKEN: Final = (*PERSON, *NUMBERS, *PARENT1, *PARENT2, *CHILD, *RESIDENCE, *GROUP_13)


class Stacks(NamedTuple):
    """The named elements of one person's list; the number with a block is its place in `file`."""

    file: str
    line: int
    person: PersonCells
    numbers: Sequence[tuple[int, NumberCells]]
    """Category 01, the present block first."""
    parents: tuple[ParentCells, ParentCells]
    """The present blocks of categories 02 and 03."""
    children: Sequence[tuple[int, ChildCells]]
    """The present blocks of category 09."""
    residences: Sequence[tuple[int, ResidenceCells, Group13]]
    """Category 08, the present block first; an empty block holds its place."""
    is_snapshot: bool = False
    """The source knows the present only: its one residence counts without a date of validity too."""


def reduced_country(text: str) -> str:
    """Reduce a country to empty, unknown, some country, or no code at all; the country itself is lost."""
    if text in ("", _NO_COUNTRY):
        return text
    return _SOMEWHERE if _COUNTRY.fullmatch(text) or text == _SOMEWHERE else _NO_CODE


def group_13(country: str, departure_date: str, has_address: bool) -> Group13:
    """The departure; the country ends here and becomes "unknown: yes or no", or empty when it is no code."""
    if not (country or departure_date or has_address):
        return _NO_DEPARTURE
    country = reduced_country(country)
    finding = "code_outside_domain" if country == _NO_CODE else ""
    if has_address or country == _SOMEWHERE:
        return Group13(True, departure_date, "0", finding)
    if country == _NO_COUNTRY:
        return Group13(True, departure_date, "1")
    return Group13(True, departure_date, "", finding or _NO_DESTINATION)


def emigration(departure_date: str) -> Group13:
    """The departure of whom the source calls emigrated without saying where to; its date may be empty."""
    return Group13(True, departure_date, "", _NO_DESTINATION)


def person_of(stacks: Stacks, findings: Findings) -> Person:
    """The person; every cell outside its domain becomes empty and is counted."""
    return _PersonBuilder(stacks, findings).person()


class _PersonBuilder:
    """Builds one person from its stacks."""

    __slots__ = ("_filled", "_findings", "_stacks")

    def __init__(self, stacks: Stacks, findings: Findings) -> None:
        self._stacks, self._findings = stacks, findings
        self._filled = findings.readability.filled(stacks.file)

    def person(self) -> Person:
        """The person."""
        line, cells = self._stacks.line, self._stacks.person
        self._filled[WHOLE_ROW] += 1
        current = self._current_numbers()
        if not cells.birth_date:
            self._note("birth_date_absent", line)
        if not cells.secrecy:
            self._note("secrecy_absent", line)
        first, second = self._stacks.parents
        residences = tuple(self._residences())
        suspension_reason = self._code("07.67.20", cells.suspension_reason, line)
        if not residences:
            self._note("residence_absent", line)
        if suspension_reason == "E" and not _is_departed(residences):
            self._note("departure_absent", line)
        return Person(
            file=self._stacks.file,
            line=line,
            numbers=current,
            earlier=tuple(self._earlier_numbers(current)),
            birth_date=self._date(_BIRTH_DATE, cells.birth_date, line) or _UNKNOWN_DATE,
            suspension_reason=suspension_reason,
            suspension_date=self._date("07.67.10", cells.suspension_date, line),
            municipality_code=self._present_municipality(),
            is_confidential=self._code("07.70.10", cells.secrecy, line) != _NO_SECRECY,
            parents=(self._valid(PARENT1, Numbers(*first), line), self._valid(PARENT2, Numbers(*second), line)),
            children=tuple(self._children()),
            residences=residences,
            is_snapshot=self._stacks.is_snapshot,
            is_birth_date_guessed=not is_register_date(register_date(cells.birth_date)[0]),
        )

    def _current_numbers(self) -> Numbers:
        line, cells = self._stacks.numbers[0]
        current = self._valid(NUMBERS, Numbers(cells.a_number, cells.bsn), line)
        if not current.bsn:
            self._note("bsn_absent", line)
        return current

    def _present_municipality(self) -> str:
        """That of the first residence, be it a stray: its code is judged and counted with the residence."""
        _, cells, _ = self._stacks.residences[0]
        return cells.municipality_code if _FOUR_DIGITS.fullmatch(cells.municipality_code) else ""

    def _earlier_numbers(self, current: Numbers) -> Iterator[Numbers]:
        """Numbers in correct history of category 01 and previous A-numbers, those of today left out."""
        for position, (line, cells) in enumerate(self._stacks.numbers):
            if cells.incorrect:
                self._code("01.84.10", cells.incorrect, line)
                continue
            if position and (found := _other_than(current, cells.a_number, cells.bsn)):
                yield found
            if cells.previous_a_number and (found := _other_than(current, cells.previous_a_number, "")):
                yield found

    def _children(self) -> Iterator[Numbers]:
        for line, cells in self._stacks.children:
            if cells.birth_registration == "L":
                self._note("stillborn_dropped", line)
            elif cells.birth_registration:
                self._note("code_outside_domain", line)
            elif cells.incorrect:
                self._code("09.84.10", cells.incorrect, line)
            elif numbers := self._valid(CHILD, Numbers(cells.a_number, cells.bsn), line):
                yield numbers

    def _residences(self) -> Iterator[Residence]:
        """The blocks of category 08. A block has a date of validity; without one its cells are strays.

        When the first block is none there is no current one, and the count starts at 1.
        """
        seq = 0
        for position, (line, cells, departure) in enumerate(self._stacks.residences):
            is_filled = bool(cells.valid_from) or any(cells) or departure.is_filled
            if cells.valid_from or (is_filled and self._stacks.is_snapshot):
                yield self._one_residence(line, seq, cells, departure)
                seq += 1
                continue
            if position == 0:
                seq = 1
            if is_filled:
                self._note("block_without_valid_from", line)

    def _one_residence(self, line: int, seq: int, cells: ResidenceCells, departure: Group13) -> Residence:
        valid_from = self._date("08.85.10", cells.valid_from, line)
        departure_date = self._date(DEPARTURE_DATE, departure.departure_date, line)
        inquiry = self._code("08.83.10", cells.inquiry, line)
        if departure.is_filled:
            departure, departure_date = self._departure(line, cells, departure, departure_date, valid_from)
        is_open = bool(inquiry) and not cells.inquiry_until
        return Residence(
            line=line,
            seq=seq,
            municipality_code=self._municipality(cells.municipality_code, line),
            address_function=self._code("08.10.10", cells.address_function, line),
            address_number=self._address(cells.address_number, line),
            address_from=self._date("08.10.30", cells.address_from, line),
            departure_date=departure_date,
            is_destination_unknown=departure.is_destination_unknown,
            declared_by=self._code("08.72.10", cells.declared_by, line),
            valid_from=valid_from,
            recorded_on=self._date("08.86.10", cells.recorded_on, line),
            is_under_inquiry="1" if is_open else "0",
            is_incorrect="1" if self._code("08.84.10", cells.incorrect, line) else "0",
            inquiry_from=self._date("08.83.20", cells.inquiry_from, line) if is_open else "",
        )

    def _departure(
        self, line: int, cells: ResidenceCells, departure: Group13, day: str, valid_from: str
    ) -> tuple[Group13, str]:
        """Return the departure of a residence, and its day as far as it is known."""
        if cells.address_function and _is_of_zeros(departure):
            self._note("departure_of_zeros", line)
            return _NO_DEPARTURE, ""
        if departure.finding == _NO_DESTINATION:
            self._note(_NO_DESTINATION, line)
        elif departure.finding:
            self._unreadable(COUNTRY, departure.finding, line)
        else:
            self._filled[COUNTRY] += 1
        if day == _UNKNOWN_DATE != register_date(departure.departure_date)[0] and valid_from:
            day = ""  # an unreadable day is not a day known to be unknown: the row's day of validity replaces it
        if not (day or valid_from):
            self._note("departure_date_absent", line)
        return departure, day or valid_from or _UNKNOWN_DATE

    def _municipality(self, text: str, line: int) -> str:
        if not text:
            self._note("municipality_absent", line)
        return self._code("08.09.10", text, line)

    def _valid(self, elements: Sequence[str], numbers: Numbers, line: int) -> Numbers:
        """Return the valid numbers of one person, from the elements that begin with the A-number and the BSN."""
        of_a_number, of_bsn, *_ = elements
        if is_a_number(numbers.a_number) and is_bsn(numbers.bsn):
            self._filled[of_a_number] += 1
            self._filled[of_bsn] += 1
            return numbers
        (a_number, _), (bsn, was_short) = number_of(numbers.a_number), number_of(numbers.bsn)
        if a_number and not is_a_number(a_number):
            self._unreadable(of_a_number, "a_number_malformed", line)
            a_number = ""
        elif a_number:
            self._filled[of_a_number] += 1
        if bsn and not is_bsn(bsn):
            self._unreadable(of_bsn, "bsn_malformed", line)
            bsn = ""
        elif bsn:
            self._filled[of_bsn] += 1
            if was_short:
                self._note("leading_zeros_restored", line)
        return Numbers(a_number, bsn)

    def _date(self, element: str, text: str, line: int) -> str:
        """Return a date that exists, as a run reads it (`dates`). Eight digits that are no date become their possible
        part, else unknown, and are counted.
        """
        if not text:
            return ""
        text, has_time = register_date(text)
        if has_time:
            self._note("time_in_date", line)
        is_placeholder = text in _PLACEHOLDERS and element != _BIRTH_DATE
        if is_register_date(text) and not is_placeholder:
            self._filled[element] += 1
            return text
        if is_placeholder or not _EIGHT_DIGITS.fullmatch(text):
            self._unreadable(element, "date_placeholder" if is_placeholder else "date_malformed", line)
            return _UNKNOWN_DATE
        self._unreadable(element, "date_impossible", line)
        return next(filter(is_register_date, (f"{text[:6]}00", f"{text[:4]}0000")), _UNKNOWN_DATE)

    def _code(self, element: str, text: str, line: int) -> str:
        """Return `text` when it is in its domain. A shifted cell may hold a name, so any other text is dropped."""
        if not text:
            return ""
        if _DOMAINS[element].fullmatch(text):
            self._filled[element] += 1
            return text
        self._unreadable(element, "code_outside_domain", line)
        return ""

    def _address(self, text: str, line: int) -> str:
        if not text or text == _UNKNOWN_ADDRESS:
            return ""
        if is_address_object(text):
            self._filled["08.11.80"] += 1
            return text
        self._unreadable("08.11.80", "address_number_malformed", line)
        return ""

    def _unreadable(self, element: str, kind: str, line: int) -> None:
        """Count a filled cell of an element that could not be read, as a finding of this kind."""
        self._findings.readability.cell(self._stacks.file, element, line, is_readable=False)
        self._note(kind, line)

    def _note(self, kind: str, line: int) -> None:
        self._findings.add(kind, self._stacks.file, line)


def _other_than(current: Numbers, a_number: str, bsn: str) -> Numbers:
    """Return those of these numbers that are valid and not the ones of today."""
    return Numbers(
        a_number if a_number != current.a_number and is_a_number(a_number) else "",
        bsn if bsn != current.bsn and is_bsn(bsn) else "",
    )


def _is_of_zeros(departure: Group13) -> bool:
    """Whether the source says nothing of a departure but a day of zeros."""
    return departure.finding == _NO_DESTINATION and are_zeros(departure.departure_date)


def _is_departed(residences: Sequence[Residence]) -> bool:
    """Whether the newest residence that is correct is a departure."""
    correct = (residence for residence in residences if residence.is_incorrect != "1")
    return any(residence.departure_date for residence in islice(correct, 1))
