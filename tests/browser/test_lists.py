"""No published page keeps anybody out: lists, dossier, and the pages about a night and about the work."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from brp_signals.evaluation import backtest_page, page
from brp_signals.evaluation.account import evaluation
from brp_signals.publish.explain import dossier
from tests.browser.barriers import barriers
from tests.evaluation.test_backtest_told import usual
from tests.evaluation.test_page import ledger_of
from tests.ledger.nights import Nights

pytestmark = pytest.mark.browser
LISTS = ("0363/signalen-*", "0363/absoluut-verzuim-*", "sealed/0363/signalen-*", "report", "watch")


@pytest.fixture(scope="module")
def others(town: Nights, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages that a command makes when somebody asks for them."""
    folder = tmp_path_factory.mktemp("others")
    with (town.output / "latest/0363/signals.csv").open(encoding="utf-8", newline="") as file:
        number = next(csv.DictReader(file))["case_id"]
    (folder / "dossier.html").write_bytes(dossier(town.state, number))
    (folder / "state").mkdir(mode=0o700)
    outcomes = {f"S-{each}": "X-DATUM" if each < 33 else "X-VERTREK-OK" for each in range(60)}
    ledger_of(folder / "state", outcomes, {f"D-{each}": "X-VERTREK-OK" for each in range(40)})
    page.write_page(folder / "evaluate.html", evaluation(folder / "state"))
    backtest_page.write_page(folder / "backtest.html", usual())
    return folder


@pytest.mark.parametrize("name", LISTS)
def test_no_page_of_a_night_keeps_anybody_out(chromium: Browser, town: Nights, name: str) -> None:
    (path,) = (town.output / "latest").glob(f"{name}.html")
    assert barriers_of(chromium, path) == []


@pytest.mark.parametrize("name", ["dossier", "evaluate", "backtest"])
def test_no_page_that_is_asked_for_keeps_anybody_out(chromium: Browser, others: Path, name: str) -> None:
    assert barriers_of(chromium, others / f"{name}.html") == []


def barriers_of(chromium: Browser, path: Path) -> list[str]:
    context = chromium.new_context()
    try:
        opened = context.new_page()
        opened.goto(path.as_uri())
        return barriers(opened, path.name)
    finally:
        context.close()
