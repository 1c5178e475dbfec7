"""Looking up the public mock persons at a server made from the public OpenAPI descriptions of the BRP.

Each question and each answer is held against `brp-personen.json` and `brp-historie.json` (BRP-API, EUPL-1.2). The
persons are those of haalcentraal-personen-mock-2024.json, put into the shape that the API answers. Assertions count; no
value is compared, since a failing one would print it.
"""

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from brp_signals.desk.brp_api import LiveAddress, LivePerson, Register
from tests.desk.a_register import ABROAD, CHILD, STAYS, ARegister, a_register
from tests.desk.local_server import Asked, Reply
from tests.real.conftest import VARIABLE

pytestmark = pytest.mark.real

MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus"),
    *("september", "oktober", "november", "december"),
)
PERSONS, HISTORY = "/personen", "/verblijfplaatshistorie"
#: Of the public description, whose servers are elsewhere.
SERVERS = {"brp-personen.json": PERSONS, "brp-historie.json": HISTORY}


@pytest.fixture(scope="module")
def descriptions() -> dict[str, OpenAPI]:
    """What the API says of itself, by path."""
    folder = Path(os.environ[VARIABLE]) / "api"
    said = {path: json.loads((folder / file).read_text(encoding="utf-8")) for file, path in SERVERS.items()}
    return {path: OpenAPI.from_dict(each | {"servers": [{"url": "/"}]}) for path, each in said.items()}


class Described(ARegister):
    """A register that answers nothing but what the description allows, to nothing else."""

    descriptions: dict[str, OpenAPI]
    n_held: int

    def answer(self, asked: Asked) -> Reply:
        """Hold question and answer against the description."""
        reply = super().answer(asked)
        try:
            self.hold(asked, reply)
        except Exception as problem:
            return Reply(type(problem).__name__.encode(), 500)
        self.n_held += 1
        return reply

    def hold(self, asked: Asked, reply: Reply) -> None:
        """Raise what openapi-core has against either."""
        kind = asked.headers["content-type"] if asked.path == PERSONS else "application/json"
        request = MockRequest("http://127.0.0.1", asked.method, asked.path, data=asked.content, content_type=kind)
        response = MockResponse(reply.content, reply.status, content_type=reply.media_type)
        description = self.descriptions[asked.path]
        description.validate_request(request)
        description.validate_response(request, response)


@pytest.fixture
def brp(descriptions: dict[str, OpenAPI], haal_centraal_file: Path) -> Iterator[Described]:
    """The register with everybody of the public set in it."""
    everybody = json.loads(haal_centraal_file.read_text(encoding="utf-8"))
    with a_register(Described) as register:
        register.descriptions, register.n_held = descriptions, 0
        register.persons = [answered(person) for person in everybody]
        yield register


def test_everybody_of_the_public_set_can_be_looked_up(brp: Described, tmp_path: Path) -> None:
    register = Register(brp.settings(tmp_path))
    told = [register.person(each["burgerservicenummer"], may_see_secret=False) for each in brp.persons]
    found = [each for each in told if isinstance(each, LivePerson)]
    assert (len(found), brp.n_held) == (1176, 1176)
    secret = [each for each in found if each.is_secret]
    assert (len(secret), sum(each.address is not None for each in secret)) == (55, 0)
    assert sum(bool(each.suspended) for each in found) == 121
    assert sum(is_abroad(each.address) for each in found) == sum(
        each["verblijfplaats"]["type"] == "VerblijfplaatsBuitenland" and not each.get("geheimhoudingPersoonsgegevens")
        for each in brp.persons
    )


def test_nothing_of_birth_country_or_destination_comes_through(brp: Described, tmp_path: Path) -> None:
    """Also from a register that sends everything it has, whatever was asked."""
    brp.sends_everything = True
    register = Register(brp.settings(tmp_path))
    canary = {"code": "9999", "omschrijving": "Kanarieland"}
    for each in brp.persons[::10]:
        each["geboorte"] |= {"land": canary, "plaats": canary}
        each["nationaliteiten"] = [{"type": "NationaliteitBekend", "nationaliteit": canary}]
        if each["verblijfplaats"]["type"] == "VerblijfplaatsBuitenland":
            each["verblijfplaats"]["verblijfadres"] |= {"land": canary}
        told = register.person(each["burgerservicenummer"], may_see_secret=True)
        assert isinstance(told, LivePerson)
        assert "Kanarie" not in repr(told)


