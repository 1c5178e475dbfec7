"""Writes lists of persons as Haal Centraal does: the present only, in the shape of the register or of the answers."""

import json
from typing import Any

from tests.gateway.writing.municipality import Block, PersonList, present


def register_side(lists: list[PersonList], refused: str = "") -> bytes:
    """An array of persons, dates of eight digits."""
    return json.dumps([_pruned(_person(person, refused)) for person in lists], ensure_ascii=False, indent=1).encode()


def answer_side(lists: list[PersonList], refused: str = "") -> bytes:
    """The answer of the API version 2: dates as objects, the kind of residence said, inquiries per field."""
    persons = [_pruned(_answer(person, refused)) for person in lists]
    answer = {"type": "RaadpleegMetBurgerservicenummer", "personen": persons}
    return json.dumps(answer, ensure_ascii=False).encode()


def _person(person: PersonList, refused: str) -> dict[str, Any]:
    who, state, home = present(person, "01"), present(person, "07"), present(person, "08")
    return {
        **_shared(person, refused),
        "geboorte": {"datum": who.get("03.10"), "land": _coded(refused), "plaats": _coded(refused)},
        "geheimhoudingPersoonsgegevens": state["70.10"] if state["70.10"] != "0" else None,
        "opschortingBijhouding": {"datum": state.get("67.10"), "reden": {"code": state.get("67.20")}},
        "verblijfplaats": {
            "functieAdres": {"code": home.get("10.10")},
            "adresseerbaarObjectIdentificatie": home.get("11.80"),
            "datumAanvangAdreshouding": home.get("10.30"),
            "datumAanvangAdresBuitenland": home.get("13.20"),
            "datumIngangGeldigheid": home.get("85.10"),
            "land": {"code": home.get("13.10")},
            **{f"regel{number}": home.get(f"13.{number + 2}0") for number in (1, 2, 3)},
            "inOnderzoek": {
                "aanduidingGegevensInOnderzoek": home.get("83.10") if _is_open(home) else None,
                "datumIngangOnderzoek": home.get("83.20") if _is_open(home) else None,
            },
            "straat": refused,
            "locatiebeschrijving": refused,
        },
    }


def _answer(person: PersonList, refused: str) -> dict[str, Any]:
    who, state, home = present(person, "01"), present(person, "07"), present(person, "08")
    inquiry = {"datumVan": True, "type": True, "datumIngangOnderzoek": _date(home.get("83.20"))}
    return {
        **_shared(person, refused),
        "geboorte": {"datum": _date(who.get("03.10")), "land": _coded(refused), "plaats": _coded(refused)},
        "geheimhoudingPersoonsgegevens": True if state["70.10"] != "0" else None,
        "opschortingBijhouding": {"datum": _date(state.get("67.10")), "reden": {"code": state.get("67.20")}},
        "verblijfplaats": {
            "type": _kind(home),
            "functieAdres": {"code": home["10.10"], "omschrijving": "woonadres"} if "10.10" in home else {},
            "adresseerbaarObjectIdentificatie": home.get("11.80"),
            "datumVan": _date(home.get("13.20") or home.get("10.30")),
            "datumIngangGeldigheid": _date(home.get("85.10")),
            "indicatieVastgesteldVerblijftNietOpAdres": True if _is_open(home) else None,
            "inOnderzoek": inquiry if _is_open(home) else {},
            "verblijfadres": {
                "land": {"code": home.get("13.10")} if home.get("13.10") != "0000" else {},
                **{f"regel{number}": home.get(f"13.{number + 2}0") for number in (1, 2, 3)},
                "officieleStraatnaam": refused,
                "locatiebeschrijving": refused,
            },
        },
    }


def _shared(person: PersonList, refused: str) -> dict[str, Any]:
    who = present(person, "01")
    return {
        "aNummer": who.get("01.10"),
        "burgerservicenummer": who.get("01.20"),
        "geslacht": _coded(refused),
        "leeftijd": refused,
        "naam": {"voornamen": refused, "voorvoegsel": refused, "geslachtsnaam": refused, "volledigeNaam": refused},
        "nationaliteiten": [{"nationaliteit": _coded(refused), "redenOpname": _coded(refused)}],
        "immigratie": {"landVanwaarIngeschreven": _coded(refused), "datumVestigingInNederland": refused},
        "adressering": {"adresregel1": refused, "land": _coded(refused)},
        "verblijfstitel": {"aanduiding": _coded(refused)},
        "europeesKiesrecht": {"aanduiding": _coded(refused)},
        "partners": [{"burgerservicenummer": refused, "naam": {"geslachtsnaam": refused}}],
        "rni": [{"deelnemer": _coded(refused), "omschrijvingVerdrag": refused}],
        "gemeenteVanInschrijving": {"code": present(person, "08").get("09.10"), "omschrijving": refused},
        "ouders": [
            {
                "ouderAanduiding": str(int(category) - 1),
                "burgerservicenummer": present(person, category).get("01.20"),
                "naam": {"geslachtsnaam": refused},
                "geboorte": {"land": _coded(refused), "datum": refused},
            }
            for category in ("03", "02")
            if category in person
        ],
        "kinderen": [
            {"burgerservicenummer": entry[0].get("01.20"), "naam": {"voornamen": refused}}
            for entry in person.get("09", [])
            if not {"89.10", "84.10"} & entry[0].keys()
        ],
    }


def _kind(home: Block) -> str:
    if "13.20" not in home:
        return "Adres"
    has_address = any(f"13.{number}0" in home for number in (3, 4, 5))
    return "VerblijfplaatsOnbekend" if home["13.10"] == "0000" and not has_address else "VerblijfplaatsBuitenland"


def _is_open(home: Block) -> bool:
    return "83.10" in home and "83.30" not in home


def _coded(refused: str) -> dict[str, str]:
    return {"code": refused, "omschrijving": refused}


def _date(text: str | None) -> dict[str, Any] | None:
    if not text:
        return None
    year, month, day = text[:4], text[4:6], text[6:]
    if text == "00000000":
        return {"type": "DatumOnbekend", "onbekend": True, "langFormaat": "onbekend"}
    if month == "00":
        return {"type": "JaarDatum", "jaar": int(year), "langFormaat": year}
    if day == "00":
        return {"type": "JaarMaandDatum", "jaar": int(year), "maand": int(month), "langFormaat": "…"}
    return {"type": "Datum", "datum": f"{year}-{month}-{day}", "langFormaat": "…"}


def _pruned(value: Any) -> Any:
    """Without what is absent: keys without a value, and objects that are empty then."""
    if isinstance(value, dict):
        parts = {key: _pruned(part) for key, part in value.items()}
        return {key: part for key, part in parts.items() if part not in (None, "", {}, [])}
    return [_pruned(part) for part in value] if isinstance(value, list) else value
