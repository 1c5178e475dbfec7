"""Dates, numbers and sheets as systems and people write them."""

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from brp_signals.base.dates import FIRST_LIST_YEAR, LAST_LIST_YEAR, parse_iso_date
from brp_signals.base.errors import DeliveryRefused
from brp_signals.gateway.formats.cells import UNUSABLE, DateReader
from tests.gateway.listed import HEADER, Desk, csv_bytes
from tests.gateway.rubric import bsn

_XLSX = '[file]\ntype = "xlsx"'


@pytest.mark.parametrize("end", ["31-12-9999", "2999-12-31", "NULL", "-", "(null)", "n.v.t.", ""])
def test_an_end_that_is_none_leaves_the_enrolment_open(desk: Desk, end: str) -> None:
    read = desk.read(desk.profile(), desk.file("f", csv_bytes([HEADER, (bsn(1), "1-8-2018 00:00:00", end)])))
    assert [(row.enrolled_on, row.withdrawn_on) for row in read.rows] == [("2018-08-01", "")]


@pytest.mark.parametrize("day", ["01-01-1900", "30-12-1899", "0001-01-01", "1970-01-01", "31-12-9999", "2999-12-31"])
def test_a_placeholder_is_no_beginning_and_is_told(desk: Desk, day: str) -> None:
    read = desk.read(desk.profile(), desk.file("f", csv_bytes([HEADER, (bsn(1), day, "")])))
    assert read.counts == {"row_date_malformed": 1, "date_out_of_reach": 1}


@pytest.mark.parametrize("day", ["01-01-1900", "30-12-1899", "1970-01-01"])
def test_a_placeholder_of_the_past_is_no_end_either(desk: Desk, day: str) -> None:
    read = desk.read(desk.profile(), desk.file("f", csv_bytes([HEADER, (bsn(1), "01-08-2018", day)])))
    assert read.counts == {"row_date_malformed": 1, "date_out_of_reach": 1}


def test_what_the_gateway_keeps_a_run_can_read() -> None:
    """One definition of which days exist: every day of every year around the bounds, and all years between."""
    reader, day = DateReader(("yyyy-mm-dd",)), date(FIRST_LIST_YEAR - 2, 1, 1)
    kept = 0
    while day.year < LAST_LIST_YEAR + 3:
        text = reader.text(day.isoformat())
        kept += text != UNUSABLE
        assert text == UNUSABLE or parse_iso_date(text) == day
        day += timedelta(days=1 if day.year in (1979, 1980, 2099, 2100) else 13)
    assert kept > 1000


@pytest.mark.parametrize("text", ["'{}", '="{}"', "{a}.{b}.{c}", "{a} {b} {c}", "{a}-{b}-{c}", "{a}\u00a0{b}\u00a0{c}"])
def test_a_number_in_the_notation_of_a_spreadsheet(desk: Desk, text: str) -> None:
    number = bsn(1)
    written = text.format(number, a=number[:3], b=number[3:6], c=number[6:])
    header = ("\u200bpgn", "VAN", "tot")
    profile = desk.profile('[file]\ntype = "csv"\nquote = ""')
    read = desk.read(profile, desk.file("f", csv_bytes([header, (written, "01-08-2018", "")])))
    assert [row.number.number for row in read.rows] == [number]


def test_a_hint_for_the_separator_is_no_row(desk: Desk) -> None:
    content = b"sep=;\r\n" + csv_bytes([HEADER, (bsn(1), "01-08-2018", "")])
    read = desk.read(desk.profile(), desk.file("f", content))
    assert [(row.line, row.number.number) for row in read.rows] == [(3, bsn(1))]


def test_a_line_break_inside_quotes_belongs_to_its_cell(desk: Desk) -> None:
    rows = [(*HEADER, "Opmerking"), (bsn(1), "01-08-2018", "", "x"), (bsn(2), "01-08-2018", "", "y")]
    content = csv_bytes(rows).replace(b"x", b'"een\r\ntwee"')
    read = desk.read(desk.profile(), desk.file("f", content))
    assert [(row.line, row.number.number) for row in read.rows] == [(2, bsn(1)), (4, bsn(2))]


def test_a_quote_that_could_swallow_rows_refuses_the_file(desk: Desk) -> None:
    rows = [(*HEADER, "Opmerking"), *((bsn(n), "01-08-2018", "", "x") for n in range(1, 5))]
    lines = csv_bytes(rows).splitlines(keepends=True)
    lines[1] = lines[1].replace(b";x", b';"x')
    lines[3] = lines[3].replace(b";x", b';x"')
    with pytest.raises(DeliveryRefused, match=r"line 2: a quote is opened"):
        desk.read(desk.profile(), desk.file("f", b"".join(lines)))


