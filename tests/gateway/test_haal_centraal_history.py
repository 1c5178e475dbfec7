"""Answers of /verblijfplaatshistorie, whose they are, and answers in one file or several. Purely synthetic persons."""

import json
from pathlib import Path
from typing import Any

import pytest

from brp_signals.base.errors import DeliveryRefused
from tests.gateway.rubric import Made, Workshop, a_number, bsn

pytestmark = pytest.mark.long


def day(text: str) -> dict[str, str]:
    """A date object."""
    return {"type": "Datum", "datum": text, "langFormaat": "…"}


HOME: dict[str, Any] = {
    "type": "Adres",
    "functieAdres": {"code": "W", "omschrijving": "woonadres"},
    "adresseerbaarObjectIdentificatie": "0363010000000001",
    "gemeenteVanInschrijving": {"code": "0363", "omschrijving": "Zwaluw"},
    "verblijfadres": {"officieleStraatnaam": "Zwaluw", "huisnummer": 1},
    "adressering": {"adresregel1": "Zwaluw 1"},
    "datumVan": day("2012-05-05"),
    "datumTot": day("2026-03-02"),
}
GONE: dict[str, Any] = {
    "type": "VerblijfplaatsOnbekend",
    "gemeenteVanInschrijving": {"code": "1999"},
    "datumVan": day("2026-03-02"),
}


def history(*stays: dict[str, Any], serial: int | None = 1, **members: Any) -> dict[str, Any]:
    """The answer about the person with this serial number; None: about nobody knows whom."""
    whose = {} if serial is None else {"burgerservicenummer": bsn(serial)}
    return {**whose, "verblijfplaatsen": list(stays), **members}


def whole(*stays: dict[str, Any], serial: int = 1) -> dict[str, Any]:
    """The person of the answer of /personen with the stays of the history."""
    return history(
        *stays,
        serial=serial,
        geboorte={"datum": day("2012-05-05")},
        opschortingBijhouding={"reden": {"code": "E"}, "datum": day("2026-03-02")},
        verblijfplaats={"type": "VerblijfplaatsOnbekend", "datumVan": day("2026-03-02")},
    )


def _deliver(workshop: Workshop, *files: Any) -> Made:
    return workshop.deliver(*(("haal-centraal", file(workshop, f"{n}.json", part)) for n, part in enumerate(files)))


def file(workshop: Workshop, name: str, content: Any) -> Path:
    """The file with this content."""
    return workshop.file(name, content if isinstance(content, bytes) else json.dumps(content).encode())


@pytest.mark.parametrize(
    "wrapped", [lambda one: one, lambda one: [one], lambda one: {"personen": [one]}], ids=["alone", "array", "answer"]
)
def test_the_stays_of_a_history_are_the_residences_of_its_person(workshop: Workshop, wrapped: Any) -> None:
    made = _deliver(workshop, wrapped(whole(GONE, HOME)))
    now, before = made.residences(made.bsn_id(1))
    assert (now["seq"], now["municipality_code"], now["departure_date"], now["is_destination_unknown"]) == (
        *("0", "1999"),
        *("20260302", "1"),
    )
    assert (before["seq"], before["municipality_code"], before["address_function"]) == ("1", "0363", "W")
    assert (now["valid_from"], before["valid_from"]) == ("20260302", "20120505")
    assert (now["address_from"], before["address_from"]) == ("", "20120505")
    assert made.person(made.bsn_id(1))["suspension_reason"] == "E"
    findings = made.result.findings.counts()
    assert findings["recording_absent"] == 2 and "history_absent" not in findings
    assert made.result.set_aside == {}
    assert "Zwaluw" not in "".join(content.decode() for content in made.bytes().values())


def test_a_history_alone_has_no_birth_date_and_says_so(workshop: Workshop) -> None:
    made = _deliver(workshop, [history(GONE, HOME)])
    assert made.person(made.bsn_id(1))["birth_date"] == "00000000"
    assert made.result.findings.lines("birth_date_absent") == [1]
    assert len(made.residences(made.bsn_id(1))) == 2


@pytest.mark.parametrize(
    "answers",
    [
        history(GONE, HOME, serial=None),
        [history(GONE, HOME), history(GONE, HOME, serial=None)],
        [history(serial=None)],
        [history(GONE, HOME, burgerservicenummer=None)],
        [history(GONE, HOME, burgerservicenummer="")],
    ],
)
def test_an_answer_that_does_not_tell_whom_it_is_about_is_refused(workshop: Workshop, answers: Any) -> None:
    with pytest.raises(DeliveryRefused, match="does not tell whom it is about; put the burgerservicenummer") as refusal:
        _deliver(workshop, answers)
    assert "\n" not in str(refusal.value) and bsn(1) not in str(refusal.value)


