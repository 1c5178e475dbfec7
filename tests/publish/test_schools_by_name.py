"""A school is shown by number and name once DUO's file is taken in, and as it was without; its name may be hostile."""

import csv
import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars
import pytest
from openpyxl import load_workbook

from brp_signals.gateway.way_back.list_workbook import read_list, write_list
from brp_signals.publish.dossier import Dossier, dossier_bytes
from brp_signals.publish.explain import dossier, explanation
from brp_signals.publish.explanations import Recalled
from brp_signals.publish.kinds import DEPARTURES
from brp_signals.publish.page import page_bytes
from brp_signals.publish.watch_page import write_watch
from brp_signals.publish.workbook import workbook_bytes
from brp_signals.state.ledger import Held
from brp_signals.state.schools import School, Schools, replace_table
from tests.ledger.nights import NONE, Nights, child
from tests.publish.lists import HOSTILE, RULES, case, municipal_list, sign
from tests.publish.test_watch_page import ACCOUNT, SCHOOL, alarm, nights

TODAY = date(2026, 6, 15)
ON_LISTS = "2020-08-17 at known seen 2026-05-10 2026-06-10"
CHILDREN = [
    child(child="known", enrolled=ON_LISTS),
    child(child="unknown", enrolled=ON_LISTS.replace("known", "unknown")),
    {"child": "enrolled again", "enrolled": "2026-04-20 at known seen 2026-05-10 2026-06-10"},
    {"child": "away", "left": NONE, "enrolled": "2020-08-17..2026-04-30 at known seen 2026-06-10"},
]
ADDRESS = "Lindelaan 1, 3511 AA UTRECHT"
SOURCE = "naam volgens DUO, bestand van 01-11-2025"


def school(number: str, name: str = "De Regenboog") -> School:
    return School(number, name, "Lindelaan", "1", "3511 AA", "UTRECHT", "030-1234567", date(2025, 11, 1))


def numbers(folder: Path) -> list[str]:
    """The numbers of schools in the delivery of a night, that of `known` first."""
    rows = polars.read_csv(folder / "delivery/enrolments.csv", infer_schema=False)
    first, *_ = rows.filter(polars.col("seen_on") == "2026-05-10").get_column("school_id").unique(maintain_order=True)
    return [first, *sorted(set(rows.get_column("school_id")) - {first})]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Nights, Nights, str]:
    """The same night without names and with that of one school, and its number."""
    made = []
    for name in ("without", "with"):
        town = Nights(tmp_path_factory.mktemp(name))
        town.config.write_text(town.config.read_text(encoding="utf-8") + "\n[absence]\n", encoding="utf-8")
        town.deliver(TODAY, CHILDREN)
        made.append(town)
    plain, named = made
    number = numbers(named.folder)[0]
    named.state.mkdir(mode=0o700)
    replace_table(named.state, "vo", [school(number), school("99ZZ99", "Elders")])
    for town in made:
        town.run()
    return plain, named, number


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def test_tables_for_other_systems_are_the_same_but_for_the_name_in_a_sentence(
    twice: tuple[Nights, Nights, str],
) -> None:
    plain, named, number = twice
    before, after = plain.lists(), named.lists()
    assert before.keys() == after.keys()
    for name in ("signals.csv", "absences.csv", "0363/signals.csv"):
        assert number.encode() in before[name] and b"De Regenboog" in after[name]
        nameless = [
            [cell.replace(f"{number}, De Regenboog, UTRECHT", number) for cell in row] for row in cells(after[name])
        ]
        assert nameless == cells(before[name])
    for name in ("quarantine.csv", "findings.csv", "sample.parquet", "watch_series.parquet"):
        assert after[name] == before[name]
    cases = [polars.read_parquet(io.BytesIO(each["cases.parquet"])).drop("reason_nl") for each in (before, after)]
    assert cases[0].equals(cases[1])


def test_the_page_names_the_school_beside_its_number_and_says_whom_to_call(twice: tuple[Nights, Nights, str]) -> None:
    plain, named, number = twice
    for name in ("signalen-0363-2026-06-15.html", "absoluut-verzuim-0363-2026-06-15.html"):
        page = named.lists()[f"0363/{name}"].decode()
        assert f"(school {number}, De Regenboog, UTRECHT)" in page
        (row,) = re.findall(rf'<tr><th scope="row" class="fixed">{number}</th>.*</tr>', page)
        assert re.sub("<[^>]+>", "|", row).strip("|").split("||") == [
            *(number, "De Regenboog", ADDRESS, "030-1234567", "01-11-2025")
        ]
        assert 'id="scholen"' not in plain.lists()[f"0363/{name}"].decode()


def test_a_school_that_no_file_names_is_shown_by_its_number(twice: tuple[Nights, Nights, str]) -> None:
    page = twice[1].lists()["0363/signalen-0363-2026-06-15.html"].decode()
    (other,) = set(re.findall(r"\(school (\w{6})\)", page))
    assert other in numbers(twice[1].folder)