def _book(*sheets: tuple[str, str, Sequence[tuple[object, ...]]], merged: str = "", is_of_1904: bool = False) -> bytes:
    """A workbook of sheets, each with its title, its state and its rows."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    if is_of_1904:
        workbook.epoch = CALENDAR_MAC_1904
    for title, state, rows in sheets:
        sheet = workbook.create_sheet(title)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
        if merged:
            sheet.merge_cells(merged)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("moment", "has_time"),
    [
        ("2026-01-31T23:59:59.999000", False),
        ("2026-01-31T23:59:00", False),
        ("2026-02-01T00:00:30", False),
        ("2026-02-01T13:45:00", True),
    ],
)
@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_workbook_is_read_as_a_person_sees_it(desk: Desk, moment: str, has_time: bool, state: str) -> None:
    rows = [HEADER, (bsn(1), datetime.fromisoformat(moment), None)]
    content = _book(("oud", state, [HEADER, (bsn(2), date(2022, 2, 1), None)]), ("nu", "visible", rows))
    read = desk.read(desk.profile(_XLSX), desk.file("f", content))
    assert [(row.number.number, row.enrolled_on) for row in read.rows] == [(bsn(1), "2026-02-01")]
    assert read.counts == {"sheet_not_read": 1} | ({"time_in_date": 1} if has_time else {})


def test_a_hidden_sheet_is_read_when_the_profile_names_it(desk: Desk) -> None:
    content = _book(("oud", "hidden", [HEADER, (bsn(1), date(2022, 2, 1), None)]), ("nu", "visible", [HEADER]))
    read = desk.read(desk.profile(f'{_XLSX}\nsheet = "oud"'), desk.file("f", content))
    assert read.numbers == [bsn(1)]


def _hidden(rows: Sequence[tuple[object, ...]], hide: Callable[[Any], None]) -> bytes:
    """A workbook of one sheet, in which something was hidden."""
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    hide(workbook.active)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


_PUPILS = [HEADER, *((bsn(n), date(2026, 4, 10), None) for n in range(1, 6))]


def _filter(sheet: Any) -> None:
    sheet.auto_filter.ref = "A1:C6"
    for row in (2, 3, 5):
        sheet.row_dimensions[row].hidden = True


def test_rows_that_nobody_sees_are_read_and_counted(desk: Desk) -> None:
    """A filter that somebody left on must not cost a child; who hid rows on purpose is told where."""
    read = desk.read(desk.profile(_XLSX), desk.file("f", _hidden(_PUPILS, _filter)))
    assert read.numbers == [bsn(n) for n in range(1, 6)]
    assert read.counts == {"row_hidden": 3} and read.findings.lines("row_hidden") == [2, 3, 5]


@pytest.mark.parametrize("column", ["A", "B"])
def test_a_mapped_column_that_nobody_sees_is_read_and_told(desk: Desk, column: str) -> None:
    """A number that was hidden for privacy is what the profile asks for."""

    def hide(sheet: Any) -> None:
        sheet.column_dimensions[column].hidden = True

    read = desk.read(desk.profile(_XLSX), desk.file("f", _hidden(_PUPILS, hide)))
    assert read.numbers == [bsn(n) for n in range(1, 6)] and set(read.column("enrolled_on")) == {"2026-04-10"}
    assert read.counts == {"column_hidden": 1}


def test_a_hidden_column_that_is_not_mapped_is_no_matter(desk: Desk) -> None:
    def hide(sheet: Any) -> None:
        sheet["D1"] = "Opmerking"
        sheet.column_dimensions["D"].hidden = True

    assert desk.read(desk.profile(_XLSX), desk.file("f", _hidden(_PUPILS, hide))).counts == {}


@pytest.mark.parametrize("is_of_1904", [False, True])
def test_a_number_of_days_counts_from_the_epoch_of_its_workbook(desk: Desk, is_of_1904: bool) -> None:
    day_0 = date(1904, 1, 1) if is_of_1904 else date(1899, 12, 30)
    serial = (date(2026, 4, 10) - day_0).days
    for cell in (serial, serial + 0.0003, serial - 0.0003, str(serial)):
        content = _book(("nu", "visible", [HEADER, (bsn(1), cell, None)]), is_of_1904=is_of_1904)
        read = desk.read(desk.profile(_XLSX), desk.file("f", content))
        assert [row.enrolled_on for row in read.rows] == ["2026-04-10"], cell


def test_merged_cells_hold_for_every_row_of_theirs(desk: Desk) -> None:
    rows = [HEADER, (bsn(1), date(2026, 4, 10), None), (bsn(2), None, None), (bsn(3), date(2026, 4, 11), None)]
    read = desk.read(desk.profile(_XLSX), desk.file("f", _book(("nu", "visible", rows), merged="B2:B3")))
    assert [row.enrolled_on for row in read.rows] == ["2026-04-10", "2026-04-10", "2026-04-11"]