def test_the_number_may_stand_behind_the_stays_and_be_an_a_number(workshop: Workshop) -> None:
    behind = {"verblijfplaatsen": [HOME | {"datumTot": None}], "aNummer": a_number(3)}
    made = _deliver(workshop, [behind])
    assert [row["seq"] for row in made.residences(made.a_number_id(3))] == ["0"]


@pytest.mark.parametrize("own", [{}, {"verblijfplaats": GONE | {"gemeenteVanInschrijving": None}}])
def test_a_history_that_ends_before_today_is_no_present(workshop: Workshop, own: dict[str, Any]) -> None:
    """The question named a period, or the newest stay is over: what came then is not in this answer."""
    own = {name: {key: part for key, part in value.items() if part} for name, value in own.items()}
    made = _deliver(workshop, [history(HOME, **own)])
    rows = made.residences(made.bsn_id(1))
    assert [row["seq"] for row in rows] == (["0", "1"] if own else ["1"])
    assert [row["departure_date"] for row in rows] == (["20260302", ""] if own else [""])


def test_an_inquiry_of_a_stay_that_is_over_is_over(workshop: Workshop) -> None:
    doubted = HOME | {"verblijftNietOpAdresVanaf": day("2026-02-01")}
    open_stay = {**doubted, "datumTot": None}
    made = _deliver(workshop, [history(GONE, doubted), history(open_stay, serial=2)])
    assert [row["is_under_inquiry"] for row in made.residences(made.bsn_id(1))] == ["0", "0"]
    (row,) = made.residences(made.bsn_id(2))
    assert (row["is_under_inquiry"], row["inquiry_from"]) == ("1", "20260201")


@pytest.mark.parametrize(
    "stay",
    [
        {key: value for key, value in HOME.items() if key != "type"},
        HOME | {"type": "Zwaluw"},
        HOME | {"functieAdres": "woonadres"},
        HOME | {"functieAdres": {"omschrijving": "woonadres"}},
        HOME | {"gemeenteVanInschrijving": {"omschrijving": "Zwaluw"}},
        HOME | {"gemeenteVanInschrijving": "0363"},
        HOME | {"datumVan": {"datum": "2012-05-05", "dag": 5}},
        HOME | {"vertrokkenOnbekendWaarheen": True},
        GONE | {"verblijfadres": {"land": {"omschrijving": "Zwaluw"}}},
        "Zwaluw",
    ],
)
def test_a_stay_in_an_unknown_shape_is_never_half_read(workshop: Workshop, stay: Any) -> None:
    good = [history(GONE, HOME, serial=serial) for serial in (2, 3)]
    made = _deliver(workshop, [history(stay, HOME), *good])
    assert made.result.set_aside == {"shape_unknown": 1}
    assert {row["person_id"] for row in made.rows("persons")} == {made.bsn_id(2), made.bsn_id(3)}


_TO_NOWHERE = {**GONE, "type": "VerblijfplaatsBuitenland", "verblijfadres": {"land": {"code": "0"}}}


@pytest.mark.parametrize(
    ("stay", "field", "written"),
    [
        (HOME | {"functieAdres": {"code": "X"}}, "address_function", ""),
        (HOME | {"gemeenteVanInschrijving": {"code": "363"}}, "municipality_code", "0000"),
        (_TO_NOWHERE, "is_destination_unknown", ""),
    ],
)
def test_a_code_outside_its_domain_is_counted_in_a_stay_too(
    workshop: Workshop, stay: dict[str, Any], field: str, written: str
) -> None:
    made = _deliver(workshop, [history({**stay, "datumTot": None})])
    (row,) = made.residences(made.bsn_id(1))
    assert row[field] == written and made.result.findings.lines("code_outside_domain") == [1]


@pytest.mark.parametrize("value", [None, "", True, "7"])
def test_a_history_keeps_its_person_confidential(workshop: Workshop, value: Any) -> None:
    made = _deliver(workshop, [history(GONE, HOME, geheimhoudingPersoonsgegevens=value), history(GONE, serial=2)])
    assert made.person(made.bsn_id(1))["is_confidential"] == "1"
    assert made.person(made.bsn_id(2))["is_confidential"] == "0"


def _people(*serials: int) -> list[dict[str, Any]]:
    return [whole(GONE, HOME, serial=serial) for serial in serials]


def _answer(*serials: int) -> dict[str, Any]:
    return {"type": "RaadpleegMetBurgerservicenummer", "personen": _people(*serials)}


def _lines(*parts: Any) -> bytes:
    return b"\n".join(json.dumps(part).encode() for part in parts) + b"\n"


