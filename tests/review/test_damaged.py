"""Damaged rows go back with their reason and the good ones beside them come in; damaged files are one sentence."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from brp_signals.base.errors import DeliveryRefused, SignalsError, UsageProblem
from brp_signals.base.sealing import new_identity, parse_recipients, seal
from brp_signals.review.reasons import REASONS
from tests.review.desk import CANARY, DECIDED_ON, Desk, Values, decided, headers, returned

pytestmark = pytest.mark.long

#: A well-formed number that no case has.
NOBODY = "S-2222-2222"
NO = "Niet opgepakt (reden verplicht)"

DAMAGED_ROWS: dict[str, tuple[Values, str]] = {
    "formula as decision": (decided("=A1"), "formula"),
    "formula as reason": (decided(reason='=HYPERLINK("http://example.org")'), "formula"),
    "formula as day": (decided(day="=TODAY()"), "formula"),
    "formula as number": (decided(Nummer="=B3"), "formula"),
    "no number": (decided(Nummer=None), "case_missing"),
    "number cut off": (decided(Nummer="S-2222"), "case_malformed"),
    "a name for a number": (decided(Nummer=CANARY), "case_malformed"),
    "a citizen service number for a number": (decided(Nummer=999990019), "case_malformed"),
    "a number never given": (decided(Nummer=NOBODY), "case_unknown"),
    "reason without decision": (decided(None, "Geen tijd", None), "decision_missing"),
    "day without decision": (decided(None), "decision_missing"),
    "decision of one's own": (decided("Weet ik niet"), "decision_unknown"),
    "two decisions in one cell": (decided("Vertrek klopt / Grensleerling"), "decision_unknown"),
    "a number as decision": (decided(3), "decision_unknown"),
    "yes as decision": (decided(True), "decision_unknown"),
    "an error as decision": (decided("#N/A"), "decision_unknown"),
    "a name as decision": (decided(CANARY), "decision_unknown"),
    "reason of one's own": (decided(reason=CANARY), "reason_unknown"),
    "an error as reason": (decided(reason="#REF!"), "reason_unknown"),
    "not looked at, no reason": (decided(NO), "reason_needed"),
    "not looked at, but found out": (decided(NO, "Kind woont hier nog"), "reason_excluded"),
    "no time, but decided": (decided(reason="Geen tijd"), "reason_excluded"),
    "departure right, child here": (decided(reason="Kind woont hier nog"), "reason_excluded"),
    "no day": (decided(day=None), "day_missing"),
    "day in words": (decided(day="volgende week"), "day_unreadable"),
    "day that does not exist": (decided(day="31-02-2026"), "day_unreadable"),
    "month before day": (decided(day="06/17/2026"), "day_unreadable"),
    "year of two digits": (decided(day="17-06-26"), "day_unreadable"),
    "day of another century": (decided(day="17-06-1926"), "day_unreadable"),
    "a small number as day": (decided(day=17), "day_unreadable"),
    "an error as day": (decided(day="#VALUE!"), "day_unreadable"),
    "day to come": (decided(day=date(2026, 6, 21)), "day_in_future"),
    "the number of a person for a name": (decided(Door="9000 00 012"), "by_malformed"),
    "a name that begins like a formula": (decided(Door="@SUM(1)"), "by_malformed"),
    "a name that is too long": (decided(Door="a" * 61), "by_malformed"),
    "a formula as name": (decided(Door="=A1"), "formula"),
    "day before the list": (decided(day=date(2025, 6, 17)), "day_before_case"),
}


@pytest.mark.parametrize("damage", DAMAGED_ROWS)
def test_a_damaged_row_goes_back_and_the_others_come_in(desk: Desk, damage: str) -> None:
    cells, code = DAMAGED_ROWS[damage]
    good, bad, *_ = desk.numbers()
    (result,) = desk.hand_in(desk.fill("damaged", {good: decided(), bad: cells}))
    assert (result.accepted, result.returned) == (1, {code: 1})
    assert desk.decisions() == {good: [("X-VERTREK-OK", "", DECIDED_ON)]}
    (row,) = returned(result, desk.folder)
    assert (row["Waarom niet verwerkt"], row["Blad"], row["Rij"]) == (REASONS[code], "Signalen", 3)
    assert row["Nummer"] in (None, bad, NOBODY)
    assert [row[name] for name in ("Notitie", "Eerder besluit")] == [None] * 2
    # What was filled in comes back when it was understood (issue 14, D24); nothing else that stood in the row does.
    assert row["Besluit"] in (None, cells["Besluit"])
    assert row["Door"] in (None, "Consulent leerplicht")


def test_only_what_is_wrong_is_empty_and_coloured(desk: Desk) -> None:
    one, two, *_ = desk.numbers()
    cells = {one: decided(day="volgende week"), two: decided("Weet ik niet", "Geen antwoord gekregen")}
    (result,) = desk.hand_in(desk.fill("damaged", cells))
    assert result.returned_workbook
    sheet = load_workbook(result.returned_workbook)["Niet verwerkt"]
    columns = headers(sheet)
    for line, wrong in ((2, "Datum"), (3, "Besluit")):
        found = {name: sheet.cell(line, columns[name]) for name in ("Besluit", "Reden", "Datum", "Door")}
        coloured = [name for name, cell in found.items() if cell.fill.fill_type == "solid"]
        assert (coloured, found[wrong].value, found["Door"].value) == ([wrong], None, "Consulent leerplicht")
        assert sheet.cell(line, columns["Vertrek"]).value == "02-03-2026"
        assert sheet.cell(line, columns["Waarom"]).value == "Verzuimmelding na vertrek"
    assert (sheet.cell(2, columns["Besluit"]).value, sheet.cell(3, columns["Datum"]).value.date()) == (
        "Vertrek klopt",
        DECIDED_ON,
    )


def test_thirty_kinds_at_least() -> None:
    assert len(DAMAGED_ROWS) + len(DAMAGED_FILES) >= 30
    used = {code for _, code in DAMAGED_ROWS.values()}
    elsewhere = {"other_municipality", "several_municipalities", "day_before_decision", "twice", "torn"}
    assert used | elsewhere | {"differs_from_file", "differs_from_ledger"} == set(REASONS)


def test_a_row_of_another_municipality(desk: Desk) -> None:
    (foreign,) = desk.numbers(desk.folder / "elsewhere.xlsx")
    first = desk.numbers()[0]
    (result,) = desk.hand_in(desk.fill("mixed", {first: decided(Nummer=foreign)}))
    assert result.returned == {"other_municipality": 1}


def test_rows_of_two_municipalities_in_a_workbook_that_names_none(desk: Desk) -> None:
    (foreign,) = desk.numbers(desk.folder / "elsewhere.xlsx")
    first, second, *_ = desk.numbers()

    def bare(book: Any) -> None:
        for name in ("Samenvatting", "Bewijs", "Uitleg"):
            del book[name]

    filled = {first: decided(), second: decided(Nummer=foreign)}
    (result,) = desk.hand_in(desk.fill("bare", filled, change=bare))
    assert (result.accepted, result.returned) == (0, {"several_municipalities": 2})
    (result,) = desk.hand_in(desk.fill("bare", {first: decided()}, change=bare))
    assert (result.accepted, result.returned) == (1, {})


def test_one_case_twice_in_a_file(desk: Desk) -> None:
    first, second, third, *_ = desk.numbers()
    filled = {
        first: decided(),
        second: decided("Grensleerling", Nummer=first),
        third: decided(),
    }
    (result,) = desk.hand_in(desk.fill("twice", filled))
    assert (result.accepted, result.returned) == (1, {"twice": 2})
    assert list(desk.decisions()) == [third]


def _without_header(book: Any) -> None:
    book["Signalen"].delete_rows(1)
    book["Uitleg"].delete_rows(1, 100)


def _without(header: str) -> Callable[[Any], None]:
    return lambda book: book["Signalen"].delete_cols(headers(book["Signalen"])[header])


def _doubled(book: Any) -> None:
    book["Signalen"].cell(1, book["Signalen"].max_column + 1).value = " BESLUIT "


def _repacked(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return stream.getvalue()


_SHEET = "xl/worksheets/sheet2.xml"


def _part(change: Callable[[bytes], bytes], part: str = _SHEET) -> Callable[[bytes], bytes]:
    """The workbook with one of its parts changed."""
    return lambda content: _repacked(content, part, change)


DAMAGED_FILES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda content: b"", "is empty"),
    "text": (lambda content: b"Nummer;Besluit\n", "is no XLSX workbook"),
    "the machine-readable list": (lambda content: b"case_id,municipality_code\n", "is no XLSX workbook"),
    "cut off": (lambda content: content[: len(content) // 2], "is no XLSX workbook"),
    "locked with a password": (lambda content: bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 5000, "has a password"),
    "a zip of something else": (_part(lambda part: b"x", "[Content_Types].xml"), "XML"),
    "a zip bomb": (_part(lambda part: part + b" " * 60_000_000), "unpacks to far more"),
    "an entity": (_part(lambda part: part.replace(b"<worksheet", b"<!DOCTYPE a><worksheet", 1)), "document type"),
    "a damaged sheet": (_part(lambda part: part[:-50]), "not well-formed"),
    "rows out of order": (_part(lambda part: part.replace(b'<row r="3"', b'<row r="1"')), "out of order"),
}


@pytest.mark.parametrize("damage", DAMAGED_FILES)
def test_a_damaged_file_is_one_sentence_and_nothing_is_taken_in(desk: Desk, damage: str) -> None:
    change, words = DAMAGED_FILES[damage]
    good = desk.fill("good", {desk.numbers()[0]: decided()})
    damaged = desk.folder / "damaged.xlsx"
    damaged.write_bytes(change(good.read_bytes()))
    _refused(desk, DeliveryRefused, words, good, damaged)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_without_header, "no sheet with the columns Nummer and Besluit"),
        (_without("Datum"), "sheet 2, row 1: column Datum is missing"),
        (_without("Reden"), "sheet 2, row 1: column Reden is missing"),
        (_doubled, "sheet 2, row 1: column Besluit stands twice"),
    ],
)
def test_columns_gone_or_doubled(desk: Desk, change: Callable[[Any], None], words: str) -> None:
    _refused(desk, DeliveryRefused, words, desk.fill("columns", {desk.numbers()[0]: decided()}, change=change))


def test_an_encrypted_list_is_for_who_holds_the_identity(desk: Desk, tmp_path: Path) -> None:
    recipients = parse_recipients([new_identity(tmp_path / "identity")], "--encrypt-to")
    path = desk.folder / "list.xlsx.age"
    path.write_bytes(seal(desk.ordinary.read_bytes(), recipients))
    _refused(desk, UsageProblem, "is encrypted", path)


def test_a_file_that_is_not_there_or_a_folder(desk: Desk) -> None:
    _refused(desk, UsageProblem, "does not exist", desk.folder / "elsewhere")
    _refused(desk, UsageProblem, "cannot be read", desk.folder)


def _refused(desk: Desk, kind: type[SignalsError], words: str, *paths: Path) -> None:
    with pytest.raises(kind, match=re.escape(words)) as caught:
        desk.hand_in(*paths)
    assert "Wilhelmina" not in str(caught.value)
    assert desk.decisions() == {}
    assert not list(desk.folder.glob("*niet-verwerkt*"))


def test_what_goes_back_can_be_opened_and_holds_no_formula(desk: Desk) -> None:
    (result,) = desk.hand_in(desk.fill("damaged", {desk.numbers()[0]: decided("=1+1")}))
    assert result.returned_workbook
    assert result.returned_workbook.stat().st_mode & 0o777 == 0o600
    book = load_workbook(result.returned_workbook)
    assert book.sheetnames == ["Niet verwerkt", "Uitleg"]
    assert not [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    lists = [item.formula1 for item in book["Niet verwerkt"].data_validations.dataValidation if item.type == "list"]
    for formula, first, last in zip(
        lists, ("Gewone verklaring", "School had"), ("Niet opgepakt", "Anders"), strict=True
    ):
        cells = [cell[0].value for cell in book["Uitleg"][formula.replace("$", "").split("!")[1]]]
        assert (cells[0].startswith(first), cells[-1].startswith(last)) == (True, True)
