"""The workbook opens, reads well, and never computes or decides anything."""

import re
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.workbook import Workbook

from brp_signals.publish import wording
from brp_signals.publish.kinds import DEPARTURES
from brp_signals.publish.workbook import workbook_bytes
from tests.publish.lists import EVERYTHING, HOSTILE, RETURNED, RULES, case, municipal_list, sign


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    path = tmp_path_factory.mktemp("book") / "list.xlsx"
    path.write_bytes(workbook_bytes(EVERYTHING, RULES, DEPARTURES))
    return load_workbook(path)


def rows(book: Workbook, name: str) -> list[dict[str, object]]:
    header, *found = book[name].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in found]


def test_the_sheets_in_the_order_of_reading(book: Workbook) -> None:
    assert book.sheetnames == ["Samenvatting", "Signalen", "Bewijs", "Uitleg", "Steekproef"]


def test_one_row_a_case_in_order_of_work(book: Workbook) -> None:
    found = rows(book, "Signalen")
    assert [row["Nummer"] for row in found] == [item.case_id for item in EVERYTHING.cases]
    assert str(found[0]["Vertrek"]) == "2026-03-02 00:00:00"
    assert found[1]["Vertrek"] == "03-2026, dag onbekend"
    assert found[0]["Bestem-\nming"] == "onbekend, ambtshalve"
    assert found[0]["Waarom op deze plek"] == "Ervoor: na het vertrek verzuim gemeld (sterk)"


def test_children_who_came_back_stand_on_a_sheet_of_their_own(tmp_path: Path) -> None:
    content = municipal_list(*EVERYTHING.cases, RETURNED, n_weak=7)
    (tmp_path / "back.xlsx").write_bytes(workbook_bytes(content, RULES, DEPARTURES))
    book = load_workbook(tmp_path / "back.xlsx")
    assert book.sheetnames == ["Samenvatting", "Signalen", "Weer terug", "Bewijs", "Uitleg", "Steekproef"]
    assert RETURNED.case_id not in [row["Nummer"] for row in rows(book, "Signalen")]
    (row,) = rows(book, "Weer terug")
    assert (row["Nummer"], str(row["Weer hier sinds"])) == (RETURNED.case_id, "2026-04-20 00:00:00")
    assert "Ni-\nveau" not in row
    lists = [item.formula1 for item in book["Weer terug"].data_validations.dataValidation if item.type == "list"]
    assert len(lists) == 2
    first = {str(row[0].value).strip(): row[1].value for row in book["Samenvatting"].iter_rows(max_col=2)}
    assert (first["waarvan weer terug"], first["waarvan niveau A"]) == (1, 3)
    assert first["Te zwak om te vragen: staat op geen lijst"] == 7


def test_the_words_that_weigh_are_explained_without_a_number(book: Workbook) -> None:
    texts = {str(row[0]): str(row[1]) for row in book["Uitleg"].iter_rows(max_col=2, values_only=True) if row[0]}
    for word in ("Spreekt ervoor", "Spreekt ertegen", "Niet bekend", "Sterk", "Redelijk sterk", "Zwak"):
        assert texts[word]
        assert not re.search(r"[0-9]", texts[word])


def test_the_evidence_says_what_each_sign_does(tmp_path: Path) -> None:
    signs = (sign("L-03"), sign("B-01"), sign("C-01"))
    (tmp_path / "against.xlsx").write_bytes(workbook_bytes(municipal_list(case(signs=signs)), RULES, DEPARTURES))
    book = load_workbook(tmp_path / "against.xlsx")
    assert [row["Wat het doet"] for row in rows(book, "Bewijs")] == [
        "spreekt ervoor",
        "alleen context",
        "spreekt ertegen",
    ]
    told = [str(cell) for row in book["Uitleg"].iter_rows(values_only=True) for cell in row]
    assert [text for text in told if text.startswith("Wat het niet bewijst:")]


def test_no_decision_is_filled_in(book: Workbook) -> None:
    for row in rows(book, "Signalen"):
        assert [row[name] for name in ("Besluit", "Reden", "Notitie", "Datum")] == [None] * 4


def test_decision_and_reason_are_chosen_from_lists_that_exist(book: Workbook) -> None:
    validations = book["Signalen"].data_validations.dataValidation
    lists = [item.formula1 for item in validations if item.type == "list"]
    assert len(lists) == 2
    for formula in lists:
        sheet, cells = formula.replace("$", "").split("!")
        assert all(cell[0].value for cell in book[sheet][cells])


def test_nothing_is_a_formula_whatever_the_text(book: Workbook) -> None:
    for sheet in book.worksheets:
        for line in sheet.iter_rows():
            assert not [cell.coordinate for cell in line if cell.data_type == "f"]
    assert HOSTILE in [row["Toelichting"] for row in rows(book, "Bewijs")]


