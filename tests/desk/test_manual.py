"""The manual for staff names only what is on the pages of the desk, and shows only pictures that are there."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.desk.office import CHILDREN, LISTED_ON, Browser, Office, furnish, run_night
from tests.ledger.nights import NONE, Nights
from tests.support.html_tree import tree

MANUAL: Final = Path(__file__).parents[2] / "docs" / "handleiding"
PAGES: Final = sorted(MANUAL.glob("*.md"))
#: Elements whose words the manual may name.
NAMED: Final = {"button", "a", "h1", "h2", "label", "legend", "option", "th", "dt", "caption", "strong", "p"}
LARGEST_PICTURE: Final = 100_000


@pytest.fixture(scope="module")
def on_pages(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The words of everything that the pages show to people of each role, from morning to evening."""
    nights = Nights(tmp_path_factory.mktemp("municipality"))
    nights.config.write_text(nights.config.read_text(encoding="utf-8") + "\n[absence]\n", encoding="utf-8")
    absent = {"child": "absent", "left": NONE, "enrolled": "2020-08-17..2026-04-30 at A seen 2026-06-10"}
    run_night(nights, LISTED_ON, [*CHILDREN, absent])
    furnish(nights)
    return {words for page in seen(Office(nights)) for words in words_of(page)}


def seen(office: Office) -> list[str]:
    """A day at the desk, page by page."""
    anna, lea = office.browser("Anna"), office.browser("Lea")
    number, absence = anna.numbers()[0], lea.numbers()[0]
    pages = [office.browser().get("/aanmelden").text, anna.get("/werk").text, lea.open(absence).text]
    pages += [anna.get("/zaak/S-2222-2222").text, anna.get("/audit").text, anna.open(number).text]
    pages += [anna.reveal(number).text, office.browser("Coen").open(number).text, *decided(anna, number)]
    pages += [office.browser("Stef").get("/cijfers").text, office.browser("Bob").get("/werk", toon="mijn").text]
    (office.folder / "map.age").unlink()
    return [*pages, anna.reveal(number).text]


def decided(anna: Browser, number: str) -> list[str]:
    anna.open(number)
    anna.post(f"/zaak/{number}/toewijzen", naam="Anna")
    anna.decide(number)
    return [anna.open(number).text]


def words_of(page: str) -> list[str]:
    return [element.text.rstrip(":") for element in tree(page).all() if element.tag in NAMED]


def named_in(page: Path) -> list[str]:
    """What a page of the manual prints in bold."""
    bold = re.findall(r"\*\*(.+?)\*\*", page.read_text(encoding="utf-8"), re.DOTALL)
    return [" ".join(words.split()) for words in bold]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_is_bold_is_on_a_page_of_the_desk(page: Path, on_pages: set[str]) -> None:
    names = named_in(page)
    assert names
    assert [name for name in names if name not in on_pages] == []


def test_every_picture_is_there_is_shown_and_is_small() -> None:
    shown = {name for page in PAGES for name in re.findall(r"!\[[^\]]+\]\((.+?)\)", page.read_text(encoding="utf-8"))}
    pictures = {path.name: path.stat().st_size for path in MANUAL.glob("*.png")}
    assert shown == set(pictures)
    assert [name for name, n_bytes in pictures.items() if n_bytes > LARGEST_PICTURE] == []
