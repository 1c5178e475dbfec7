"""Workbooks, pages and the report of the sample open without error, say everything, and ask nothing of a network."""

import csv
import json
import re
from pathlib import Path

import pytest

from brp_signals.publish.explain import dossier
from tests.office.programs import NEEDED, in_browser, pages, program, smallest_letters, to_pdf, wider_than
from tests.publish.golden.night import run_sample

pytestmark = pytest.mark.office
LISTS = ("0363", "sealed/0363")
SEALED = "Verzegelde lijst: alleen voor de aangewezen medewerkers"
#: How the log of Chromium names who asked, when no page did.
_THE_BROWSER_ITSELF = "not an origin"


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run on the sample publishes."""
    return run_sample(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="session", params=LISTS)
def folder(published: Path, request: pytest.FixtureRequest) -> Path:
    """One list: the ordinary one and the sealed one."""
    return published / request.param


@pytest.fixture(scope="session")
def printed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The workbook of the list as it is printed, page by page."""
    (workbook,) = folder.glob("*.xlsx")
    return pages(to_pdf(workbook, tmp_path_factory.mktemp("printed")))


@pytest.mark.parametrize("name", NEEDED)
def test_the_program_is_here(name: str) -> None:
    assert program(name)


def numbers(folder: Path) -> list[str]:
    with (folder / "signals.csv").open(encoding="utf-8", newline="") as file:
        return [row["case_id"] for row in csv.DictReader(file)]


def test_every_case_is_on_paper(folder: Path, printed: list[str]) -> None:
    cases = numbers(folder)
    assert cases
    signals = "\n".join(page for page in printed if "Signalen · pagina" in page)
    assert [case for case in cases if case not in signals] == []


def test_every_sheet_is_one_page_wide(printed: list[str]) -> None:
    # At letters that people can read 25 cases take two pages, so what counts is that every page has every column.
    assert sum("Samenvatting · pagina" in page for page in printed) == 1
    signals = [page for page in printed if "Signalen · pagina" in page]
    assert len(signals) in (1, 2)
    for page in signals:
        assert all(header in page for header in ("Rang", "Waarom", "Volgende stap", "Besluit", "Datum", "Door"))


def test_nothing_on_paper_is_smaller_than_8_points(folder: Path, tmp_path: Path) -> None:
    (workbook,) = folder.glob("*.xlsx")
    sizes = smallest_letters(to_pdf(workbook, tmp_path))
    assert sizes
    assert [size for size in sizes if size < 8] == []


def test_every_page_says_who_may_read_it(folder: Path, printed: list[str]) -> None:
    is_sealed = folder.parent.name == "sealed"
    assert all((SEALED in page) is is_sealed for page in printed)
    assert printed[0].count(SEALED) == (2 if is_sealed else 0)


def opened(published: Path) -> list[Path]:
    found = sorted(published.rglob("*.html"))
    assert len(found) == len(LISTS) + 2
    return found


def test_every_page_renders_and_asks_nothing_of_a_network(published: Path, tmp_path: Path) -> None:
    for page in opened(published):
        shown, asked = rendered(page, tmp_path)
        assert "</html>" in shown
        assert [case for case in numbers_on(page) if case not in shown] == []
        assert asked == []


def test_a_page_that_asks_something_would_be_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<img src="http://image.invalid/x"><link rel="stylesheet" href="http://style.invalid/x">')
    assert rendered(page, tmp_path)[1] == ["http://image.invalid/x", "http://style.invalid/x"]


def numbers_on(page: Path) -> list[str]:
    """The cases that the page is about; those for the data steward name none."""
    return [] if page.name in ("report.html", "watch.html") else numbers(page.parent)


def rendered(page: Path, folder: Path) -> tuple[str, list[str]]:
    """The page as the browser made it, and every address that the page asked for."""
    log = folder / "net.json"
    shown = in_browser(page, folder, f"--log-net-log={log}", "--dump-dom").stdout
    told = json.loads(log.read_text(encoding="utf-8"))
    begun = told["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    asked = [event["params"] for event in told["events"] if event["type"] == begun and "url" in event.get("params", {})]
    return shown, sorted(request["url"] for request in asked if request["initiator"] != _THE_BROWSER_ITSELF)


def test_every_page_prints(published: Path, tmp_path: Path) -> None:
    for page in opened(published):
        pdf = tmp_path / f"{page.stem}.pdf"
        in_browser(page, tmp_path, f"--print-to-pdf={pdf}", "--no-pdf-header-footer")
        text = "\n".join(pages(pdf))
        assert [case for case in numbers_on(page) if case not in text] == []


def test_the_page_prints_two_cases_on_a_sheet(published: Path, tmp_path: Path) -> None:
    (page,) = (published / "0363").glob("*.html")
    pdf = tmp_path / "page.pdf"
    in_browser(page, tmp_path, f"--print-to-pdf={pdf}", "--no-pdf-header-footer")
    headings = re.compile(rf"^ *[0-9]+\. ({'|'.join(numbers(page.parent))})", re.MULTILINE)
    on_sheets = [len(headings.findall(sheet)) for sheet in pages(pdf)]
    with_cases = [number for number in on_sheets if number]
    assert sum(with_cases) == len(numbers(page.parent))
    assert [number for number in with_cases[:-1] if number < 2] == []


#: Tables whose columns say too much to be read under each other on a telephone.
MANY_COLUMNS = 4


def test_tables_of_two_and_three_columns_need_no_scrolling_on_a_telephone(published: Path, tmp_path: Path) -> None:
    for page in opened(published):
        wide = wider_than(page, tmp_path, 390)
        assert [header for header in wide if header.count("|") + 1 < MANY_COLUMNS] == []


def test_a_table_that_is_too_wide_would_be_seen(tmp_path: Path) -> None:
    page = tmp_path / "wide.html"
    page.write_text("<div style='overflow-x:auto'><table style='width:900px'><thead><tr><th>a<th>b</table></div>")
    assert wider_than(page, tmp_path, 390) == ["a|b"]


def test_a_dossier_prints_whole_and_asks_nothing_of_a_network(published: Path, tmp_path: Path) -> None:
    (number, *_) = numbers(published / "0363")
    page = tmp_path / "dossier.html"
    page.write_bytes(dossier(published.parents[1] / "state", number))
    assert rendered(page, tmp_path)[1] == []
    pdf = tmp_path / "dossier.pdf"
    in_browser(page, tmp_path, f"--print-to-pdf={pdf}", "--no-pdf-header-footer")
    printed = pages(pdf)
    text = "\n".join(printed)
    assert 2 <= len(printed) <= 5
    for words in (number, "Tekens", "Wat niet is bekeken", "Verloop", "Uw rechten"):
        assert words in text
    assert f"1/{len(printed)}" in printed[0].replace(" ", "")
