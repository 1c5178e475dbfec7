"""A BRP with invented persons in the process of the test, in the shapes of Haal Centraal, version 2."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from brp_signals.base.connections import BrpApi
from tests.desk.local_server import Asked, Reply, serving

CHILD = "999990019"
TOKEN = "canary-token"  # noqa: S105
#: What the API sends with every answer, named or not.
BY_ITSELF = (
    *("inOnderzoek", "geheimhoudingPersoonsgegevens", "opschortingBijhouding"),
    *("naam.inOnderzoek", "geboorte.inOnderzoek", "verblijfplaats.type", "verblijfplaats.inOnderzoek"),
    *("verblijfplaats.verblijfadres.inOnderzoek", "verblijfplaats.indicatieVastgesteldVerblijftNietOpAdres"),
)


def day(text: str, words: str) -> dict[str, str]:
    """A date as the API has it."""
    return {"type": "Datum", "datum": text, "langFormaat": words}


def a_person(**change: Any) -> dict[str, Any]:
    """Everything that the register has of an invented child, what nobody asks for included."""
    person = {
        "aNummer": "1234567890",
        "burgerservicenummer": CHILD,
        "geslacht": {"code": "V", "omschrijving": "vrouw"},
        "nationaliteiten": [
            {"type": "NationaliteitBekend", "nationaliteit": {"code": "9999", "omschrijving": "canary"}}
        ],
        "naam": {"voornamen": "canary", "geslachtsnaam": "canary", "volledigeNaam": "Noor van Dijk"},
        "geboorte": {
            "datum": day("2014-03-02", "2 maart 2014"),
            "land": {"code": "9999", "omschrijving": "canary"},
            "plaats": {"omschrijving": "canary"},
        },
        "verblijfplaats": {
            "type": "Adres",
            "datumVan": day("2019-08-01", "1 augustus 2019"),
            "functieAdres": {"code": "W", "omschrijving": "woonadres"},
            "adresseerbaarObjectIdentificatie": "0363010000000001",
            "verblijfadres": {
                "officieleStraatnaam": "Voorbeeldstraat",
                "huisnummer": 12,
                "huisletter": "B",
                "huisnummertoevoeging": "3",
                "postcode": "1012AB",
                "woonplaats": "Amsterdam",
            },
        },
        "ouders": [{"naam": {"geslachtsnaam": "canary"}}],
    } | change
    return {name: value for name, value in person.items() if value is not None}


ABROAD = {
    "type": "VerblijfplaatsBuitenland",
    "datumVan": day("2024-02-01", "1 februari 2024"),
    "verblijfadres": {"regel1": "canary", "regel2": "canary", "land": {"code": "9999", "omschrijving": "canary"}},
}
STAYS = [
    {**ABROAD, "datumTot": day("2026-01-05", "5 januari 2026")},
    {
        **a_person()["verblijfplaats"],
        "datumTot": day("2024-02-01", "1 februari 2024"),
        "gemeenteVanInschrijving": {"code": "0363", "omschrijving": "Amsterdam"},
        "adressering": {"adresregel1": "canary"},
    },
]


@dataclass
class ARegister:
    """What it answers; a test changes a part of it."""

    address: str = ""
    persons: list[dict[str, Any]] = field(default_factory=lambda: [a_person()])
    history: dict[str, Any] = field(default_factory=lambda: {"verblijfplaatsen": STAYS})
    sends_everything: bool = False
    reply: Callable[[Asked], Reply | None] = lambda asked: None
    asked: list[Asked] = field(default_factory=list)

    def answer(self, asked: Asked) -> Reply:
        """Answer a question of the desk."""
        self.asked.append(asked)
        if reply := self.reply(asked):
            return reply
        if asked.path == "/verblijfplaatshistorie":
            return Reply(json.dumps(self.history).encode())
        question = json.loads(asked.content)
        found = [each for each in self.persons if each["burgerservicenummer"] in question["burgerservicenummer"]]
        told = found if self.sends_everything else [only(each, (*question["fields"], *BY_ITSELF)) for each in found]
        answer = json.dumps({"type": question["type"], "personen": told}).encode()
        return Reply(answer, media_type="application/json; charset=utf-8")

    def settings(self, folder: Path, **change: Any) -> BrpApi:
        """The table `[brp_api]`, but for what is given."""
        file = folder / "token"
        file.touch(mode=0o600)
        file.write_text(TOKEN, encoding="ascii")
        table = {
            "address": self.address,
            "history_address": self.address,
            "token_file": file,
            "headers": {"x-doelbinding": "Leerplicht"},
        } | change
        return BrpApi.model_validate({name: value for name, value in table.items() if value is not None})


def only(members: dict[str, Any], paths: tuple[str, ...], before: str = "") -> dict[str, Any]:
    """The members that these paths name, as the `fields` of the API do."""
    told: dict[str, Any] = {}
    for name, value in members.items():
        path = f"{before}{name}"
        if path in paths:
            told[name] = value
        elif isinstance(value, dict) and any(each.startswith(f"{path}.") for each in paths):
            told[name] = only(value, paths, f"{path}.")
    return told


AnyRegister = TypeVar("AnyRegister", bound=ARegister)


@contextmanager
def a_register(kind: type[AnyRegister]) -> Iterator[AnyRegister]:
    """A register that is right in everything."""
    register = kind()
    with serving(register.answer) as address:
        register.address = address
        yield register
