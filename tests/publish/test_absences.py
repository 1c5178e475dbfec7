"""The lists for leerplicht: beside the others and apart from them, sealed where they must be, and they come back."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars
import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from brp_signals.base.errors import UsageProblem
from brp_signals.publish import wording
from brp_signals.publish.choices import ABSENCE_CHOICES
from brp_signals.publish.columns import ABSENCE_CASES, ABSENCES
from brp_signals.publish.explain import dossier, explanation
from brp_signals.review import import_reviewed
from brp_signals.state.ledger import open_ledger
from tests.ledger.nights import NONE, Nights, child
from tests.publish.golden.rendered import html_text

TODAY = date(2026, 6, 15)
GONE = "2020-08-17..2026-04-30 at A seen 2026-06-10"
CHILDREN = [
    {"child": "withdrawn", "left": NONE, "enrolled": GONE},
    {"child": "grown", "left": NONE, "born": "2009-05-01", "enrolled": GONE},
    {"child": "secret", "left": NONE, "enrolled": GONE, "confidential": "yes"},
    {"child": "exempt", "left": NONE, "enrolled": GONE, "trace": "exemption 2025-08-01"},
    {"child": "moving", "left": NONE, "enrolled": "2020-08-17..2026-06-01 at A seen 2026-06-10"},
    {"child": "pupil", "left": NONE, "enrolled": "2020-08-17 at A seen 2026-06-10"},
    child(child="gone abroad"),
]


def asking(folder: Path) -> Nights:
    """A state folder whose configuration asks after children on no school list."""
    nights = Nights(folder)
    nights.config.write_text(nights.config.read_text(encoding="utf-8") + "\n[absence]\n", encoding="utf-8")
    nights.deliver(TODAY, CHILDREN)
    return nights


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Nights, dict[str, Any]]:
    """One night with two children on the list, one on the sealed list and one departure."""
    nights = asking(tmp_path_factory.mktemp("night"))
    return nights, nights.run()


@pytest.fixture(scope="module")
def book(night: tuple[Nights, dict[str, Any]]) -> Workbook:
    return load_workbook(night[0].output / "latest" / "0363" / "absoluut-verzuim-0363-2026-06-15.xlsx")


def rows(book: Workbook, sheet: str = "Signalen") -> list[dict[str, Any]]:
    header, *found = book[sheet].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in found]


def test_the_lists_have_the_documented_columns_and_cases(night: tuple[Nights, dict[str, Any]]) -> None:
    latest = night[0].output / "latest"
    header, *lines = (latest / "absences.csv").read_text(encoding="utf-8").splitlines()
    assert tuple(header.split(",")) == ABSENCES
    assert [line.split(",")[3:9] for line in lines] == [
        ["2026-04-30", "2026-04-30", "true", "new", "R-01", "1"],
        ["2026-04-30", "2026-04-30", "false", "new", "R-01", "2"],
    ]
    assert "Mogelijk al een startkwalificatie." in lines[1]
    assert tuple(polars.read_parquet(latest / "absence_cases.parquet").columns) == ABSENCE_CASES
    assert (latest / "0363" / "absences.csv").read_bytes() == (latest / "absences.csv").read_bytes()
    documented = Path(__file__).parents[2] / "docs" / "absence.md"
    assert set(ABSENCES) <= set(re.findall(r"`(\w+)`", documented.read_text(encoding="utf-8")))


def test_departures_and_absences_stay_on_their_own_lists(night: tuple[Nights, dict[str, Any]]) -> None:
    lists = night[0].lists()
    absent = {line.split(b",")[2] for line in lists["absences.csv"].splitlines()[1:]}
    left = {line.split(b",")[2] for line in lists["signals.csv"].splitlines()[1:]}
    assert (len(absent), len(left), absent & left) == (2, 1, set())


def test_a_child_under_secrecy_is_on_the_sealed_list_only(night: tuple[Nights, dict[str, Any]]) -> None:
    nights, account = night
    lists = nights.lists()
    _, line = lists["sealed/absences.csv"].splitlines()
    person = line.split(b",")[2]
    plain = {name: content for name, content in lists.items() if not name.startswith("sealed/")}
    assert not [
        name for name, content in plain.items() if person in content and not name.endswith((".xlsx", ".parquet"))
    ]
    for name in ("absences.parquet", "absence_cases.parquet", "0363/absences.parquet"):
        assert person.decode() not in polars.read_parquet(nights.output / "latest" / name)["person_id"]
    case_id = line.split(b",")[0].decode()
    assert case_id not in [row["Nummer"] for row in rows(load_workbook(nights.output / "latest/0363" / _name()))]
    sealed = load_workbook(nights.output / "latest" / "sealed" / "0363" / _name())
    assert [row["Nummer"] for row in rows(sealed)] == [case_id]
    assert f"{wording.SEALED}." in {cell.value for row in sealed["Samenvatting"].iter_rows(max_col=1) for cell in row}
    assert account["absence"]["sealed"] == "<5"
    with pytest.raises(UsageProblem):
        explanation(nights.state, case_id)


def test_a_run_writes_no_list_of_a_municipality_that_it_is_not_about(tmp_path: Path) -> None:
    nights = asking(tmp_path)
    nights.run()
    moved = [{"child": "withdrawn", "left": NONE, "enrolled": GONE, "municipality": "0599"}]
    nights.deliver(date(2026, 6, 16), moved, ("0599",))
    nights.run()
    assert {name.partition("/")[0] for name in nights.lists() if "verzuim" in name} == {"0599"}


def _name() -> str:
    return "absoluut-verzuim-0363-2026-06-15.xlsx"


def test_run_and_report_count_them(night: tuple[Nights, dict[str, Any]]) -> None:
    nights, account = night
    counts = account["absence"]
    assert (counts["listed"], counts["rules"], counts["withheld"]) == (2, {"R-01": 2}, {"S-09": 1, "S-10": 1})
    assert (account["cases"]["listed"], "R-01" in account["rules"]) == (1, False)
    report = (nights.output / "latest" / "report.html").read_text(encoding="utf-8")
    assert "Signalen op de lijsten voor leerplicht" in report
    assert "Geen signaal geworden: vrijstelling geldt (S-10)" in report


def test_the_workbook_reads_like_the_other_one_and_decides_nothing(book: Workbook) -> None:
    assert book.sheetnames == ["Samenvatting", "Signalen", "Bewijs", "Uitleg"]
    found = rows(book)
    assert [row["Plicht"] for row in found] == ["leerplicht", "kwalificatieplicht"]
    assert all([row[name] for name in ("Besluit", "Reden", "Notitie", "Datum")] == [None] * 4 for row in found)
    assert all(str(row["Uiterlijk"]).startswith("2026-06-29") for row in found)
    texts = [str(cell.value) for sheet in book.worksheets for line in sheet.iter_rows() for cell in line if cell.value]
    assert wording.NOT_A_FINDING in texts
    assert "Nooit een signaal geworden, met reden" in texts
    assert not [
        cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line if cell.data_type == "f"
    ]
    evidence = rows(book, "Bewijs")
    assert evidence[0]["Regel"] == "R-01"
    assert re.search(
        r"De laatste bekende inschrijving \(school \w{6}\) eindigde op 30-04-2026", evidence[0]["Toelichting"]
    )


def test_its_drop_downs_offer_what_leerplicht_can_decide(book: Workbook) -> None:
    lists = [item.formula1 for item in book["Signalen"].data_validations.dataValidation if item.type == "list"]
    offered = []
    for formula in lists:
        sheet, cells = formula.replace("$", "").split("!")
        offered.append([cell[0].value for cell in book[sheet][cells]])
    assert offered == [
        [choice.label for choice in ABSENCE_CHOICES.decisions],
        [choice.label for choice in ABSENCE_CHOICES.reasons],
    ]


def test_the_same_night_gives_the_same_bytes(night: tuple[Nights, dict[str, Any]], tmp_path: Path) -> None:
    again = asking(tmp_path)
    again.run()
    assert again.lists() == night[0].lists()


def test_without_the_table_nothing_is_left_of_it(night: tuple[Nights, dict[str, Any]], tmp_path: Path) -> None:
    quiet = Nights(tmp_path)
    quiet.deliver(TODAY, CHILDREN)
    account = quiet.run()
    assert "absence" not in account
    assert "Geen school bekend" not in (quiet.output / "latest" / "report.html").read_text(encoding="utf-8")
    others = {
        name: content for name, content in night[0].lists().items() if "absence" not in name and "verzuim" not in name
    }
    assert quiet.lists() == others


def test_explain_tells_why_what_else_it_may_be_and_what_became_of_it(night: tuple[Nights, dict[str, Any]]) -> None:
    nights, _ = night
    case_id = nights.lists()["absences.csv"].splitlines()[1].split(b",")[0].decode()
    told = explanation(nights.state, case_id.lower())
    for text in (
        "Geen school bekend sinds: 30-04-2026\nUitgeschreven van school: 30-04-2026\n",
        "Plicht: leerplicht, tot 01-05-2032",
        "Tekens\n- 30-04-2026, bron schoollijst: De laatste bekende inschrijving",
        "Plaats op de lijst: leerplicht vóór kwalificatieplicht",
        "Gewone verklaringen:",
        "Verloop",
        "- 15-06-2026: nieuw",
        "AVG",
    ):
        assert text in told


def test_the_dossier_of_a_child_on_no_school_list_has_the_same_care(tmp_path: Path) -> None:
    nights = asking(tmp_path)
    nights.run()
    case_id, _, person = nights.lists()["absences.csv"].splitlines()[1].decode().split(",")[:3]
    nights.decide(case_id, "X-SCHOOL-ELDERS 2026-06-15")
    page = dossier(nights.state, case_id.lower()).decode()
    text = html_text(page)
    for line in (
        "Geen school bekend sinds | 30-04-2026",
        "Uitgeschreven van school | 30-04-2026 | schoollijsten",
        "Plicht | leerplicht, tot 01-05-2032 | berekend uit de geboortedatum (BRP)",
        "Bekeken zijn schoollijsten die tot en met 15-06-2026 zijn geleverd",
        "- 1 30-04-2026, bron schoollijst: De laatste bekende inschrijving",
        "- Ouders, broers, zussen, buren",
        "15-06-2026 | Gaat in het buitenland naar school",
        "Uitgeschreven van school, of begin van de plicht: 30-04-2026 (voor het eerst gezien op peildatum 15-06-2026).",
        "Leerplichtwet 1969, artikelen 16 en 19",
        "Inzage (AVG, artikel 15): ",
        "Correctie (AVG, artikel 16): ",
        "15-06-2026 | nieuw",
    ):
        assert line in text
    assert "Vertrek" not in text.replace("Vertrouwelijk", "")
    assert person not in page and "<svg" not in page
    secret = nights.lists()["sealed/absences.csv"].splitlines()[1].split(b",")[0].decode()
    for number in (secret, "S-0000-0000"):
        with pytest.raises(UsageProblem, match="check the number"):
            dossier(nights.state, number)


def test_of_an_absence_that_is_over_what_was_kept_is_told(tmp_path: Path) -> None:
    nights = asking(tmp_path)
    nights.run()
    case_id = nights.lists()["absences.csv"].splitlines()[1].split(b",")[0].decode()
    nights.deliver(date(2026, 6, 16), [CHILDREN[0] | {"enrolled": f"{GONE}; 2026-06-15 at B seen 2026-06-16"}])
    nights.run()
    text = html_text(dossier(nights.state, case_id).decode())
    assert "In de laatste nacht hoorde er geen teken meer bij dit signaal." in text
    assert "30-04-2026 | schoollijst | Uitgeschreven van school" in text
    assert "Leerplichtwet 1969, artikelen 16 en 19" in text
    told = explanation(nights.state, case_id)
    assert "- 16-06-2026: opgelost: kind staat weer op een school" in told


def test_what_leerplicht_decides_comes_back(tmp_path: Path) -> None:
    nights = asking(tmp_path)
    nights.run()
    path = tmp_path / "ingevuld.xlsx"
    book = load_workbook(nights.output / "latest" / "0363" / _name())
    sheet, columns = book["Signalen"], {str(cell.value): cell.column for cell in book["Signalen"][1]}
    for line, (decision, reason) in {
        2: ("Staat op een school", "Nieuwe school bevestigd"),
        3: ("Vertrek klopt", None),  # a decision about departures
    }.items():
        for header, value in (("Besluit", decision), ("Reden", reason), ("Datum", date(2026, 6, 16))):
            sheet.cell(line, columns[header]).value = value
    book.save(path)
    (result,) = import_reviewed([path], nights.state, datetime(2026, 6, 20, 12, 0, tzinfo=UTC))
    assert (result.accepted, result.returned) == (1, {"decision_unknown": 1})
    assert result.returned_workbook
    again = load_workbook(result.returned_workbook)
    assert wording.ABSENCE_LIST in again["Uitleg"].cell(1, 1).value
    assert "Heeft een startkwalificatie" in [cell.value for cell in again["Uitleg"]["A"]]
    first, second = (row["Nummer"] for row in rows(book))
    with open_ledger(nights.state) as ledger:
        taken = [(each.outcome_code, each.reason_code) for each in ledger.decisions(first)]
        assert (taken, ledger.decisions(second)) == ([("X-INGESCHREVEN", "R-NIEUWE-SCHOOL")], [])
