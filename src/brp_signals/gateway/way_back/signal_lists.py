"""Published lists, opened to get one thing back: the A-number of each case.

A list is `signals.csv`, `absences.csv`, a workbook of a municipality, or the workbook of rows that came back from
`review import`. All carry the pseudonym of each case; in a workbook it is in a hidden column. The list with A-numbers
is made anew from the values that were read: no formula, link, or sheet of another program is copied.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, Protocol

from brp_signals.base.case_ids import is_case_id
from brp_signals.base.errors import DeliveryRefused, UsageProblem
from brp_signals.gateway.way_back.list_workbook import A_NUMBER_HEADER, CaseSheet, ListWorkbook, read_list, write_list
from brp_signals.publish import wording
from brp_signals.publish.columns import SIGNALS
from brp_signals.publish.kinds import KINDS

#: A list of the whole country is some tens of thousands of cases and a few tens of MB.
LARGEST: Final = 48 * 1024 * 1024
_MOST_CASES: Final = 50_000
_PERSON_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_A_NUMBER: Final = "a_number"
#: Columns of the lists, widest first: a `signals.csv` of before cases were weighed has no chance.
_FORMS: Final = (*(kind.columns for kind in KINDS), SIGNALS[:-1])
_NUMBER: Final = re.compile(r"-?[0-9]{1,6}\.[0-9]{2}", re.ASCII)
#: Characters by which spreadsheet programs recognise a formula, also in a text file.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


class SignalList(Protocol):
    """A list that was opened."""

    suffix: str
    is_marked_sealed: bool
    person_ids: list[str]
    """One a case, in the order of the list."""

    def with_a_numbers(self, a_numbers: Mapping[str, str], today: date) -> bytes:
        """The list with the A-number of each case whose person is in `a_numbers`, by pseudonym."""


def open_list(content: bytes, name: str) -> SignalList:
    """The list in these bytes; `name` is how messages name it.

    Raises UsageProblem for a list that holds A-numbers already, DeliveryRefused for anything that is no list.
    """
    return _Workbook(content, name) if content.startswith(b"PK") else _Table(content, name)


class _Table:
    """`signals.csv` or `absences.csv`."""

    suffix = ".csv"
    is_marked_sealed = False  # a CSV has no room to say so; the folder it lies in does

    def __init__(self, content: bytes, name: str) -> None:
        lines = csv.reader(io.TextIOWrapper(io.BytesIO(content), "utf-8", newline=""), strict=True)
        try:
            header = next(lines, [])
            if _A_NUMBER in header:
                raise _holds_a_numbers_already(name)
            self._columns = next((each for each in _FORMS if tuple(header[: len(each)]) == each), ())
            if not self._columns:
                raise _no_list(name)
            self._rows = list(self._read(lines, len(header), name))
        except (ValueError, csv.Error):
            raise _no_list(name) from None
        person = self._columns.index("person_id")
        self.person_ids = [row[person] for row in self._rows]

    def _read(self, lines: Iterator[list[str]], width: int, name: str) -> Iterator[tuple[str, ...]]:
        """Return the rows with the columns of the contract; other columns are left out."""
        case, person = self._columns.index("case_id"), self._columns.index("person_id")
        for number, row in enumerate(lines, start=2):
            if len(row) != width:
                raise DeliveryRefused(f"{name}, row {number}: wrong number of cells; {_AS_PUBLISHED}.")
            if number > _MOST_CASES:
                raise DeliveryRefused(
                    f"{name} holds more than {_MOST_CASES} cases, which no list does; {_AS_PUBLISHED}."
                )
            _check_case(row[case], row[person], name, number)
            for column, cell in zip(self._columns, row, strict=False):
                if _may_be_formula(cell):
                    raise DeliveryRefused(
                        f"{name}, row {number}, column {column}: this cell could become a formula; {_AS_PUBLISHED}."
                    )
            yield tuple(row[: len(self._columns)])

    def with_a_numbers(self, a_numbers: Mapping[str, str], today: date) -> bytes:
        """The same lines with a last column `a_number`."""
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([*self._columns, _A_NUMBER])
        for person_id, row in zip(self.person_ids, self._rows, strict=True):
            writer.writerow([*row, a_numbers.get(person_id, "")])
        return stream.getvalue().encode()


class _Workbook:
    """A workbook of a municipality, as published, with decisions filled in, or with rows that came back."""

    suffix = ".xlsx"

    def __init__(self, content: bytes, name: str) -> None:
        if not zipfile.is_zipfile(io.BytesIO(content)):
            raise _no_list(name)
        self._list: ListWorkbook = read_list(content, name)
        if all(sheet.title == wording.SAMPLE for sheet in self._list.sheets):
            raise _no_list(name)
        for sheet in self._list.sheets:
            if A_NUMBER_HEADER in sheet.headers:
                raise _holds_a_numbers_already(name)
            for case in sheet.rows:
                if sheet.is_returned and not case.person_id:
                    continue  # a number that nobody knows came back without a pseudonym
                _check_case(case.case_id, case.person_id, name, case.row)
        self.person_ids = [case.person_id for case in self._cases() if case.person_id]
        self.is_marked_sealed = self._list.is_sealed

    def _cases(self) -> Iterator[CaseSheet.Row]:
        return (row for sheet in self._list.sheets for row in sheet.rows)

    def with_a_numbers(self, a_numbers: Mapping[str, str], today: date) -> bytes:
        """A new workbook with a column for A-numbers, and a line that says so on its first sheet."""
        return write_list(self._list, a_numbers, today)


def _may_be_formula(cell: str) -> bool:
    """Whether a spreadsheet program could read the cell as a formula, also after blanks or in wide letters.

    Negative points begin with a minus, but are only a number.
    """
    return not _NUMBER.fullmatch(cell) and unicodedata.normalize("NFKC", cell).lstrip(" ").startswith(_FORMULA)


_AS_PUBLISHED: Final = "take the list as it was published"


def _check_case(case_id: str, person_id: str, name: str, row: int) -> None:
    if not is_case_id(case_id) or not _PERSON_ID.fullmatch(person_id):
        raise DeliveryRefused(
            f"{name}, row {row}: the number or the pseudonym of the case is not as it was published; {_AS_PUBLISHED}."
        )


def _no_list(name: str) -> DeliveryRefused:
    return DeliveryRefused(
        f"{name} is no list of signals, or not as it was published; give signals.csv or the workbook of a municipality."
    )


def _holds_a_numbers_already(name: str) -> UsageProblem:
    return UsageProblem(f"{name} holds A-numbers already; give the list as it was published.")
