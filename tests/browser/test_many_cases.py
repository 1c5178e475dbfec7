"""An inbox with 500 cases can be worked with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.barriers import barriers
from tests.browser.chromium import sign_in
from tests.browser.town import office_of, served
from tests.desk.office import LISTED_ON, furnish, run_night
from tests.ledger.nights import Nights, child

pytestmark = pytest.mark.browser
CASES = 500


@pytest.fixture(scope="module")
def folder(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A municipality with that many children who left."""
    nights = Nights(tmp_path_factory.mktemp("many"))
    run_night(nights, LISTED_ON, [child(child=f"ordinary {number}") for number in range(CASES)])
    furnish(nights)
    return nights.folder


@pytest.fixture
def inbox(folder: Path, chromium: Browser) -> Iterator[Page]:
    """The inbox of its clerk."""
    with served(office_of(Nights(folder), LISTED_ON).app) as address:
        context = chromium.new_context(base_url=address)
        page = context.new_page()
        sign_in(page, "Anna")
        yield page
        context.close()


def numbers(inbox: Page) -> list[str]:
    return inbox.locator("tbody th a").all_inner_texts()


def test_every_case_is_reached_and_no_page_keeps_anybody_out(inbox: Page) -> None:
    expect(inbox.get_by_role("status")).to_contain_text(f"{CASES} signalen")
    found, seen = barriers(inbox, "the first of many"), numbers(inbox)
    while inbox.get_by_role("link", name="Volgende").count():
        inbox.get_by_role("link", name="Volgende").click()
        seen += numbers(inbox)
    assert found + barriers(inbox, "the last of many") == []
    assert (len(seen), len(set(seen))) == (CASES, CASES)
    inbox.get_by_label("Nummer", exact=True).fill(seen[-1].lower().replace("-", " "))
    inbox.get_by_role("button", name="Zoek").click()
    expect(inbox.get_by_role("heading", name=f"Signaal {seen[-1]}")).to_be_visible()
