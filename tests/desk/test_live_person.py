"""The part of the page that shows one person as the BRP has that person now, beside what the delivery said."""

from typing import Any

import pytest
from jinja2 import Environment, PackageLoader, StrictUndefined

from brp_signals.desk.brp_api import LiveAddress, LivePerson, WhyNot
from tests.support.html_tree import tree

HOME = LiveAddress("Adres", "Voorbeeldstraat 12", "1012AB", "Amsterdam", "woonadres", "1 mei 2019", "", False, False)
ABROAD = LiveAddress("VerblijfplaatsBuitenland", "", "", "", "", "1 februari 2024", "5 januari 2026", False, False)
NOOR = LivePerson("Noor van Dijk", "2 maart 2014", False, False, "", "", HOME)
DELIVERED = [("Vertrek", "1 februari 2024, ambtshalve")]


def page(live: LivePerson | WhyNot, earlier: tuple[LiveAddress, ...] | WhyNot = ()) -> str:
    """The part as HTML, with the rules of the desk: everything is escaped, and nothing may be missing."""
    made = Environment(
        loader=PackageLoader("brp_signals.desk", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    values: dict[str, Any] = {"delivered": DELIVERED, "delivered_on": "20 november 2026"}
    return made.get_template("live_person.html").render(live=live, earlier=earlier, **values)


def told(live: LivePerson | WhyNot, earlier: tuple[LiveAddress, ...] | WhyNot = ()) -> str:
    """What a person reads."""
    return tree(page(live, earlier)).text


def test_both_are_shown() -> None:
    said = told(NOOR)
    for part in ("Noor van Dijk", "2 maart 2014", "Voorbeeldstraat 12", "1012AB Amsterdam", "sinds 1 mei 2019"):
        assert part in said
    assert "In de levering van 20 november 2026" in said
    assert "ambtshalve" in said
    assert "Eerdere adressen" not in said


def test_secrecy_is_told_and_hides_the_address() -> None:
    said = told(NOOR._replace(is_secret=True, address=None), WhyNot.SECRET)
    assert "Op deze persoon rust geheimhouding. Het adres wordt niet getoond." in said
    assert "eerdere adressen worden niet getoond" in said
    assert "Voorbeeldstraat" not in said
    assert "Deel dit adres met niemand" in told(NOOR._replace(is_secret=True))


def test_a_departure_and_inquiries_are_told() -> None:
    left = NOOR._replace(
        is_under_inquiry=True, suspended="emigratie", suspended_since="1 februari 2024", address=ABROAD
    )
    said = told(left)
    assert "nee, bijhouding gestopt: emigratie (1 februari 2024)" in said
    assert "buiten Nederland" in said
    assert "is in onderzoek" in said
    there = told(NOOR._replace(address=HOME._replace(is_under_inquiry=True, is_not_there=True)))
    assert "in onderzoek" in there
    assert "woont hier niet meer" in there


def test_earlier_addresses_are_a_table() -> None:
    said = told(NOOR, (ABROAD, HOME._replace(until="1 februari 2024")))
    assert "Eerdere adressen" in said
    assert said.count("1 februari 2024") == 3
    assert "5 januari 2026" in said


@pytest.mark.parametrize("why", WhyNot)
def test_a_failure_is_one_sentence_and_nothing_else_is_shown(why: WhyNot) -> None:
    said = told(why)
    assert why.value in said
    assert "In de levering" not in said


def test_whatever_the_register_holds_is_text() -> None:
    evil = "<script>alert(1)</script>"
    made = page(NOOR._replace(name=evil, born=evil, suspended=evil), (HOME._replace(street=evil, town=evil),))
    assert "<script" not in made
    assert made.count("&lt;script&gt;") == 5