def test_earlier_addresses_are_asked_as_described(brp: Described, tmp_path: Path) -> None:
    brp.history = {"verblijfplaatsen": [*STAYS, ABROAD | {"type": "VerblijfplaatsOnbekend", "verblijfadres": {}}]}
    told = Register(brp.settings(tmp_path)).earlier(CHILD, date(2010, 1, 1), date(2026, 1, 1), may_see_secret=False)
    assert (len(told), brp.n_held) == (3, 1)  # type: ignore[arg-type]


def is_abroad(address: LiveAddress | None) -> bool:
    """Whether an address is abroad."""
    return address is not None and address.kind == "VerblijfplaatsBuitenland"


# --- From what the register holds to what the API answers


def answered(held: dict[str, Any]) -> dict[str, Any]:
    """A person as the API answers it."""
    told: dict[str, Any] = {
        "burgerservicenummer": held["burgerservicenummer"],
        "naam": {"volledigeNaam": whole_name(held["naam"])},
        "geboorte": {"datum": a_day(held.get("geboorte", {}).get("datum", "00000000"))},
        "verblijfplaats": a_stay(held["verblijfplaats"]),
    }
    if held.get("geheimhoudingPersoonsgegevens"):
        told["geheimhoudingPersoonsgegevens"] = True
    if suspension := held.get("opschortingBijhouding"):
        told["opschortingBijhouding"] = {"reden": suspension["reden"], "datum": a_day(suspension["datum"])}
    return told


def whole_name(name: dict[str, Any]) -> str:
    """First names, prefix and family name, in the letters that the API allows."""
    parts = (name.get(part, "").strip() for part in ("voornamen", "voorvoegsel", "geslachtsnaam"))
    whole = " ".join(part for part in parts if part)
    return "".join(letter for letter in whole if (letter.isalnum() and letter <= "ž") or letter in " .-'") or "."


def a_day(digits: str) -> dict[str, Any]:
    """A date of eight digits, of which parts may be unknown."""
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if not year:
        return {"type": "DatumOnbekend", "onbekend": True, "langFormaat": "onbekend"}
    if not month:
        return {"type": "JaarDatum", "jaar": year, "langFormaat": f"{year}"}
    words = f"{MONTHS[month - 1]} {year}"
    if not day:
        return {"type": "JaarMaandDatum", "jaar": year, "maand": month, "langFormaat": words}
    return {"type": "Datum", "datum": f"{year:04}-{month:02}-{day:02}", "langFormaat": f"{day} {words}"}


def a_stay(held: dict[str, Any]) -> dict[str, Any]:
    """A residence."""
    since = held.get("datumAanvangAdreshouding") or held.get("datumAanvangAdresBuitenland")
    told = {"datumVan": a_day(since)} if since else {}
    if "land" in held:
        lines = {name: held[name] for name in ("regel1", "regel2", "regel3") if name in held}
        return {"type": "VerblijfplaatsBuitenland", "verblijfadres": lines, **told}
    if "functieAdres" in held:
        told["functieAdres"] = held["functieAdres"]
    if "locatiebeschrijving" in held:
        where = {"locatiebeschrijving": held["locatiebeschrijving"]}
        return {"type": "Locatie", "verblijfadres": where, **told}
    return {"type": "Adres", "verblijfadres": an_address(held), **told}


def an_address(held: dict[str, Any]) -> dict[str, Any]:
    """An address in the Netherlands."""
    same = ("huisletter", "huisnummertoevoeging", "postcode", "woonplaats", "aanduidingBijHuisnummer")
    told = {name: held[name] for name in same if name in held}
    if "straat" in held:
        told |= {
            "korteStraatnaam": held["straat"],
            "officieleStraatnaam": held.get("naamOpenbareRuimte", held["straat"]),
        }
    if "huisnummer" in held:
        told["huisnummer"] = int(held["huisnummer"])
    return told
