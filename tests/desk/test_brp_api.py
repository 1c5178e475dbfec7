"""Looking up one person of today in the register: what is asked, what is taken of the answer, and bad answers."""

import json
import logging
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from brp_signals.base.errors import UsageProblem
from brp_signals.desk.brp_api import FIELDS, LiveAddress, LivePerson, Register, WhyNot
from tests.desk.a_register import ABROAD, CHILD, TOKEN, ARegister, a_person, a_register, day
from tests.desk.certificates import a_certificate
from tests.desk.local_server import Reply, serving

HOME = LiveAddress(
    *("Adres", "Voorbeeldstraat 12B 3", "1012AB", "Amsterdam", "woonadres", "1 augustus 2019", "", False, False)
)
NOOR = LivePerson("Noor van Dijk", "2 maart 2014", False, False, "", "", HOME)
PERIOD = (date(2019, 1, 1), date(2026, 11, 20))


@pytest.fixture
def brp() -> Iterator[ARegister]:
    """A register that is right in everything."""
    with a_register(ARegister) as one:
        yield one


def look_up(brp: ARegister, folder: Path, *, may_see_secret: bool = False, **change: Any) -> LivePerson | WhyNot:
    """The child as the desk sees it."""
    return Register(brp.settings(folder, **change)).person(CHILD, may_see_secret=may_see_secret)


def earlier(brp: ARegister, folder: Path, *, may_see_secret: bool = False, **change: Any) -> Any:
    """Where the child lived."""
    return Register(brp.settings(folder, **change)).earlier(CHILD, *PERIOD, may_see_secret=may_see_secret)


def test_a_child_as_it_is_today(brp: ARegister, tmp_path: Path) -> None:
    assert look_up(brp, tmp_path) == NOOR


def test_what_is_asked_and_how(brp: ARegister, tmp_path: Path) -> None:
    look_up(brp, tmp_path)
    (asked,) = brp.asked
    question = json.loads(asked.content)
    assert (asked.method, asked.path) == ("POST", "/personen")
    assert question == {
        "type": "RaadpleegMetBurgerservicenummer",
        "burgerservicenummer": [CHILD],
        "fields": list(FIELDS),
    }
    assert asked.headers["x-doelbinding"] == "Leerplicht"
    assert asked.headers["x-api-key"] == TOKEN
    assert CHILD not in json.dumps(asked.headers)


