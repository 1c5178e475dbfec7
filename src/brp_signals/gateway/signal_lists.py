"""Published lists, opened to get one thing back into them: the A-number beside the number of the case.

A list is `signals.csv` or the workbook of a municipality. Both carry the pseudonym of each case; in the workbook it
stands in the last, hidden column of the sheets Signalen and Steekproef.
"""

import csv
import io
import re
import zipfile
from collections.abc import Mapping
from copy import copy
from datetime import date
from typing import Any, Final, Protocol

from brp_signals.case_ids import is_case_id
from brp_signals.dates import dutch
from brp_signals.errors import DeliveryRefused, UsageProblem
from brp_signals.publish import wording
from brp_signals.publish.workbook import CASE_HEADER, PERSON_HEADER
from brp_signals.tables import SIGNALS

_PERSON_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
#: A workbook of a whole municipality is a few MB; a small file that unpacks to more than this is no list.
_LARGEST_UNPACKED: Final = 512 * 1024 * 1024
_A_NUMBER: Final = "a_number"
_A_NUMBER_HEADER: Final = "A-nummer"
_MARKED_ROW: Final = 3  # blank in every workbook, between the date and the first notice


class SignalList(Protocol):
    """A list that was opened."""

    suffix: str
    is_marked_sealed: bool
    person_ids: list[str]
    """One a case, in the order of the list."""

    def with_a_numbers(self, a_numbers: Mapping[str, str], today: date) -> bytes:
        """The list with the A-number of each case whose person is in `a_numbers`, by pseudonym."""


def open_list(content: bytes, name: str) -> SignalList:
    """The list in these bytes; `name` stands in messages.

    Raises UsageProblem for a list that holds A-numbers already, DeliveryRefused for anything that is no list.
    """
    return _Workbook(content, name) if content.startswith(b"PK") else _Table(content, name)


class _Table:
    """`signals.csv`."""

    suffix = ".csv"
    is_marked_sealed = False  # a CSV has no room to say so; the folder it stands in does

    def __init__(self, content: bytes, name: str) -> None:
        try:
            self._header, *self._rows = csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True)
        except (ValueError, csv.Error):
            raise _no_list(name) from None
        if _A_NUMBER in self._header:
            raise _revealed(name)
        if tuple(self._header[: len(SIGNALS)]) != SIGNALS:
            raise _no_list(name)
        case, person = self._header.index("case_id"), self._header.index("person_id")
        for line, row in enumerate(self._rows, start=2):
            if len(row) != len(self._header):
                raise DeliveryRefused(f"{name}, row {line}: wrong number of cells; take the list as it was published.")
            _check_case(row[case], row[person], name, line)
        self.person_ids = [row[person] for row in self._rows]

    def with_a_numbers(self, a_numbers: Mapping[str, str], today: date) -> bytes:
        """The same lines with a last column `a_number`."""
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([*self._header, _A_NUMBER])
        for person_id, row in zip(self.person_ids, self._rows, strict=True):
            writer.writerow([*row, a_numbers.get(person_id, "")])
        return stream.getvalue().encode()


class _Workbook:
    """`signalen-….xlsx`, as published or with decisions filled in."""

    suffix = ".xlsx"

    def __init__(self, content: bytes, name: str) -> None:
        self._book = _load(content, name)
        self._summary = self._book["Samenvatting"]
        sheets = [self._book[title] for title in ("Signalen", wording.SAMPLE) if title in self._book.sheetnames]
        self._sheets = [_CaseSheet(sheet, name) for sheet in sheets]
        self.person_ids = [person_id for sheet in self._sheets for person_id in sheet.persons.values()]
        texts = {cell.value for row in self._summary.iter_rows(max_col=1) for cell in row}
        self.is_marked_sealed = f"{wording.SEALED}." in texts

    def with_a_numbers(self, a_numbers: Mapping[str, str], today: date) -> bytes:
        """The workbook with a column beside the number of the case, and a line that says so on the first sheet."""
        for sheet in self._sheets:
            sheet.add_a_numbers(a_numbers)
        found = sum(person_id in a_numbers for person_id in self.person_ids)
        self._mark(
            f"Met A-nummers ({found} van {len(self.person_ids)}), toegevoegd op {dutch(today)}: alleen voor wie dit "
            "voor zijn werk nodig heeft; niet doorsturen en na gebruik verwijderen."
        )
        stream = io.BytesIO()
        self._book.save(stream)
        return stream.getvalue()

    def _mark(self, text: str) -> None:
        from openpyxl.styles import Alignment, Font, PatternFill

        sheet, cell = self._summary, self._summary.cell(_MARKED_ROW, 1)
        sheet.merge_cells(start_row=_MARKED_ROW, end_row=_MARKED_ROW, start_column=1, end_column=2)
        cell.value, cell.data_type = text, "s"
        cell.font = Font(name="Arial", size=11, bold=True, color="9C0006")
        cell.fill = PatternFill("solid", fgColor="FFC7CE")
        cell.alignment = Alignment(horizontal="left", vertical="center", indent=1)
        sheet.row_dimensions[_MARKED_ROW].height = 22


