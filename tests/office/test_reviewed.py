"""Workbooks that staff saved with LibreOffice come in exactly, and what goes back opens in it."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from brp_signals.gateway.way_back.signal_lists import open_list
from tests.ledger.nights import Nights
from tests.office.programs import converted, pages, smallest_letters, to_pdf
from tests.review.desk import CHILDREN, DECIDED_ON, LISTED_ON, SCOPE, Desk, decided, headers, open_desk
from tests.review.test_every_list import LISTS, decisions, long_lists, numbers

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """One night with a list of six."""
    nights = Nights(tmp_path_factory.mktemp("town"))
    nights.deliver(LISTED_ON, CHILDREN, SCOPE)
    nights.run()
    return nights


@pytest.fixture(scope="module")
def other_town(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """A night with long lists for leerplicht and of the control sample."""
    return long_lists(tmp_path_factory.mktemp("other town"))


@pytest.fixture
def desk(town: Nights, tmp_path: Path) -> Desk:
    """The lists of that night."""
    return open_desk(town, tmp_path)


@pytest.mark.parametrize("forms", [("xlsx",), ("ods", "xlsx"), ("fods", "xlsx"), ("xls", "xlsx")])
@pytest.mark.parametrize("is_saved_first", [True, False])
def test_saved_by_libreoffice_in_any_form(desk: Desk, forms: tuple[str, ...], is_saved_first: bool) -> None:
    one, two, three, *_ = desk.numbers()
    cells = {
        one: decided("Gewone verklaring gevonden", "School had nog niet uitgeschreven"),
        two: decided("Weer ingeschreven, zelfde of ander adres hier", "Gezin is terug", "17-06-2026"),
        three: decided("Niet opgepakt (reden verplicht)", "Anders (zie notitie)", 46190),
    }
    path = saved(desk, desk.ordinary, forms) if is_saved_first else desk.ordinary
    path = desk.fill("filled", cells, path)
    if not is_saved_first:
        path = saved(desk, path, forms)
    (result,) = desk.hand_in(path)
    assert (result.accepted, result.returned, result.undecided) == (3, {}, 3)
    assert desk.decisions() == {
        one: [("X-VERKLAARD", "R-SCHOOL-TRAAG", DECIDED_ON)],
        two: [("X-HERINGESCHREVEN", "R-TERUG", DECIDED_ON)],
        three: [("X-NIET", "R-ANDERS", DECIDED_ON)],
    }


def saved(desk: Desk, path: Path, forms: tuple[str, ...]) -> Path:
    """The workbook after LibreOffice saved it in each of these forms."""
    for number, form in enumerate(forms):
        folder = desk.folder / f"saved {number}"
        folder.mkdir()
        path = converted(path, folder, form)
    return path


def test_a_sealed_list_is_still_one(desk: Desk) -> None:
    (secret,) = desk.numbers(desk.sealed)
    path = saved(desk, desk.fill("sealed", {secret: decided()}, desk.sealed), ("ods", "xlsx"))
    assert [each.is_sealed for each in desk.hand_in(path)] == [True]
    assert list(desk.decisions()) == [secret]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("forms", [("xlsx",), ("ods", "xlsx")])
def test_every_list_saved_by_libreoffice(other_town: Nights, tmp_path: Path, name: str, forms: tuple[str, ...]) -> None:
    listed = LISTS[name]
    desk = open_desk(other_town, tmp_path, listed.pattern)
    filled = dict(zip(numbers(desk, listed), listed.outcomes, strict=False))
    cells = {number: decided(label) for number, label in filled.items()}
    path = saved(desk, desk.fill("filled", cells, sheet=listed.sheet), forms)
    (result,) = desk.hand_in(path)
    assert (result.accepted, result.returned) == (2, {})
    wanted = {number: [(listed.outcomes[label], DECIDED_ON)] for number, label in filled.items()}
    assert decisions(desk, numbers(desk, listed)) == wanted


@pytest.mark.parametrize("name", LISTS)
def test_no_list_and_nothing_that_goes_back_prints_smaller_than_8_points(
    other_town: Nights, tmp_path: Path, name: str
) -> None:
    desk = open_desk(other_town, tmp_path, LISTS[name].pattern)
    one, two, *_ = numbers(desk, LISTS[name])
    path = desk.fill("filled", {one: decided("?"), two: decided(day=None)}, sheet=LISTS[name].sheet)
    (result,) = desk.hand_in(path)
    assert result.returned_workbook
    revealed = dict.fromkeys(open_list(path.read_bytes(), "list").person_ids, "9000000012")
    for number, content in enumerate((path.read_bytes(), result.returned_workbook.read_bytes())):
        made = tmp_path / f"revealed-{number}.xlsx"
        made.write_bytes(open_list(content, "list").with_a_numbers(revealed, LISTED_ON))
        for workbook in (path if number == 0 else result.returned_workbook, made):
            sizes = smallest_letters(to_pdf(workbook, tmp_path))
            assert [(workbook.name, size) for size in sizes if size < 8] == []


def test_what_goes_back_is_filled_in_and_saved_with_libreoffice(desk: Desk) -> None:
    one, two, *_ = desk.numbers()
    (result,) = desk.hand_in(desk.fill("list", {one: decided(day=None), two: decided("?")}))
    assert result.returned_workbook
    printed = pages(to_pdf(result.returned_workbook, desk.folder))
    assert all(number in printed[0] for number in (one, two))
    path = saved(desk, result.returned_workbook, ("ods", "xlsx"))
    book = load_workbook(path)
    sheet = book["Niet verwerkt"]
    for header, value in decided(day=date(2026, 6, 18)).items():
        sheet.cell(2, headers(sheet)[header]).value = value
    book.save(path)
    (result,) = desk.hand_in(path)
    assert (result.accepted, list(desk.decisions())) == (1, [one])
