"""One browser and one town for all tests in it."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import chromium_here, launched, sign_in
from tests.browser.town import TODAY, cases_by_kind, office_of, open_town, served
from tests.desk.office import Office
from tests.ledger.nights import Nights


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The Chromium of this machine; without it there is nothing to test."""
    path = chromium_here()
    if path is None:
        pytest.skip("Chromium is not on this machine: the pages were not opened in a browser.")
    with launched(path) as browser:
        yield browser


class Desk(NamedTuple):
    """A desk that listens: where, the office behind it, and one case of every kind."""

    address: str
    office: Office
    cases: dict[str, str]


@pytest.fixture(scope="session")
def town(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """The night of the sample."""
    return open_town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def desk(town: Nights) -> Iterator[Desk]:
    """The desk of the town, for everybody."""
    office = office_of(town, TODAY)
    with served(office.app) as address:
        yield Desk(address, office, cases_by_kind(office))


Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, desk: Desk) -> Iterator[Visit]:
    """Opens a window on the desk, where somebody has signed in if a name is given; options as Playwright has them."""
    opened: list[BrowserContext] = []

    def window(name: str = "", **options: object) -> Page:
        context = chromium.new_context(base_url=desk.address, locale="nl-NL", **options)  # type: ignore[arg-type]
        opened.append(context)
        page = context.new_page()
        if name:
            sign_in(page, name)
        return page

    yield window
    for context in opened:
        context.close()
