"""Workbooks, pages and the report of the sample open without error, say everything, and ask nothing of a network."""

import csv
import json
from pathlib import Path

import pytest

from brp_signals.explain import dossier
from tests.office.programs import NEEDED, in_browser, pages, program, to_pdf
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
    assert sum("Samenvatting · pagina" in page for page in printed) == 1
    assert sum("Signalen · pagina" in page for page in printed) == 1
    for page in printed:
        if "Signalen · pagina" in page:
            assert all(header in page for header in ("Rang", "Waarom", "Volgende stap", "Besluit", "Datum"))


def test_every_page_says_who_may_read_it(folder: Path, printed: list[str]) -> None:
    is_sealed = folder.parent.name == "sealed"
    assert all((SEALED in page) is is_sealed for page in printed)
    assert printed[0].count(SEALED) == (2 if is_sealed else 0)


def opened(published: Path) -> list[Path]:
    found = sorted(published.rglob("*.html"))
    assert len(found) == len(LISTS) + 1
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
    """The cases that the page is about; the report names none."""
    return [] if page.name == "report.html" else numbers(page.parent)


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
