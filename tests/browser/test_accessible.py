"""No page of the desk keeps anybody out: axe finds nothing, on any page, for any role."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from starlette.routing import Route

from tests.browser.barriers import barriers
from tests.browser.conftest import Desk, Visit
from tests.desk.office import PEOPLE

pytestmark = pytest.mark.browser
NOBODY = ""
ONE_OF_EACH_ROLE = {roles: name for name, roles in reversed(PEOPLE.items())}.values()
#: Answers that are no page for people.
NO_PAGES = ("/stijl/{name}", "/gezond", "/werk.csv")
#: The same pages as something else was asked.
ASKED = ("/werk?toon=afgehandeld", "/werk?toon=mijn", "/zoek?nummer=S-1", "/zoek?nummer=S-2Y7Y-R7KG")


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """Parts of pages that were judged."""
    return set()


def addresses(desk: Desk) -> Iterator[str]:
    """Every address of the desk that shows a page; one that is new is in it by itself."""
    for route in desk.office.addresses:
        if isinstance(route, Route) and "GET" in (route.methods or ()) and route.path not in NO_PAGES:
            yield from [route.path.format(case_id=number) for number in dict.fromkeys(shown(desk, route.path))]
    yield from ASKED


def shown(desk: Desk, path: str) -> list[str]:
    return list(desk.cases.values()) if "{case_id}" in path else [""]


def is_new(page: Page, seen: set[str]) -> bool:
    """Whether the head or the content of a page differs in more than its tokens from those that were seen."""
    parts = {re.sub(r' (value|aria-current)="[^"]*"', "", page.inner_html(part)) for part in ("header", "main")}
    is_known = parts <= seen
    seen |= parts
    return not is_known


@pytest.mark.parametrize("name", [NOBODY, *ONE_OF_EACH_ROLE])
def test_no_page_keeps_anybody_out(desk: Desk, visit: Visit, name: str, seen: set[str]) -> None:
    page, found, n_opened = visit(name), [], 0
    for address in addresses(desk):
        page.goto(address)
        if is_new(page, seen):
            n_opened += 1
            found += barriers(page, f"{address} for {name or 'nobody'}")
    assert found == []
    assert n_opened