@pytest.mark.parametrize(
    "files",
    [
        ([_answer(1), _answer(2, 3)],),
        ([_answer(1), *_people(2), _answer(), _answer(3)],),
        (_lines(*_people(1, 2, 3)),),
        (_lines(_answer(1), *_people(2), [_answer(3)]),),
        (_lines(*_people(1)).replace(b"\n", b"\r\n") + _lines(*_people(2, 3)),),
        (_answer(1), _answer(2), _lines(*_people(3))),
        ({**_answer(1, 2, 3), "status": 200},),
        ({"personen": [], "extra": {"personen": []}}, _people(1, 2, 3)),
    ],
    ids=["array", "array of both", "lines of persons", "lines of both", "crlf", "files", "more members", "nested"],
)
def test_answers_in_one_file_or_several(workshop: Workshop, files: tuple[Any, ...]) -> None:
    made = _deliver(workshop, *files)
    assert {row["person_id"] for row in made.rows("persons")} == {made.bsn_id(serial) for serial in (1, 2, 3)}
    assert made.result.set_aside == {}


@pytest.mark.parametrize(
    "other", [{"status": 400, "title": "Fout"}, {}, {"type": "ZoekMetPostcode"}, 7, None, "Zwaluw"]
)
def test_what_is_no_answer_between_answers_is_counted(workshop: Workshop, other: Any) -> None:
    made = _deliver(workshop, _lines(_answer(1), other, *_people(2)))
    assert {row["person_id"] for row in made.rows("persons")} == {made.bsn_id(1), made.bsn_id(2)}
    assert made.result.set_aside == {"record_broken": 1}
    assert made.result.findings.lines("record_broken") == [2]


@pytest.mark.parametrize(
    "member",
    [
        {"opschortingBijhouding": {"reden": {"omschrijving": "emigratie"}}},
        {"opschortingBijhouding": {"reden": {}}},
        {"opschortingBijhouding": {"reden": {"code": None}}},
        {"opschortingBijhouding": {"reden": {"code": ""}}},
        {"opschortingBijhouding": {"datum": day("2026-03-02")}},
        {"gemeenteVanInschrijving": {"omschrijving": "Zwaluw"}},
        {"verblijfplaats": {"type": "Adres", "functieAdres": {"omschrijving": "woonadres"}}},
        {"verblijfplaats": {"land": {"omschrijving": "Zwaluw"}}},
        {"verblijfplaats": {"type": "VerblijfplaatsBuitenland", "verblijfadres": {"land": {"omschrijving": "Zwaluw"}}}},
        {"verblijfplaats": {"datumVan": day("2026-03-02")}},
    ],
)
def test_a_code_that_is_described_and_not_given_is_judged(workshop: Workshop, member: dict[str, Any]) -> None:
    strange = {"burgerservicenummer": bsn(3), **member}
    made = _deliver(workshop, [*_people(1, 2), strange])
    assert made.result.set_aside == {"shape_unknown": 1}
    with pytest.raises(DeliveryRefused, match=r"^0\.json has an unknown shape: of 1 of 1 persons"):
        _deliver(workshop, [strange])


@pytest.mark.parametrize(
    ("place", "departure_date", "valid_from", "finding"),
    [
        ({"datumVan": day("2026-03-02")}, "20260302", "20260302", ""),
        ({"datumVan": day("2026-03-02"), "datumIngangGeldigheid": day("2026-03-03")}, "20260302", "20260303", ""),
        ({"datumIngangGeldigheid": day("2026-03-03")}, "20260303", "20260303", ""),
        ({"datumVan": {"type": "JaarDatum", "jaar": 2026}}, "20260000", "20260000", ""),
        ({"datumVan": {"type": "DatumOnbekend", "onbekend": True}}, "00000000", "00000000", ""),
        ({}, "00000000", "", "departure_date_absent"),
    ],
)
def test_a_departure_is_found_without_a_day_of_validity(
    workshop: Workshop, place: dict[str, Any], departure_date: str, valid_from: str, finding: str
) -> None:
    """LO 2025.Q1 drops datumIngangGeldigheid."""
    person = whole(serial=1) | {"verblijfplaats": {"type": "VerblijfplaatsOnbekend", **place}}
    del person["verblijfplaatsen"]
    made = _deliver(workshop, [person])
    (row,) = made.residences(made.bsn_id(1))
    assert (row["departure_date"], row["valid_from"]) == (departure_date, valid_from)
    assert ("departure_date_absent" in made.result.findings.counts()) == bool(finding)


def test_a_person_without_a_residence_is_counted(workshop: Workshop) -> None:
    made = _deliver(workshop, [*_people(1), {"burgerservicenummer": bsn(2), "geboorte": {"datum": day("2012-05-05")}}])
    assert made.result.findings.lines("residence_absent") == [2]


def test_an_unknown_place_of_a_parent_is_counted(workshop: Workshop) -> None:
    parents = [{"burgerservicenummer": bsn(11), "ouderAanduiding": "3"}]
    made = _deliver(workshop, [{**whole(GONE, HOME), "ouders": parents}])
    assert made.result.findings.lines("code_outside_domain") == [1]
