"""What the gateway noticed while reading: counted by kind, with the place and never with a value."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from brp_signals.base.errors import DeliveryRefused
from brp_signals.delivery.unreadable import refusal
from brp_signals.gateway.readability import WHOLE_ROW, Readability

#: Every kind of finding and what it means. `SET_ASIDE` kinds keep a row (or a person) out of the delivery.
MEANINGS: Final = {
    # register, persons
    "secrecy_absent": "person without an indication of secrecy (absent or empty), treated as confidential",
    "birth_date_absent": "person without a birth date, written as wholly unknown",
    "bsn_absent": "person without a BSN, pseudonym from the A-number",
    "bsn_ambiguous": "person whose BSN stands on another person too, kept apart by the A-number",
    "bsn_from_another_list": "person whose BSN comes from another list of the same person than the one that counts",
    "newer_residence": "person whose residence comes from a newer list without history, above the history of another",
    "a_number_malformed": "A-number that is not ten digits, not used",
    "bsn_malformed": "BSN that is not nine digits or fails the 11-check, not used",
    "parent_numbers_disagree": "parent whose A-number and BSN lead to two persons, A-number followed",
    "parent_from_children": "parent link taken from the child entry on the parent's list",
    "parents_unclear": "more persons name this child than it has parents to fill in, none linked",
    "residence_absent": "person without any residence, or with its municipality alone, so that no departure of theirs"
    " can be seen",
    "departure_absent": "person suspended as emigrated (E) whose newest residence is no departure, so that none can be"
    " seen; ask for the residence abroad too (08.13, verblijfplaats)",
    "child_marker_mismatch": "child entry and the marker that should announce it disagree, entry not used",
    "stillborn_dropped": "child entry of a stillborn child, dropped",
    # register, cells
    "date_malformed": "date that is not eight digits, written as wholly unknown",
    "date_placeholder": "date that stands for none (such as 01-01-1900 or 31-12-2999), written as unknown",
    "date_impossible": "date of eight digits that does not exist, its month or day (or all of it) written as unknown",
    "code_outside_domain": "code that the register does not know, left empty (a municipality: 0000, unknown)",
    "municipality_absent": "residence without a municipality, written as 0000, unknown",
    "destination_absent": "departure without a country, so that nobody knows whether its destination is unknown",
    "address_number_malformed": "address object number that is not sixteen digits, left empty",
    "block_without_valid_from": "stray cells without a date of validity, no residence row",
    "byte_not_ascii": "element of digits or a code that holds another byte, read as outside its domain",
    "history_absent": "residence from a source without history, days of recording and declarants, left empty",
    "recording_absent": "residence from a history without days of recording and declarants, left empty",
    "departure_of_zeros": "residence at an address with zeros as day of departure and no country, read as no departure",
    "departure_date_absent": "departure without any date, written as wholly unknown",
    "key_unknown": "key that the format does not know, not read",
    # register, set aside
    "person_without_number": "person without a usable A-number or BSN, set aside",
    "person_not_told_apart": "person without an A-number whose BSN stands on another person too, set aside",
    "person_twice": "further list of one person (same A-number, or same BSN without contradiction), set aside",
    "person_with_broken_line": "person with a line that cannot be read, set aside",
    "line_without_person": "line before the first person, set aside",
    "record_broken": "message or person whose lengths, encoding or form are wrong, set aside",
    "record_key_twice": "message or person with a key twice, set aside",
    "shape_unknown": "person with a member in a shape that this reader does not know, set aside",
    "record_too_long": "message longer than 1 MB, set aside",
    "record_of_other_type": "message that is no list of a person (Lg01, La01, Sv01, Rb01), so it is lost, set aside",
    "stretch_without_list": "stretch of bytes that is no list of a person (another message or rubbish), set aside",
    "text_converted": "message whose lengths fit when a conversion of the file (UTF-8, Latin-1, line ends) is undone:"
    " the file is not as the register wrote it, which costs persons with accents; ask for the file as exported",
    "mutation_left_out": "mutation (Gv01, Gv02), which holds only what changed: the change is not in the delivery;"
    " ask for the whole list (Lg01, La01, Sv01)",
    "person_left_out": "message about a person for one occasion (Ag01 to Ag31, Ha01, Xa01) or on its way to another"
    " register (Ib01, Jb01): who is in no whole list is not in the delivery; ask for one (Lg01, La01, Sv01)",
    "removal_left_out": "message that a list was taken away (Ng01): a list that is in the delivery stays in it; ask for"
    " an extract of after that day",
    "number_change_left_out": "change of an A-number (Wa01, Wa11): what stands under the one number does not lead to"
    " the other; ask for the whole list (Lg01, La01, Sv01)",
    "report_left_out": "report that a register must still take in (Tb01, Tb02, Og11, Og21) or free text (Vb01, Vb02):"
    " what it says is not in the delivery until a list says it",
    "message_without_person": "question, refusal, reference, confirmation or change of a table, with which nothing"
    " about a person is lost",
    "message_kind_unknown": "message of a kind that the Logisch Ontwerp does not have, so that nobody can say what is"
    " lost; ask the sender what it is",
    # school and trace lists
    "earlier_number_followed": "row with a number the person had earlier, given to the present one",
    "education_number_unlinked": "row with an education number that leads to no BSN, kept under a pseudonym of its own",
    "link_ambiguous": "link of an education number to two persons or of two to one person, not followed",
    "ambiguous": "row with a BSN that stands on two persons, linked to neither",
    "row_twice": "row that is equal to another one, written once",
    "cells_wrong": "row with a wrong number of cells, a cell over 64 kB or a stray quote, set aside",
    "formula_cell": "row with a formula in a column that is read, set aside",
    "row_left_out": "row that the profile's [keep] leaves out, set aside",
    "footer_row": "row at the end that the profile calls a footer, set aside",
    "leading_zeros_restored": "number whose leading zeros a spreadsheet dropped, restored and checked again",
    "time_in_date": "date with a time of day behind it, the day read",
    "end_zeros": "end date of zeros, read as no end",
    "end_far_future": "end date after 2099, read as no end",
    "date_out_of_reach": "date before 1980, or a beginning after 2099, which no list can mean",
    "row_without_number": "row without a valid BSN or education number, set aside",
    "school_id_malformed": "row whose school is not a BRIN and location number, set aside",
    "education_type_unknown": "row with an unknown kind of education, set aside",
    "kind_unknown": "row with an unknown kind of trace, set aside",
    "source_code_malformed": "row with a malformed source code, set aside",
    "link_incomplete": "row of a link table without a valid BSN and a valid education number, set aside",
    "row_date_malformed": "row with a missing or malformed date, set aside",
    # columns and sheets
    "row_hidden": "row that is hidden or filtered away in the workbook, read like any other: take it out if it is not"
    " meant",
    "column_hidden": "column that is read though it is hidden in the workbook",
    "sheet_not_read": "workbook with more sheets than the one that is read",
    "column_not_read": "column that this tool has no use for, not read",
    "forbidden_column_not_read": "column that this tool may not see, not read",
}  # fmt: skip
SET_ASIDE: Final = frozenset(kind for kind, meaning in MEANINGS.items() if meaning.endswith("set aside"))

#: The number of places that are kept for each kind; counting goes on after it.
_MOST_PLACES: Final = 1000


@dataclass(slots=True)
class Finding:
    """How often a kind occurred, and the first places (file, line)."""

    count: int = 0
    places: list[tuple[str, int]] = field(default_factory=list)


class Findings:
    """Counts by kind. A place is a file name and a line; no method takes a value."""

    def __init__(self) -> None:
        self._by_kind: dict[str, Finding] = {}
        self._units: dict[str, str] = {}
        self.n_added = 0
        self.readability = Readability()

    def place_is(self, unit: str, file: str) -> None:
        """Note that places in `file` are numbers of this unit (message, person) instead of lines."""
        self._units[file] = unit

    def add(self, kind: str, file: str, line: int) -> None:
        """Count one `kind` at this place; line 0 means the file as a whole."""
        if kind not in MEANINGS:
            raise KeyError(kind)
        self.n_added += 1
        finding = self._by_kind.setdefault(kind, Finding())
        finding.count += 1
        if len(finding.places) < _MOST_PLACES:
            finding.places.append((file, line))

    def broken(self, kind: str, file: str, line: int) -> None:
        """Count one row, message or person of which nothing can be read."""
        self.add(kind, file, line)
        self.readability.cell(file, WHOLE_ROW, line, is_readable=False)

    def refuse_unreadable(self, file: str, advice: str) -> None:
        """Refuse the file when a column of it cannot be read as a whole."""
        if failing := self.readability.finish(file):
            unit = self._units.get(file, "line")
            columns = [column._replace(unit=unit) for column in failing]
            raise DeliveryRefused(refusal(file, columns, f"{advice}{self.reasons(file)}"))

    def add_many(self, kind: str, count: int, places: Iterable[tuple[str, int]]) -> None:
        """Count `count` more of one kind, the first of them at these places."""
        if kind not in MEANINGS:
            raise KeyError(kind)
        if not count:
            return
        finding = self._by_kind.setdefault(kind, Finding())
        finding.count += count
        finding.places += islice(places, _MOST_PLACES - len(finding.places))

    def count(self, kind: str) -> int:
        """How often `kind` occurred."""
        return self._by_kind[kind].count if kind in self._by_kind else 0

    def lines(self, kind: str) -> list[int]:
        """The first lines where `kind` occurred."""
        return [line for _, line in self._by_kind[kind].places] if kind in self._by_kind else []

    def counts(self) -> dict[str, int]:
        """All counts, in the order of `MEANINGS`."""
        return {kind: self._by_kind[kind].count for kind in MEANINGS if kind in self._by_kind}

    def reasons(self, file: str = "") -> str:
        """Return what was counted as the end of a sentence that refuses a source; findings in `file`, if given, come
        first.
        """
        return "".join(f"; {sentence}" for sentence in self.sentences() if f"(first: {file}" in sentence)

    def sentences(self) -> Iterator[str]:
        """One line a kind for people: count, meaning, where it occurred first; and the schools that were lost."""
        for kind, count in self.counts().items():
            file, line = self._by_kind[kind].places[0]
            place = f"{file}, {self._units.get(file, 'line')} {line}" if line else file
            yield f"{count} × {MEANINGS[kind]} (first: {place})"
        yield from (school.sentence() for school in self.readability.lost_schools())
