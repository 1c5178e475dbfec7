"""Rows that a sort of some columns tore apart go back; a row that somebody corrected, or of an older key, does not."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from tests.ledger.nights import Nights, child
from tests.review.desk import LISTED_ON, Desk, decided, headers, open_desk, returned

pytestmark = pytest.mark.long

LEFT = ("2026-02-27", "2026-01-15", "2026-02-11")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    nights = Nights(tmp_path_factory.mktemp("town"))
    others = [child(child="secret", confidential="yes"), child(child="elsewhere", municipality="0518")]
    children = [child(child=f"child {number}", left=day) for number, day in enumerate(LEFT)]
    nights.deliver(LISTED_ON, [*children, *others], ("0363", "0518"))
    nights.run()
    return nights


@pytest.fixture
def desk(town: Nights, tmp_path: Any) -> Desk:
    return open_desk(town, tmp_path)


def swapped(first: str, last: str) -> Callable[[Any], None]:
    """The first two rows with their cells from one column to another changed about."""

    def change(book: Any) -> None:
        sheet, at = book["Signalen"], headers(book["Signalen"])
        for column in range(at[first], at[last] + 1):
            one, two = sheet.cell(2, column), sheet.cell(3, column)
            one.value, two.value = two.value, one.value

    return change


def put(header: str, value: Any) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book["Signalen"].cell(2, headers(book["Signalen"])[header]).value = value

    return change


@pytest.mark.parametrize(
    ("first", "last"),
    [("Rang", "Uiterlijk"), ("Nummer", "Nummer"), ("Vertrek", "Vertrek"), ("Besluit", "Notitie"), ("Rang", "Door")],
)
def test_two_rows_that_were_mixed_go_back_and_the_third_comes_in(desk: Desk, first: str, last: str) -> None:
    one, two, three = desk.numbers()
    cells = {one: decided(), two: decided("Grensleerling"), three: decided()}
    (result,) = desk.hand_in(desk.fill("torn", cells, change=swapped(first, last)))
    assert (result.accepted, result.returned, list(desk.decisions())) == (1, {"torn": 2}, [three])
    for row in returned(result, desk.folder):
        assert "horen niet bij elkaar" in row["Waarom niet verwerkt"]
        assert [row[name] for name in ("Besluit", "Reden", "Datum")] == [None] * 3
    assert result.returned_workbook
    again = desk.fill("again", {one: decided(), two: decided("Grensleerling")}, result.returned_workbook, SHEET)
    assert desk.hand_in(again)[0].accepted == 2
    assert [outcome for [(outcome, *_)] in (desk.decisions()[each] for each in (one, two))] == [
        "X-VERTREK-OK",
        "X-GRENS",
    ]


SHEET = "Niet verwerkt"


def test_a_torn_row_with_something_wrong_beside_is_still_torn(desk: Desk) -> None:
    one, two, _ = desk.numbers()
    path = desk.fill("torn", {one: decided(day=None), two: decided("?")}, change=swapped("Rang", "Uiterlijk"))
    assert desk.hand_in(path)[0].returned == {"torn": 2}


@pytest.mark.parametrize(
    "change",
    [
        put("Kenmerk (pseudoniem)", "f" * 32),
        put("Kenmerk (pseudoniem)", None),
        put("Vertrek", datetime(2026, 2, 28)),  # noqa: DTZ001
        put("Vertrek", "na 28 februari"),
        put("Vertrek", None),
        put("Waarom", "zie dossier"),
    ],
    ids=["an older key", "no pseudonym", "a corrected day", "words", "no day", "another fact"],
)
def test_what_no_other_case_has_is_not_held_against_a_row(desk: Desk, change: Callable[[Any], None]) -> None:
    one, *_ = desk.numbers()
    (result,) = desk.hand_in(desk.fill("list", {one: decided()}, change=change))
    assert (result.accepted, result.returned) == (1, {})


def test_a_number_that_belongs_elsewhere_is_answered_as_before(desk: Desk) -> None:
    one = desk.numbers()[0]
    (secret,), (foreign,) = desk.numbers(desk.sealed), desk.numbers(desk.folder / "elsewhere.xlsx")
    for number, code in ((secret, "case_unknown"), (foreign, "other_municipality")):
        (result,) = desk.hand_in(desk.fill(code, {one: decided(Nummer=number)}))
        assert result.returned == {code: 1}
        (row,) = returned(result, desk.folder)
        told = ("Vertrek", "Waarom", "Eerder besluit", "Kenmerk (pseudoniem)")
        assert [row[name] for name in told] == [None] * len(told)


def test_what_another_municipality_decided_is_not_told(desk: Desk) -> None:
    one, elsewhere = desk.numbers()[0], desk.folder / "elsewhere.xlsx"
    (foreign,) = desk.numbers(elsewhere)
    desk.hand_in(desk.fill("theirs", {foreign: decided("Grensleerling", day=date(2026, 6, 17))}, elsewhere))
    (result,) = desk.hand_in(desk.fill("ours", {one: decided(Nummer=foreign)}))
    (row,) = returned(result, desk.folder)
    assert (row["Eerder besluit"], "Grensleerling" in str(row)) == (None, False)
