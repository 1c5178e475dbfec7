"""No page of the desk keeps anybody out: axe finds nothing, on any page, for any role."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from starlette.routing import Route

from tests.browser.barriers import barriers, is_wider_than_its_window
from tests.browser.conftest import Desk, Visit
from tests.desk.office import PEOPLE

pytestmark = pytest.mark.browser
NOBODY = ""
#: Answers that are no page for people.
NO_PAGES = ("/stijl/{name}", "/gezond", "/werk.csv")
#: The same pages as something else was asked.
ASKED = ("/werk?toon=afgehandeld", "/werk?toon=mijn", "/zoek?nummer=S-1", "/zoek?nummer=S-2Y7Y-R7KG")


def addresses(desk: Desk) -> Iterator[str]:
    """Every address of the desk that shows a page; one that is new is in it by itself."""
    for route in desk.office.addresses:
        if isinstance(route, Route) and "GET" in (route.methods or ()) and route.path not in NO_PAGES:
            yield from [route.path.format(case_id=number) for number in dict.fromkeys(shown(desk, route.path))]
    yield from ASKED


def shown(desk: Desk, path: str) -> list[str]:
    return list(desk.cases.values()) if "{case_id}" in path else [""]


def is_new(page: Page, seen: set[str]) -> bool:
    """Whether the page differs in more than its tokens from those before."""
    text = re.sub(r'value="[^"]*"', "", page.content())
    is_first = text not in seen
    seen.add(text)
    return is_first


@pytest.mark.parametrize("name", [NOBODY, *PEOPLE])
def test_no_page_keeps_anybody_out(desk: Desk, visit: Visit, name: str) -> None:
    page, seen = visit(name), set[str]()
    found: list[str] = []
    for address in addresses(desk):
        page.goto(address)
        if is_new(page, seen):
            found += barriers(page, f"{address} for {name or 'nobody'}")
    assert found == []
    assert len(seen) > (0 if name == NOBODY else 3)
