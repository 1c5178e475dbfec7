"""What was filled in is what comes in, whatever people did to the workbook in between."""

from collections.abc import Callable
from copy import copy
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from brp_signals.publish.choices import EVERY_CHOICE
from tests.review.desk import DECIDED_ON, Desk, decided, headers


def filled(desk: Desk) -> tuple[dict[str, Any], dict[str, list[tuple[str, str, date]]]]:
    """Four decisions of every kind of date, and what must come of them."""
    one, two, three, four, *_ = desk.numbers()
    cells = {
        one: decided("Gewone verklaring gevonden", "School had nog niet uitgeschreven"),
        two: decided("Adresonderzoek (opnieuw) geopend", day="17-6-2026"),
        three: decided("Niet opgepakt (reden verplicht)", "Geen tijd", datetime(2026, 6, 17, 15, 30)),  # noqa: DTZ001
        four: decided("Woont in andere gemeente", day=46190),
    }
    expected = {
        one: [("X-VERKLAARD", "R-SCHOOL-TRAAG", DECIDED_ON)],
        two: [("X-HEROPEND", "", DECIDED_ON)],
        three: [("X-NIET", "R-GEEN-TIJD", DECIDED_ON)],
        four: [("X-ANDERE-GEMEENTE", "", DECIDED_ON)],
    }
    return cells, expected


def _filled_in(book: Any) -> Any:
    """The sheet that somebody filled in."""
    for sheet in book:
        column = headers(sheet).get("Besluit")
        if column and any(sheet.cell(number, column).value for number in range(2, sheet.max_row + 1)):
            return sheet
    raise AssertionError("nothing is filled in")


def _rename(book: Any) -> None:
    for number, sheet in enumerate(book):
        sheet.title = f"Blad {number} van ons"


def _sort(book: Any) -> None:
    sheet = _filled_in(book)
    values = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for number, row in enumerate(reversed(values), start=2):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value


def _filter(book: Any) -> None:
    for number in (2, 3):
        _filled_in(book).row_dimensions[number].hidden = True


def _move_columns(book: Any) -> None:
    sheet = _filled_in(book)
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    for number, row in enumerate(values, start=1):
        for column, value in enumerate(reversed(row), start=1):
            sheet.cell(number, column).value = value


def _add_columns(book: Any) -> None:
    sheet = _filled_in(book)
    sheet.insert_cols(2)
    sheet.cell(1, 2).value = "A-nummer"
    for number in range(2, sheet.max_row + 1):
        sheet.cell(number, 2).value = "1234567890"
    sheet.cell(1, sheet.max_column + 1).value = "Wie doet dit?"


def _lines_above(book: Any) -> None:
    sheet = _filled_in(book)
    sheet.insert_rows(1, 3)
    sheet["A1"].value = "Overleg van donderdag"


def _remove_rows(book: Any) -> None:
    _filled_in(book).delete_rows(6, 10)


def _other_sheets_gone(book: Any) -> None:
    for name in ("Samenvatting", "Bewijs", "Uitleg"):
        del book[name]


def _typed_by_hand(book: Any) -> None:
    sheet = _filled_in(book)
    columns = headers(sheet)
    changes = [str.lower, lambda text: text.replace("-", ""), lambda text: f"  {text} \xa0", lambda text: text[2:]]
    for number, change in enumerate(changes, start=2):
        case = sheet.cell(number, columns["Nummer"])
        case.value = change(case.value)
        decision = sheet.cell(number, columns["Besluit"])
        decision.value = f" {decision.value.upper()}  "
    sheet.cell(1, columns["Besluit"]).value = "besluit "
    sheet.cell(1, columns["Datum"]).value = "DATUM"


def _codes(book: Any) -> None:
    sheet = _filled_in(book)
    column = headers(sheet)["Besluit"]
    codes = {choice.label: choice.code for choice in EVERY_CHOICE.decisions}
    for number in range(2, 6):
        sheet.cell(number, column).value = codes[sheet.cell(number, column).value]


def _header_repeated(book: Any) -> None:
    sheet = _filled_in(book)
    sheet.append([cell.value for cell in sheet[1]])


def _spread_over_sheets(book: Any) -> None:
    sheet = _filled_in(book)
    book.copy_worksheet(sheet).delete_rows(2, 2)
    sheet.delete_rows(4, 10)


CHANGES: list[Callable[[Any], None]] = [
    lambda book: None,
    *(_rename, _sort, _filter, _move_columns, _add_columns, _lines_above, _remove_rows, _other_sheets_gone),
    *(_typed_by_hand, _codes, _header_repeated, _spread_over_sheets),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_a_changed_workbook_comes_in_exactly(desk: Desk, change: Callable[[Any], None]) -> None:
    cells, expected = filled(desk)
    (result,) = desk.hand_in(desk.fill("changed", cells, change=change))
    assert (result.accepted, result.returned, result.returned_workbook) == (4, {}, None)
    assert desk.decisions() == expected


@pytest.mark.parametrize(
    "day",
    [
        "17-06-2026",
        "17/06/2026",
        "17.6.2026",
        "2026-06-17",
        "2026-06-17 00:00:00",
        "46190",
        46190,
        46190.75,
        " 17-06-2026 ",
    ],
)
def test_every_form_of_a_day(desk: Desk, day: Any) -> None:
    first = desk.numbers()[0]
    desk.hand_in(desk.fill("day", {first: decided(day=day)}))
    assert desk.decisions() == {first: [("X-VERTREK-OK", "", DECIDED_ON)]}


def test_days_counted_from_1904(desk: Desk) -> None:
    from openpyxl.utils.datetime import MAC_EPOCH

    def from_1904(book: Any) -> None:
        book.epoch = MAC_EPOCH

    first, second, *_ = desk.numbers()
    path = desk.fill("mac", {first: decided(day=44728), second: decided()}, change=from_1904)
    desk.hand_in(path)
    assert desk.decisions() == {case: [("X-VERTREK-OK", "", DECIDED_ON)] for case in (first, second)}


def test_rows_copied_into_a_new_workbook(desk: Desk) -> None:
    cells, expected = filled(desk)
    source = load_workbook(desk.fill("source", cells))["Signalen"]
    book = Workbook()
    columns = [headers(source)[name] for name in ("Datum", "Nummer", "Besluit", "Reden")]
    for row in source.iter_rows():
        book.active.append([copy(row[column - 1].value) for column in columns])
    path = desk.folder / "copy.xlsx"
    book.save(path)
    desk.hand_in(path)
    assert desk.decisions() == expected


def test_a_list_without_any_decision(desk: Desk) -> None:
    (result,) = desk.hand_in(desk.ordinary)
    assert (result.accepted, result.undecided, result.returned_workbook) == (0, 6, None)


def test_a_note_alone_is_no_decision(desk: Desk) -> None:
    (result,) = desk.hand_in(desk.fill("note", {desk.numbers()[0]: {"Notitie": "nog bellen"}}))
    assert (result.accepted, result.undecided, result.returned) == (0, 6, {})