def test_frozen_filtered_and_printed_as_one_page_wide(book: Workbook) -> None:
    sheet = book["Signalen"]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$1:$1"


@pytest.mark.parametrize("name", ["Samenvatting", "Signalen", "Bewijs", "Uitleg", "Steekproef"])
def test_every_sheet_prints_at_8_points_or_more(book: Workbook, name: str) -> None:
    sheet = book[name]
    area = sheet.print_area.replace("$", "").rpartition(":")[2].rstrip("0123456789") if sheet.print_area else ""
    last = column_index_from_string(area) if area else sheet.max_column
    # A unit is 7 pixels and a column has 5 more, of three quarters of a point each; an A4 sheet is 297 mm wide.
    points = sum(0.75 * (7 * sheet.column_dimensions[get_column_letter(at)].width + 5) for at in range(1, last + 1))
    room = 72 * (297 / 25.4 - sheet.page_margins.left - sheet.page_margins.right)
    assert min(1, room / points) * 9 >= 8


def test_the_pseudonym_is_there_but_hidden_and_off_the_paper(book: Workbook) -> None:
    sheet = book["Signalen"]
    (key,) = [cell for cell in sheet[1] if cell.value == "Kenmerk (pseudoniem)"]
    assert sheet.cell(2, key.column).value == EVERYTHING.cases[0].person_id
    assert sheet.column_dimensions[key.column_letter].hidden
    last_printed = sheet.print_area.replace("$", "").rpartition(":")[2].rstrip("0123456789")
    assert column_index_from_string(last_printed) < key.column
    # Among the cells that are filled in: who sorts those alone, or all but those, leaves it with the wrong number.
    assert [cell.value for cell in sheet[1][key.column - 2 : key.column + 1]] == ["Door", key.value, "Notitie"]


def test_every_case_takes_two_lines_at_most(book: Workbook) -> None:
    heights = [book["Signalen"].row_dimensions[row].height for row in (2, 3, 4)]
    assert max(heights) <= 40


def test_every_rule_shown_is_explained(book: Workbook) -> None:
    text = " ".join(str(cell) for row in book["Uitleg"].iter_rows(values_only=True) for cell in row if cell)
    for code in {code for item in EVERYTHING.cases for code in item.rule_codes}:
        rule = next(rule for rule in RULES if rule.code == code)
        assert code in text
        assert all(explanation in text for explanation in rule.innocent_nl)


def test_no_sheet_is_protected_so_that_a_clerk_can_sort_and_delete(book: Workbook) -> None:
    assert not [sheet.title for sheet in book.worksheets if sheet.protection.sheet]


def test_the_same_list_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(workbook_bytes(EVERYTHING, RULES, DEPARTURES))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_an_empty_list_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.xlsx").write_bytes(workbook_bytes(municipal_list(), RULES, DEPARTURES))
    book = load_workbook(tmp_path / "empty.xlsx")
    assert "Geen signalen op deze datum" in str(book["Signalen"]["A2"].value)


def test_a_sealed_list_says_so_first_and_on_every_page(tmp_path: Path) -> None:
    (tmp_path / "sealed.xlsx").write_bytes(
        workbook_bytes(municipal_list(*EVERYTHING.cases, is_sealed=True), RULES, DEPARTURES)
    )
    book = load_workbook(tmp_path / "sealed.xlsx")
    assert book["Samenvatting"]["A4"].value == f"{wording.SEALED}."
    assert book["Samenvatting"]["A4"].fill.fgColor.rgb != book["Samenvatting"]["A5"].fill.fgColor.rgb
    assert all(wording.SEALED in sheet.oddHeader.right.text for sheet in book.worksheets)


def test_terms_that_are_over_stand_on_the_first_sheet_as_many_as_people_read(tmp_path: Path) -> None:
    step = "Het adresonderzoek afronden en de uitkomst als besluit invullen."
    late = tuple(case(rank, due_on=date(2026, 5, 1), follow_up_nl=step) for rank in range(1, 13))
    (tmp_path / "late.xlsx").write_bytes(workbook_bytes(municipal_list(*late, overdue=late), RULES, DEPARTURES))
    sheet = load_workbook(tmp_path / "late.xlsx")["Samenvatting"]
    lines = [sheet.cell(row, 1).value for row in range(4, 19)]
    assert lines[2:4] == ["Termijn voorbij", f"S-ABCD-1001: uiterlijk 01-05-2026. {step}"]
    assert lines[13:] == ["En nog 2; sorteer het blad Signalen op de kolom Uiterlijk.", None]


def test_a_list_of_many_cases(tmp_path: Path) -> None:
    content = municipal_list(*(case(rank) for rank in range(1, 301)))
    (tmp_path / "many.xlsx").write_bytes(workbook_bytes(content, RULES, DEPARTURES))
    assert load_workbook(tmp_path / "many.xlsx")["Signalen"].max_row == 301