def test_a_token_may_go_in_the_usual_header(brp: ARegister, tmp_path: Path) -> None:
    look_up(brp, tmp_path, token_header="authorization")  # noqa: S106
    assert brp.asked[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_only_what_is_needed_is_asked() -> None:
    """Above all no nationality, no country or place of birth, and no country or address abroad."""
    assert {field.split(".")[0] for field in FIELDS} == {"burgerservicenummer", "naam", "geboorte", "verblijfplaats"}
    words = ("nationaliteit", "land", "plaats", "regel1", "regel2", "regel3", "inOnderzoek")
    assert [each for each in FIELDS if each.split(".")[-1] in words] == []


def test_what_is_sent_unasked_goes_no_further(brp: ARegister, tmp_path: Path) -> None:
    """Nationality, country of birth, parents and the place abroad are in the answer and in nothing made of it."""
    brp.sends_everything = True
    assert look_up(brp, tmp_path) == NOOR
    brp.persons = [a_person(verblijfplaats=ABROAD)]
    assert "canary" not in repr(look_up(brp, tmp_path))
    assert "canary" not in repr(earlier(brp, tmp_path))


def test_a_departure_an_inquiry_and_an_empty_house_are_told(brp: ARegister, tmp_path: Path) -> None:
    suspension = {"reden": {"code": "E", "omschrijving": "emigratie"}, "datum": day("2024-02-01", "1 februari 2024")}
    home = a_person()["verblijfplaats"]
    home |= {"inOnderzoek": {"type": True}, "indicatieVastgesteldVerblijftNietOpAdres": True}
    brp.persons = [a_person(opschortingBijhouding=suspension, verblijfplaats=home)]
    told = look_up(brp, tmp_path)
    assert isinstance(told, LivePerson)
    assert (told.suspended, told.suspended_since) == ("emigratie", "1 februari 2024")
    assert told.address == HOME._replace(is_under_inquiry=True, is_not_there=True)


@pytest.mark.parametrize(
    ("change", "is_told"),
    [
        ({"inOnderzoek": {"burgerservicenummer": True}}, True),
        ({"naam": {"volledigeNaam": "N", "inOnderzoek": {"volledigeNaam": True}}}, True),
        ({"geboorte": {"inOnderzoek": {"datum": True}}}, True),
        ({"geboorte": {"inOnderzoek": {"land": True}}}, False),
        ({"inOnderzoek": {"datumIngangOnderzoekPersoon": day("2026-01-01", "1 januari 2026")}}, False),
    ],
)
def test_an_inquiry_into_what_is_shown_is_told(
    brp: ARegister, tmp_path: Path, change: dict[str, Any], is_told: bool
) -> None:
    brp.persons = [a_person(**change)]
    told = look_up(brp, tmp_path)
    assert isinstance(told, LivePerson)
    assert told.is_under_inquiry is is_told


@pytest.mark.parametrize(
    ("change", "street"),
    [
        ({"verblijfadres": {"locatiebeschrijving": "Woonboot bij de Voorbeeldbrug"}}, "Woonboot bij de Voorbeeldbrug"),
        ({"verblijfadres": {"korteStraatnaam": "Vbstr", "huisnummer": 1}}, "Vbstr 1"),
        (
            {
                "verblijfadres": {
                    "korteStraatnaam": "A",
                    "huisnummer": 1,
                    "aanduidingBijHuisnummer": {"omschrijving": "bij"},
                }
            },
            "A bij 1",
        ),
        ({}, ""),
    ],
)
def test_an_address_in_every_form(brp: ARegister, tmp_path: Path, change: dict[str, Any], street: str) -> None:
    brp.persons = [a_person(verblijfplaats={"type": "Adres", **change})]
    told = look_up(brp, tmp_path)
    assert isinstance(told, LivePerson)
    assert told.address.street == street


@pytest.mark.parametrize("members", [("naam", "geboorte", "verblijfplaats"), ()])
def test_what_the_register_does_not_have_is_empty(brp: ARegister, tmp_path: Path, members: tuple[str, ...]) -> None:
    """Also where another version of the API writes null for what is not there."""
    brp.sends_everything = True
    brp.persons = [dict.fromkeys(members) | {"burgerservicenummer": CHILD}]
    assert look_up(brp, tmp_path) == LivePerson("", "", False, False, "", "", None)


# --- Secrecy


def test_under_secrecy_no_address_is_shown_unless_the_role_allows(brp: ARegister, tmp_path: Path) -> None:
    brp.persons = [a_person(geheimhoudingPersoonsgegevens=True)]
    assert look_up(brp, tmp_path) == NOOR._replace(is_secret=True, address=None)
    assert look_up(brp, tmp_path, may_see_secret=True) == NOOR._replace(is_secret=True)


def test_under_secrecy_no_earlier_address_is_shown_unless_the_role_allows(brp: ARegister, tmp_path: Path) -> None:
    brp.history["geheimhoudingPersoonsgegevens"] = True
    assert earlier(brp, tmp_path) is WhyNot.SECRET
    assert len(earlier(brp, tmp_path, may_see_secret=True)) == 2


# --- Earlier addresses


def test_earlier_addresses_newest_first(brp: ARegister, tmp_path: Path) -> None:
    abroad = LiveAddress("VerblijfplaatsBuitenland", "", "", "", "", "1 februari 2024", "5 januari 2026", False, False)
    assert earlier(brp, tmp_path) == (abroad, HOME._replace(until="1 februari 2024"))
    assert json.loads(brp.asked[0].content) == {
        "type": "RaadpleegMetPeriode",
        "burgerservicenummer": CHILD,
        "datumVan": "2019-01-01",
        "datumTot": "2026-11-20",
    }


def test_a_stay_that_ended_before_its_end_is_told(brp: ARegister, tmp_path: Path) -> None:
    brp.history["verblijfplaatsen"] = [
        {"type": "Adres", "verblijftNietOpAdresVanaf": day("2020-01-01", "1 januari 2020")}
    ]
    (stay,) = earlier(brp, tmp_path)
    assert stay.is_not_there


def test_without_a_history_connection_nothing_is_asked(brp: ARegister, tmp_path: Path) -> None:
    assert earlier(brp, tmp_path, history_address=None) == ()
    assert brp.asked == []


# --- Bad answers

PERSON = json.dumps({"type": "x", "personen": [a_person()]}).encode()
TWO = json.dumps({"personen": [a_person(), a_person()]}).encode()
OTHER = json.dumps({"personen": [a_person(burgerservicenummer="999990020")]}).encode()
NAMELESS = json.dumps({"personen": [a_person(burgerservicenummer=None)]}).encode()
VERSION_1 = json.dumps({"_embedded": {"ingeschrevenpersonen": [{"burgerservicenummer": CHILD}]}}).encode()
OTHER_DATE = json.dumps({"personen": [a_person(geboorte={"datum": "20140302"})]}).encode()
NEW_KIND = json.dumps({"personen": [a_person(verblijfplaats={"type": "Ruimteschip"})]}).encode()
BAD: dict[str, tuple[Reply, WhyNot]] = {
    "failing": (Reply(b"{}", 500), WhyNot.UNREACHABLE),
    "away": (Reply(b"<html></html>", 503, "text/html"), WhyNot.UNREACHABLE),
    "no-token": (Reply(b"{}", 401, "application/problem+json"), WhyNot.REFUSED),
    "not-allowed": (Reply(b"{}", 403, "application/problem+json"), WhyNot.REFUSED),
    "too-many": (Reply(b"{}", 429, "application/problem+json"), WhyNot.BUSY),
    "bad-question": (Reply(b"{}", 400, "application/problem+json"), WhyNot.UNUSABLE),
    "half": (Reply(PERSON[:100], promised=len(PERSON)), WhyNot.UNREACHABLE),
    "cut-json": (Reply(PERSON[:100]), WhyNot.UNUSABLE),
    "no-json": (Reply(b"\x00\xff"), WhyNot.UNUSABLE),
    "html": (Reply(b"<html>Aanmelden</html>", media_type="text/html"), WhyNot.UNUSABLE),
    "other-type": (Reply(PERSON, media_type="text/plain"), WhyNot.UNUSABLE),
    "no-type": (Reply(PERSON, media_type=""), WhyNot.UNUSABLE),
    "version-1": (Reply(VERSION_1), WhyNot.UNUSABLE),
    "other-date": (Reply(OTHER_DATE), WhyNot.UNUSABLE),
    "new-kind": (Reply(NEW_KIND), WhyNot.UNUSABLE),
    "a-list": (Reply(b"[]"), WhyNot.UNUSABLE),
    "two-persons": (Reply(TWO), WhyNot.UNUSABLE),
    "other-person": (Reply(OTHER), WhyNot.OTHER_PERSON),
    "nameless": (Reply(NAMELESS), WhyNot.UNUSABLE),
    "nobody": (Reply(b'{"personen": []}'), WhyNot.NOT_FOUND),
    "huge": (Reply(b'{"personen": [], "x": "' + b"x" * 300_000 + b'"}'), WhyNot.UNUSABLE),
    "deep": (Reply(b"[" * 100_000), WhyNot.UNUSABLE),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_answer_is_told_and_shows_nobody(brp: ARegister, tmp_path: Path, bad: str) -> None:
    reply, told = BAD[bad]
    brp.reply = lambda asked: reply
    assert look_up(brp, tmp_path) is told
    assert len(brp.asked) == 1, "it was asked again"


def test_a_redirect_is_not_followed(brp: ARegister, tmp_path: Path) -> None:
    with a_register(ARegister) as elsewhere:
        brp.reply = lambda asked: Reply(b"", 307, headers={"location": f"{elsewhere.address}/personen"})
        assert look_up(brp, tmp_path) is WhyNot.UNUSABLE
        assert elsewhere.asked == []


def test_an_answer_that_drips_is_given_up_in_time(brp: ARegister, tmp_path: Path) -> None:
    brp.reply = lambda asked: Reply(PERSON, pause=0.2)
    began = time.monotonic()
    assert look_up(brp, tmp_path, seconds=1) is WhyNot.SLOW
    assert time.monotonic() - began < 10


def test_a_register_that_is_not_there_is_told(tmp_path: Path) -> None:
    with a_register(ARegister) as gone:
        pass
    assert look_up(gone, tmp_path) is WhyNot.UNREACHABLE


@pytest.mark.parametrize("answer", [b"{}", b'{"verblijfplaatsen": 7}', b'{"verblijfplaatsen": [{}]}', b"[]"])
def test_a_history_of_another_shape_shows_nothing(brp: ARegister, tmp_path: Path, answer: bytes) -> None:
    brp.reply = lambda asked: Reply(answer)
    assert earlier(brp, tmp_path) is WhyNot.UNUSABLE


@pytest.mark.parametrize("why", WhyNot)
def test_each_reason_is_one_plain_sentence(why: WhyNot) -> None:
    assert why.value.endswith(".")
    assert why.value.count(".") == 1


# --- Who asks, whom is trusted, and silence


def test_certificates_on_both_sides(brp: ARegister, tmp_path: Path) -> None:
    theirs, ours, strange = (a_certificate(tmp_path, name) for name in ("brp", "gemeente", "elders"))
    own: dict[str, Any] = {"token_file": None, "certificate_file": ours.file, "certificate_key_file": ours.key_file}
    with serving(brp.answer, theirs.tls(wants=ours)) as brp.address:
        assert look_up(brp, tmp_path, **own, ca_file=theirs.file) == NOOR
        assert look_up(brp, tmp_path, **own) is WhyNot.UNTRUSTED
        assert look_up(brp, tmp_path, **own, ca_file=strange.file) is WhyNot.UNTRUSTED
        assert len(brp.asked) == 1
        own["certificate_file"], own["certificate_key_file"] = strange
        assert isinstance(look_up(brp, tmp_path, **own, ca_file=theirs.file), WhyNot)
        assert len(brp.asked) == 1


def test_nothing_of_a_person_reaches_a_log(
    brp: ARegister, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert look_up(brp, tmp_path) == NOOR
        earlier(brp, tmp_path)
        for reply, _ in BAD.values():
            brp.reply = lambda asked, reply=reply: reply  # type: ignore[misc]
            look_up(brp, tmp_path)
    said = caplog.text + "".join(capfd.readouterr())
    values = (CHILD, TOKEN, "canary", "Noor", "Voorbeeldstraat", "1012AB", "maart 2014")
    assert [value for value in values if value in said] == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"address": "http://brp.voorbeeld.example"}, "https://"),
        ({"token_file": None}, "write token_file"),
        ({"certificate_file": "a.pem"}, "together"),
        ({"headers": {}}, "at least 1"),
        ({"headers": {"x-api-key": "secret"}}, "token_file"),
        ({"headers": {"Authorization": "secret"}}, "token_file"),
        ({"headers": {"x-doelbinding": "a\r\nx: y"}}, "pattern"),
        ({"seconds": 60}, "less than or equal"),
        ({"token": "secret"}, "Extra inputs"),
    ],
)
def test_a_configuration_that_cannot_be_meant_is_refused(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        ARegister("https://brp.voorbeeld.example").settings(tmp_path, **change)


def test_a_certificate_that_is_not_there_is_told(tmp_path: Path) -> None:
    own = {"certificate_file": tmp_path / "a.pem", "certificate_key_file": tmp_path / "a.key"}
    with pytest.raises(UsageProblem, match="cannot be read"):
        Register(ARegister("https://brp.voorbeeld.example").settings(tmp_path, **own))