class _CaseSheet:
    """A sheet with a case a row; `persons` are their pseudonyms by row."""

    def __init__(self, sheet: Any, name: str) -> None:
        self._sheet = sheet
        headers = {cell.value: cell.column for cell in sheet[1]}
        if _A_NUMBER_HEADER in headers:
            raise _revealed(name)
        if CASE_HEADER not in headers or PERSON_HEADER not in headers:
            raise _no_list(name)
        self._case_column, person_column = headers[CASE_HEADER], headers[PERSON_HEADER]
        self.persons: dict[int, str] = {}
        for row in range(2, sheet.max_row + 1):
            case_id, person_id = sheet.cell(row, self._case_column).value, sheet.cell(row, person_column).value
            if case_id is not None or person_id is not None:
                _check_case(case_id, person_id, name, row)
                self.persons[row] = person_id

    def add_a_numbers(self, a_numbers: Mapping[str, str]) -> None:
        """Put a column beside the number of the case."""
        column = self._case_column + 1
        _insert_column(self._sheet, column, width=13.0)
        for row in (1, *self.persons):
            cell = self._sheet.cell(row, column)
            cell._style = copy(self._sheet.cell(row, self._case_column)._style)
            text = _A_NUMBER_HEADER if row == 1 else a_numbers.get(self.persons[row])
            if text:
                cell.value, cell.data_type, cell.number_format = text, "s", "@"


def _load(content: bytes, name: str) -> Any:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > _LARGEST_UNPACKED:
                raise ValueError
        book = load_workbook(io.BytesIO(content))
    except Exception:  # a damaged workbook fails in openpyxl in a dozen ways, none of them documented
        raise _no_list(name) from None
    if not {"Samenvatting", "Signalen"} <= set(book.sheetnames):
        raise _no_list(name)
    return book


def _insert_column(sheet: Any, at: int, width: float) -> None:
    """Make room for a column, and shift what openpyxl leaves where it was: widths, filter, choices, print area."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
    from openpyxl.worksheet.dimensions import ColumnDimension

    def moved(text: str) -> str:
        cells = CellRange(text.replace("$", ""))
        if cells.min_col >= at:
            cells.shift(col_shift=1)
        elif cells.max_col >= at:
            cells.expand(right=1)
        return str(cells.coord)

    looks = {
        column: (dimension.width, dimension.hidden)
        for dimension in list(sheet.column_dimensions.values())
        for column in range(dimension.min, dimension.max + 1)
    }
    sheet.insert_cols(at)
    shifted = {column + (column >= at): look for column, look in looks.items()} | {at: (width, False)}
    sheet.column_dimensions.clear()
    for column, (each, is_hidden) in sorted(shifted.items()):
        letter = get_column_letter(column)
        sheet.column_dimensions[letter] = ColumnDimension(sheet, index=letter, width=each, hidden=is_hidden)
    for choice in sheet.data_validations.dataValidation:
        choice.sqref = MultiCellRange([CellRange(moved(str(cells))) for cells in choice.sqref.ranges])
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = moved(sheet.auto_filter.ref)
    if sheet.print_area:
        sheet.print_area = moved(sheet.print_area.rpartition("!")[2])
    pane = sheet.sheet_view.pane
    if pane and pane.xSplit and pane.xSplit >= at - 1:  # setting freeze_panes would write its selections twice
        pane.xSplit, pane.topLeftCell = pane.xSplit + 1, moved(pane.topLeftCell)


def _check_case(case_id: object, person_id: object, name: str, row: int) -> None:
    is_whole = isinstance(case_id, str) and isinstance(person_id, str)
    if not is_whole or not is_case_id(str(case_id)) or not _PERSON_ID.fullmatch(str(person_id)):
        raise DeliveryRefused(
            f"{name}, row {row}: the number or the pseudonym of the case is not as it was published; "
            "take the list as it was published."
        )


def _no_list(name: str) -> DeliveryRefused:
    return DeliveryRefused(
        f"{name} is no list of signals, or not as it was published; give signals.csv or the workbook of a municipality."
    )


def _revealed(name: str) -> UsageProblem:
    return UsageProblem(f"{name} holds A-numbers already; give the list as it was published.")
