"""Take the pictures of the manual (`make handleiding`): one morning at the desk of the invented town."""

import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page

from brp_signals.base.errors import UsageProblem
from tests.browser.chromium import chromium_here, launched, sign_in
from tests.browser.town import TODAY, office_of, open_town, served

FOLDER: Final = Path(__file__).parents[2] / "docs" / "handleiding"
_WIDTH: Final = 1280
#: Of the size on a screen: as wide as a page of documentation, and small as a file.
_SCALE: Final = 0.8


def main() -> None:
    """Live the morning and write its pictures. Raises UsageProblem where Chromium is missing."""
    path = chromium_here()
    if path is None:
        raise UsageProblem("Chromium is not on this machine; install it to take pictures.")
    with tempfile.TemporaryDirectory() as folder:
        office = office_of(open_town(Path(folder)), TODAY)
        with served(office.app) as address, launched(path) as browser:
            _morning_of_a_clerk(_seat(browser, address))
            _morning_of_leerplicht(_seat(browser, address, "Lea"))
            _morning_of_the_coordinator(_seat(browser, address, "Coen"))


def _seat(browser: Browser, address: str, name: str = "") -> Page:
    page = browser.new_context(
        base_url=address, viewport={"width": _WIDTH, "height": 800}, device_scale_factor=_SCALE
    ).new_page()
    if name:
        sign_in(page, name)
    return page


def _morning_of_a_clerk(page: Page) -> None:
    page.goto("/aanmelden")
    page.get_by_label("Naam").fill("Anna")
    _take(page, "aanmelden", height=420)
    sign_in(page, "Anna")
    _take(page, "werk", height=640)
    page.locator("tbody th a").first.click()
    _take(page, "signaal", end="Wat spreekt ervoor")
    case = page.url
    _pick_up(page)
    _show_person(page)
    page.goto(case)
    _decide(page)


def _pick_up(page: Page) -> None:
    page.get_by_role("button", name="Ik pak dit op").click()
    page.get_by_label("Hoe zocht u contact?").select_option("School gebeld of gemaild")
    page.get_by_label("Wat kwam ervan?").select_option("Antwoord gekregen")
    page.get_by_role("button", name="Leg vast").click()
    page.get_by_label("Nieuwe notitie").fill("De school zegt: het kind komt nog iedere dag. Morgen bel ik leerplicht.")
    _take(page, "contact", start="Contact", end="Verloop")
    page.get_by_role("button", name="Bewaar de notitie").click()


def _show_person(page: Page) -> None:
    page.get_by_label("Waarom wilt u dit weten?").select_option("Ik ga het signaal onderzoeken")
    _take(page, "waarom", start="Om welk kind gaat het?", end="Besluit")
    page.get_by_role("button", name="Toon persoon").click()
    _take(page, "persoon", height=300)


def _decide(page: Page) -> None:
    page.get_by_label("Adresonderzoek (opnieuw) geopend").check()
    _take(page, "besluit", start="Besluit", end="Contact")
    page.get_by_role("button", name="Sla het besluit op").click()
    _take(page, "opgeslagen", height=260)
    _take(page, "terugnemen", start="Besluit", height=180)


def _morning_of_leerplicht(page: Page) -> None:
    page.locator("tbody th a").first.click()
    _take(page, "leerplicht", end="Gewone verklaringen: kijk hier eerst naar")


def _morning_of_the_coordinator(page: Page) -> None:
    page.locator("tbody th a").first.click()
    _take(page, "toewijzen", start="Contact", end="Notities")
    page.goto("/cijfers")
    _take(page, "cijfers", height=620)


def _take(page: Page, name: str, start: str = "", end: str = "", height: float = 0) -> None:
    """A picture of the page, from one heading to the next or for so many pixels."""
    top = _top_of(page, start) if start else 0
    bottom = _top_of(page, end) if end else top + height
    clip = {"x": 0, "y": top, "width": _WIDTH, "height": bottom - top}
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True, clip=clip)  # type: ignore[arg-type]


def _top_of(page: Page, heading: str) -> float:
    box = page.get_by_role("heading", name=heading, exact=True).bounding_box()
    assert box, heading
    return box["y"] - 10 + float(page.evaluate("scrollY"))


if __name__ == "__main__":
    main()
