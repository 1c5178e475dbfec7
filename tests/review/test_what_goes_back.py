"""Rows that go back say what they are about, for every list, and `reveal` finds the pseudonym of each."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from brp_signals.gateway.way_back.signal_lists import open_list
from tests.ledger.nights import Nights
from tests.review.desk import Desk, decided, headers, open_desk, returned, rows
from tests.review.test_every_list import LISTS, long_lists, numbers

KEY = "Kenmerk (pseudoniem)"


@pytest.fixture(scope="module")
def other_town(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    return long_lists(tmp_path_factory.mktemp("town"))


def pseudonyms(path: Path, sheet: str) -> dict[str, str]:
    return {str(row["Nummer"]): row[KEY] for row in rows(load_workbook(path)[sheet]) if row["Nummer"]}


@pytest.mark.parametrize("name", LISTS)
def test_a_row_says_what_it_is_about_and_can_be_revealed(other_town: Nights, tmp_path: Path, name: str) -> None:
    listed = LISTS[name]
    desk = open_desk(other_town, tmp_path, listed.pattern)
    one = numbers(desk, listed)[0]
    (result,) = desk.hand_in(desk.fill("list", {one: decided("?")}, sheet=listed.sheet))
    (row,) = returned(result, desk.folder)
    person_id = pseudonyms(desk.ordinary, listed.sheet)[one]
    day, why = {
        "leerplicht": ("Uitgeschreven of plicht sinds", "Uitgeschreven van school"),
        "control sample": ("Vertrek", "Steekproef: door toeval gekozen"),
    }[name]
    assert (row["Nummer"], row["Blad"], row[KEY], row["Door"]) == (one, listed.sheet, person_id, "Consulent leerplicht")
    assert row[day] == {"leerplicht": "30-04-2026", "control sample": "02-03-2026"}[name]
    assert ("Vertrek" in row) == (name == "control sample")
    assert str(row["Waarom"]).startswith(why)
    assert result.returned_workbook
    assert open_list(result.returned_workbook.read_bytes(), "list.xlsx").person_ids == [person_id]


def test_a_sealed_row_says_the_same_and_needs_the_second_identity(desk: Desk) -> None:
    (secret,) = desk.numbers(desk.sealed)
    (result,) = desk.hand_in(desk.fill("sealed", {secret: decided("?")}, desk.sealed))
    (row,) = returned(result, desk.folder)
    assert (row["Vertrek"], row["Waarom"]) == ("02-03-2026", "Verzuimmelding na vertrek")
    assert result.returned_workbook
    opened = open_list(result.returned_workbook.read_bytes(), "list.xlsx")
    assert (opened.person_ids, opened.is_marked_sealed) == ([row[KEY]], True)


def test_a_decision_of_the_other_kind_of_list_does_not_stay(other_town: Nights, tmp_path: Path) -> None:
    desk = open_desk(other_town, tmp_path, LISTS["leerplicht"].pattern)
    one = numbers(desk, LISTS["leerplicht"])[0]
    (result,) = desk.hand_in(desk.fill("list", {one: decided("Vertrek klopt", day=None)}))
    (row,) = returned(result, desk.folder)
    assert (result.returned, row["Besluit"], row["Datum"]) == ({"day_missing": 1}, None, None)


def test_the_pseudonym_is_hidden_and_a_made_up_number_has_none(desk: Desk) -> None:
    one, two, *_ = desk.numbers()
    (result,) = desk.hand_in(desk.fill("list", {one: decided("?"), two: decided(Nummer="S-2222-2222")}))
    assert result.returned_workbook
    sheet = load_workbook(result.returned_workbook)["Niet verwerkt"]
    assert sheet.column_dimensions[sheet.cell(1, headers(sheet)[KEY]).column_letter].hidden
    assert [row[KEY] is None for row in rows(sheet)] == [False, True]
    assert len(open_list(result.returned_workbook.read_bytes(), "list.xlsx").person_ids) == 1


def test_a_list_for_leerplicht_without_its_first_sheets_is_still_one(other_town: Nights, tmp_path: Path) -> None:
    def bare(book: Any) -> None:
        for name in ("Samenvatting", "Bewijs", "Uitleg"):
            del book[name]

    desk = open_desk(other_town, tmp_path, LISTS["leerplicht"].pattern)
    one = numbers(desk, LISTS["leerplicht"])[0]
    (result,) = desk.hand_in(desk.fill("bare", {one: decided("?")}, change=bare))
    assert result.returned_workbook
    book = load_workbook(result.returned_workbook)
    assert "Uitgeschreven of plicht sinds" in headers(book["Niet verwerkt"])
    assert "Staat op een school" in {row[0] for row in book["Uitleg"].iter_rows(values_only=True)}