def test_the_workbook_has_a_sheet_with_the_schools_it_speaks_of(twice: tuple[Nights, Nights, str]) -> None:
    plain, named, number = twice
    book = load_workbook(io.BytesIO(named.lists()["0363/signalen-0363-2026-06-15.xlsx"]))
    header, row = book["Scholen"].iter_rows(values_only=True)
    assert header == ("School", "Naam", "Adres", "Telefoon", "DUO, bestand van")
    assert (*row[:4], str(row[4])[:10]) == (number, "De Regenboog", ADDRESS, "030-1234567", "2025-11-01")
    assert "Scholen" not in load_workbook(io.BytesIO(plain.lists()["0363/signalen-0363-2026-06-15.xlsx"])).sheetnames


def test_a_list_with_a_numbers_still_says_whom_to_call(twice: tuple[Nights, Nights, str]) -> None:
    content = twice[1].lists()["0363/signalen-0363-2026-06-15.xlsx"]
    again = load_workbook(io.BytesIO(write_list(read_list(content, "list.xlsx"), {}, TODAY)))
    first = load_workbook(io.BytesIO(content))
    assert [*again["Scholen"].values] == [*first["Scholen"].values]


def test_explain_and_dossier_say_it_with_the_day_of_the_file(twice: tuple[Nights, Nights, str]) -> None:
    plain, named, number = twice
    signals = polars.read_csv(io.BytesIO(named.lists()["signals.csv"]))
    cases = signals.filter(polars.col("reason_nl").str.contains("De Regenboog")).get_column("case_id").to_list()
    told = explanation(named.state, cases[0])
    assert f"School {number}: De Regenboog, {ADDRESS}, 030-1234567 ({SOURCE})" in told.splitlines()
    page = dossier(named.state, cases[0]).decode()
    assert f'<th scope="row">School {number}</th><td>De Regenboog, {ADDRESS}</td><td>{SOURCE}</td>' in page
    assert "Regenboog" not in explanation(plain.state, cases[0]) + dossier(plain.state, cases[0]).decode()


def hostile() -> Any:
    """A list with a case about a school with a hostile name, in its sentence and by itself."""
    named = school("12AB00", HOSTILE)
    about = sign("L-01", sentence_nl=f"Het staat op de lijst (school {named.title_nl}).", school=named)
    return municipal_list(case(1, signs=(about,), reason_nl=about.sentence_nl))


def test_a_name_is_never_a_formula_in_a_workbook() -> None:
    made = workbook_bytes(hostile(), RULES, DEPARTURES)
    for content in (made, write_list(read_list(made, "list.xlsx"), {}, TODAY)):
        book = load_workbook(io.BytesIO(content))
        cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
        assert HOSTILE in [cell.value for cell in book["Scholen"]["B"]]
        assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []


def test_a_name_is_never_markup_on_a_page(tmp_path: Path) -> None:
    content = hostile()
    write_watch(
        tmp_path / "watch.html",
        {**ACCOUNT, "watch": [alarm("1")]},
        nights([200, 100]),
        {SCHOOL: 12},
        Schools({SCHOOL.subject: school(SCHOOL.subject, HOSTILE)}),
    )
    recalled = Recalled(content.cases[0], "d", TODAY, 24, {})
    pages = (
        page_bytes(content, RULES, DEPARTURES).decode(),
        dossier_bytes(Dossier("S-ABCD-1001", recalled, [], [], Held()), RULES).decode(),
        (tmp_path / "watch.html").read_text(encoding="utf-8"),
    )
    for page in pages:
        assert "&lt;script&gt;alert(1)" in page and "<script" not in page


def test_what_changed_at_a_school_is_told_by_number_and_name(tmp_path: Path) -> None:
    named = school(SCHOOL.subject)
    for schools, told in ((Schools({named.school_id: named}), named.title_nl), (Schools({}), SCHOOL.subject)):
        write_watch(tmp_path / "watch.html", ACCOUNT, nights([200, 200]), {SCHOOL: 12}, schools)
        assert f"School {told} (bron " in (tmp_path / "watch.html").read_text(encoding="utf-8")


def test_a_case_that_is_kept_for_explain_says_nothing_more_without_a_name(twice: tuple[Nights, Nights, str]) -> None:
    plain, named, _ = twice
    (kept,), (kept_named,) = (list(town.state.glob("last_run-*.json")) for town in (plain, named))
    told = [path.read_text(encoding="utf-8") for path in (kept, kept_named)]
    assert ['"school": {' in text or '"school": null' in text for text in told] == [False, True]


def test_run_json_holds_the_hashes_of_the_names(twice: tuple[Nights, Nights, str]) -> None:
    plain, named, _ = twice
    texts = [(town.output / "latest/run.json").read_text(encoding="utf-8") for town in (plain, named)]
    assert ["schools-vo.csv" in text for text in texts] == [False, True]


def test_the_newest_file_counts_for_a_rerun(twice: tuple[Nights, Nights, str], tmp_path: Path) -> None:
    town = twice[1].copy(tmp_path)
    replace_table(town.state, "vo", [replace(school(twice[2]), name="De Nieuwe Naam")])
    town.run()
    page = town.lists()["0363/signalen-0363-2026-06-15.html"].decode()
    assert ("De Nieuwe Naam" in page, "Regenboog" in page) == (True, False)
