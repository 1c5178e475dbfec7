"""The workbook of a list: read within bounds, and written anew with A-numbers.

Of what is read only values remain: text, whole numbers and dates of the sheets with cases and of their evidence.
Explanations and choices are written from the rules of this program.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any, Final, NamedTuple

from brp_signals.base.bounded_workbook import BoundedWorkbook, cell_value
from brp_signals.base.dates import dutch
from brp_signals.base.errors import DeliveryRefused
from brp_signals.base.rule_files import Rule, load_rules
from brp_signals.base.warehouse import resource
from brp_signals.publish import wording
from brp_signals.publish.kinds import Kind, kind_of_rule, kind_of_texts
from brp_signals.publish.sheet_columns import (
    BACK_HEADER,
    CASE_HEADER,
    COLUMNS,
    DECISION_HEADER,
    DRAWN_HEADER,
    PERSON_HEADER,
    PRINTED_CHOICES,
    SCHOOL_COLUMNS,
    Column,
)
from brp_signals.publish.workbook import (
    OPTIONS,
    add_choices,
    all_looks,
    first_choice_row,
    set_paper,
    who_may_read,
    write_explanation,
    write_sample_lines,
    write_table,
)

A_NUMBER_HEADER: Final = "A-nummer"
#: A workbook of a municipality is a few MB of XML; what unpacks to more than this is no list.
_MOST_UNPACKED: Final = 64 * 1024 * 1024
_MOST_HELD: Final = 16 * 1024 * 1024
_MOST_ROWS: Final = 20_000
_TOP_ROWS: Final = 20
_MOST_COLUMNS: Final = 64
_LONGEST_CELL: Final = 2_000
_RETURNED_HEADER: Final = "Waarom niet verwerkt"
_RULE_HEADER: Final = "Regel"
_SCHOOL_HEADERS: Final = tuple(column.header for column in SCHOOL_COLUMNS)
_SIGNALS, _EVIDENCE, _RETURNED = "Signalen", "Bewijs", "Niet verwerkt"
#: What kind of sheet it is, by a header that no other kind has.
_KINDS: Final = {_RETURNED_HEADER: _RETURNED, DRAWN_HEADER: wording.SAMPLE, BACK_HEADER: wording.BACK}
_TITLE: Final = re.compile(r"Signalen gemeente ([0-9]{4})\b", re.ASCII)
_DAY: Final = re.compile(r"Peildatum ([0-9]{2}-[0-9]{2}-[0-9]{4})", re.ASCII)
_WIDEST, _NARROWEST, _A_NUMBER_WIDTH = 44.0, 7.0, 11.0
#: Of a sheet of paper at letters of 8 points the width in units of a column, and what a column takes beside its width.
_PAPER, _PADDING, _NARROWEST_PART = 157.0, 0.72, 0.3
_RUNNING_TEXT: Final = ("text", "choice")

Cell = str | int | date


@dataclass(frozen=True)
class CaseSheet:
    """A sheet with a case a row: its title, its headers and its rows, each with its number of row in the file."""

    class Row(NamedTuple):
        """One case: where it was, its number and pseudonym as read, and all cells in the order of the headers."""

        row: int
        case_id: str
        person_id: str
        cells: tuple[Cell, ...]

    title: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def is_returned(self) -> bool:
        """Whether these are rows that `review import` gave back."""
        return self.title == _RETURNED


@dataclass(frozen=True)
class ListWorkbook:
    """What is kept of a workbook. `evidence` and `schools` have their header as their first row, when they are there;
    `day` is its reference date as text.
    """

    sheets: tuple[CaseSheet, ...]
    evidence: tuple[tuple[Cell, ...], ...]
    schools: tuple[tuple[Cell, ...], ...]
    municipality_code: str
    day: str
    kind: Kind
    is_sealed: bool


def read_list(content: bytes, name: str) -> ListWorkbook:
    """The values of a workbook; without any sheet of cases when it is no list.

    Raises DeliveryRefused for what is no workbook, damaged, too large, or holds two sheets of the same kind.
    """
    book = BoundedWorkbook(name, lambda: io.BytesIO(content), _MOST_UNPACKED, _MOST_HELD, _MOST_ROWS)
    sheets: dict[str, CaseSheet] = {}
    evidence: tuple[tuple[Cell, ...], ...] = ()
    schools: tuple[tuple[Cell, ...], ...] = ()
    texts: list[str] = []
    for title in book.sheets():
        top = [_cells(row) for row in islice(book.rows(title, 1, _MOST_COLUMNS), _TOP_ROWS)]
        texts += [cell for row in top for cell in row if isinstance(cell, str)]
        header = next((at for at, row in enumerate(top, start=1) if CASE_HEADER in row), None)
        if header is None:
            if top and top[0][: len(_SCHOOL_HEADERS)] == _SCHOOL_HEADERS:
                schools = (_SCHOOL_HEADERS, *(cells for _, cells in _rows(book, title, 2, len(_SCHOOL_HEADERS))))
            continue
        names = _headers(top[header - 1])
        rows = list(_rows(book, title, header + 1, len(names)))
        if DECISION_HEADER in names and PERSON_HEADER in names:
            sheet = _case_sheet(names, rows)
            if sheet.title in sheets:
                raise DeliveryRefused(f"{name} holds the sheet {sheet.title} twice; take one of them out.")
            sheets[sheet.title] = sheet
        elif _RULE_HEADER in names:
            evidence = (names, *(cells for _, cells in rows if any(cells)))
    return ListWorkbook(
        sheets=tuple(sheets.values()),
        evidence=evidence,
        schools=schools,
        municipality_code=next((found[1] for text in texts if (found := _TITLE.search(text))), ""),
        day=next((found[1] for text in texts if (found := _DAY.search(text))), ""),
        kind=kind_of_texts(texts),
        is_sealed=any(wording.SEALED in text for text in texts),
    )


def _headers(row: Sequence[Cell]) -> tuple[str, ...]:
    """The header row up to its last cell with text."""
    last = max(at for at, cell in enumerate(row) if cell != "")
    return tuple(str(cell) for cell in row[: last + 1])


def _rows(book: BoundedWorkbook, title: str, first: int, width: int) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    return ((number, _cells(row)) for number, row in enumerate(book.rows(title, first, width), start=first))


def _cells(row: Sequence[Any]) -> tuple[Cell, ...]:
    return tuple(_value(cell) for cell in row)


def _value(cell: Any) -> Cell:
    """The value of a cell; nothing of a formula, and of a text as much as a clerk can read."""
    value = cell_value(cell)
    if isinstance(value, str):
        return "" if cell.data_type == "f" else value[:_LONGEST_CELL]
    return value


def _case_sheet(names: tuple[str, ...], rows: Sequence[tuple[int, tuple[Cell, ...]]]) -> CaseSheet:
    case, person = names.index(CASE_HEADER), names.index(PERSON_HEADER)
    title = next((kind for header, kind in _KINDS.items() if header in names), _SIGNALS)
    found = (CaseSheet.Row(number, str(cells[case]), str(cells[person]), cells) for number, cells in rows)
    is_returned = title == _RETURNED
    kept = (row for row in found if row.case_id or row.person_id or (is_returned and any(row.cells)))
    return CaseSheet(title, names, tuple(kept))


def write_list(found: ListWorkbook, a_numbers: Mapping[str, str], today: date) -> bytes:
    """The workbook with the A-number of each case whose person is in `a_numbers`, by pseudonym."""
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    with Workbook(stream, OPTIONS) as book:
        title = wording.municipality_title(found.municipality_code) if found.municipality_code else _SIGNALS
        title = f"{found.kind.mark_nl}. {title}" if found.kind.mark_nl else title
        book.set_properties({"title": title, "created": datetime.combine(today, datetime.min.time())})
        looks = all_looks(book)
        tables = {name: rows for name, rows in ((_EVIDENCE, found.evidence), (wording.SCHOOLS, found.schools)) if rows}
        names = ["Samenvatting", *(sheet.title for sheet in found.sheets), *tables, "Uitleg"]
        sheets = {name: book.add_worksheet(name) for name in names}
        for sheet in sheets.values():
            set_paper(sheet, (f"{title} · met A-nummers", who_may_read(found.is_sealed)), wording.NOT_A_FINDING)
        _write_summary(sheets["Samenvatting"], looks, found, title, _mark(found, a_numbers, today))
        rules = _rules(found)
        for each in found.sheets:
            _write_cases(sheets[each.title], looks, each, a_numbers, (first_choice_row(rules), found.kind.choices))
        for name, (headers, *cells) in tables.items():
            write_table(sheets[name], looks, _columns(headers, *cells), cells)
            sheets[name].freeze_panes(1, 2)
        write_explanation(sheets["Uitleg"], looks, rules, found.kind.choices)
    return stream.getvalue()


def _mark(found: ListWorkbook, a_numbers: Mapping[str, str], today: date) -> str:
    persons = [row.person_id for sheet in found.sheets for row in sheet.rows]
    n_found = sum(person_id in a_numbers for person_id in persons)
    return (
        f"Met A-nummers ({n_found} van {len(persons)}), toegevoegd op {dutch(today)}: alleen voor wie dit "
        "voor zijn werk nodig heeft; niet doorsturen en na gebruik verwijderen."
    )


def _write_summary(sheet: Any, looks: dict[str, Any], found: ListWorkbook, title: str, mark: str) -> None:
    sheet.set_column(0, 0, 140)
    sheet.write_string(0, 0, title, looks["title"])
    sheet.write_string(1, 0, f"Peildatum {found.day}" if found.day else "", looks["line"])
    sheet.write_string(2, 0, mark, looks["sealed"])
    texts = [f"{wording.SEALED}."] if found.is_sealed else []
    for row, text in enumerate((*texts, *found.kind.what_this_is), start=4):
        sheet.write_string(row, 0, text, looks["line"])
        sheet.set_row(row, 28)


def _write_cases(
    sheet: Any, looks: dict[str, Any], cases: CaseSheet, a_numbers: Mapping[str, str], choosing: tuple[int, Any]
) -> None:
    """The cases with their A-number after their number, the pseudonym hidden, and drop-downs where they were."""
    at = cases.headers.index(CASE_HEADER) + 1
    headers = (*cases.headers[:at], A_NUMBER_HEADER, *cases.headers[at:])
    rows = [(*row.cells[:at], a_numbers.get(row.person_id, ""), *row.cells[at:]) for row in cases.rows]
    decision, wanted = headers.index(DECISION_HEADER), tuple(column.header for column in PRINTED_CHOICES)
    n_printed = decision + len(wanted)
    write_table(sheet, looks, _on_paper(_columns(headers, *rows), n_printed), rows)
    if cases.title == wording.SAMPLE and "Waarom" in headers:
        write_sample_lines(sheet, looks, headers, max(len(rows), 1))
    sheet.freeze_panes(1, at + 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(headers) - 1)
    sheet.print_area(0, 0, max(len(rows), 1), n_printed - 1)
    if headers[decision : decision + len(wanted)] == wanted and rows:
        add_choices(sheet, decision, len(rows), *choosing)


def _columns(headers: Sequence[Cell], *rows: Sequence[Cell]) -> tuple[Column, ...]:
    """A column for each header: as it is published, else as wide as its texts need."""
    return tuple(_column(str(header), [row[at] for row in rows], at) for at, header in enumerate(headers))


def _on_paper(columns: Sequence[Column], n_printed: int) -> tuple[Column, ...]:
    """The columns with those of running text so narrow that the printed ones can be read on one sheet."""
    printed = columns[:n_printed]
    flexible = sum(column.width for column in printed if column.look in _RUNNING_TEXT)
    room = _PAPER - sum(column.width for column in printed) + flexible - _PADDING * len(printed)
    part = min(max(room / flexible, _NARROWEST_PART), 1.0) if flexible else 1.0
    shrunk = (replace(each, width=each.width * part) if each.look in _RUNNING_TEXT else each for each in printed)
    return (*shrunk, *columns[n_printed:])


def _column(header: str, cells: Sequence[Cell], at: int) -> Column:
    if header == A_NUMBER_HEADER:
        return Column(header, _A_NUMBER_WIDTH, "strong", lambda row: row[at])
    if published := COLUMNS.get(header):
        return replace(published, value=lambda row: row[at])
    longest = max(len(str(cell)) for cell in (*cells, header))
    return Column(header, min(max(longest + 2.0, _NARROWEST), _WIDEST), "text", lambda row: row[at])


def _rules(found: ListWorkbook) -> list[Rule]:
    """The rules that the evidence names, else all of its kind."""
    rules = [rule for rule in load_rules(resource("sql") / "rules") if kind_of_rule(rule) is found.kind]
    codes = {code for row in found.evidence for cell in row for code in str(cell).split(", ")}
    return [rule for rule in rules if rule.code in codes] or rules
