"""One case from signing in to signing out: with the keyboard alone, without scripts, and on paper."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.barriers import barriers, is_wider_than_its_window
from tests.browser.chromium import sign_in
from tests.browser.conftest import Desk, Visit
from tests.desk.office import PASSWORD

pytestmark = pytest.mark.browser

#: What has the focus: its words, whether its focus is drawn, and whether it is on the screen.
_FOCUS = """() => {
    const at = document.activeElement, drawn = getComputedStyle(at), box = at.getBoundingClientRect();
    return {words: (at.labels && at.labels.length ? at.labels[0] : at).innerText,
            isDrawn: drawn.outlineStyle !== "none" && parseFloat(drawn.outlineWidth) >= 2,
            isOnScreen: box.bottom > 0 && box.top < innerHeight}}"""
_MOST_PRESSES = 80


def go_to(page: Page, words: str) -> None:
    """Press Tab until what begins with these words has the focus, which must be visible all the way."""
    for _ in range(_MOST_PRESSES):
        page.keyboard.press("Tab")
        focus: dict[str, Any] = page.evaluate(_FOCUS)
        if page.evaluate("document.activeElement !== document.body"):
            assert (focus["isDrawn"], focus["isOnScreen"]) == (True, True), focus
        if focus["words"].startswith(words):
            return
    raise AssertionError(f"The keyboard does not reach {words!r}.")


def choose(page: Page, words: str) -> None:
    """Go to a link or button and follow it with Enter."""
    go_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_whole_case_with_the_keyboard_alone(desk: Desk, visit: Visit) -> None:
    page = visit()
    page.goto("/aanmelden")
    go_to(page, "Naam")
    page.keyboard.type("Anna")
    go_to(page, "Wachtwoord")
    page.keyboard.type(PASSWORD)
    choose(page, "Aanmelden")
    choose(page, desk.cases["ordinary"])
    choose(page, "Ik pak dit op")
    go_to(page, "Nieuwe notitie")
    page.keyboard.type("De school belt morgen terug.")
    choose(page, "Bewaar de notitie")
    expect(page.get_by_role("status")).to_have_text("De notitie is opgeslagen.")
    go_to(page, "Gewone verklaring gevonden")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#besluit-X-VERTREK-OK")).to_be_checked()
    choose(page, "Sla het besluit op")
    expect(page.get_by_role("status")).to_have_text("Uw besluit is opgeslagen.")
    choose(page, "Neem dit besluit terug")
    expect(page.get_by_role("status")).to_have_text("Uw besluit is teruggenomen.")
    choose(page, "Afmelden")
    expect(page.get_by_role("heading", name="Aanmelden")).to_be_visible()


def test_the_first_key_leads_past_the_head_of_the_page(visit: Visit) -> None:
    page = visit("Anna")
    page.goto("/werk")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhoud"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "toon"


def test_without_scripts_a_case_is_found_read_and_worked_on(desk: Desk, visit: Visit) -> None:
    page = visit("Anna", java_script_enabled=False)
    page.get_by_label("Niveau").select_option("A")
    page.get_by_role("button", name="Toon").click()
    page.get_by_role("link", name=desk.cases["ordinary"]).click()
    for heading in ("Tijdlijn", "Tekens", "Wat is niet bekend", "Besluit", "Verloop"):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    page.get_by_label("Hoe zocht u contact?").select_option("Brief gestuurd")
    page.get_by_label("Wat kwam ervan?").select_option("Geen antwoord")
    page.get_by_role("button", name="Leg vast").click()
    expect(page.get_by_role("status")).to_have_text("Het contact is vastgelegd.")


def test_on_paper_the_case_is_there_and_nothing_to_press(desk: Desk, visit: Visit) -> None:
    page = visit("Anna")
    page.goto(f"/zaak/{desk.cases['ordinary']}")
    page.emulate_media(media="print")
    for words in (desk.cases["ordinary"], "Tijdlijn", "Tekens", "Verloop"):
        expect(page.get_by_role("heading", name=words)).to_be_visible()
    for role in ("button", "textbox", "combobox", "radio", "navigation"):
        expect(page.get_by_role(role)).to_have_count(0)


def test_at_400_percent_nothing_is_scrolled_sideways(desk: Desk, visit: Visit) -> None:
    # A screen of 1280 by 1024 at 400 % leaves a page this much room, with four dots to each pixel.
    page = visit("Anna", viewport={"width": 320, "height": 256}, device_scale_factor=4)
    for address in ("/werk", *(f"/zaak/{number}" for number in desk.cases.values())):
        page.goto(address)
        assert not is_wider_than_its_window(page), address


def test_what_a_form_answers_keeps_nobody_out(desk: Desk, visit: Visit) -> None:
    page, case = visit(), f"/zaak/{desk.cases['ordinary']}"
    page.goto("/aanmelden")
    page.get_by_label("Naam").fill("niemand")
    page.get_by_label("Wachtwoord").fill("een ander wachtwoord")
    page.get_by_role("button", name="Aanmelden").click()
    found = barriers(page, "a wrong password")
    sign_in(page, "Anna")
    page.goto(case)
    page.get_by_label("Niet opgepakt").check()
    page.get_by_role("button", name="Sla het besluit op").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += barriers(page, "a decision without its reason")
    page.goto(case)
    page.get_by_label("Waarom wilt u dit weten?").select_option("Ik ga navragen bij de school")
    page.get_by_role("button", name="Toon persoon").click()
    expect(page.get_by_text("A-nummer")).to_be_visible()
    assert found + barriers(page, "a person") == []
