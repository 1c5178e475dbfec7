"""Persons of Haal Centraal: both public shapes, no history, what a bad file costs. Purely synthetic persons."""

import json
from typing import Any

import pytest

from brp_signals.base.errors import DeliveryRefused
from tests.gateway.rubric import Made, Workshop, a_number, bsn

pytestmark = pytest.mark.long


def _person(serial: int, **changes: Any) -> dict[str, Any]:
    return {
        "aNummer": a_number(serial),
        "burgerservicenummer": bsn(serial),
        "naam": {"geslachtsnaam": "Zwaluw"},
        "geboorte": {"datum": "20120505"},
        "gemeenteVanInschrijving": {"code": "0363"},
        "verblijfplaats": {"functieAdres": {"code": "W"}, "datumIngangGeldigheid": "20120505"},
        **changes,
    }


_ABROAD = {"type": "VerblijfplaatsBuitenland"}
_SINCE = {"datumIngangOnderzoek": {"datum": "2026-05-01"}}


def _deliver(workshop: Workshop, persons: Any) -> Made:
    content = persons if isinstance(persons, bytes) else json.dumps(persons).encode()
    return workshop.deliver(("haal-centraal", workshop.file("register.json", content)))


def _row(made: Made, serial: int = 1) -> dict[str, str]:
    (row,) = made.residences(made.bsn_id(serial))
    return row


@pytest.mark.parametrize(
    ("place", "departure_date", "is_destination_unknown"),
    [
        ({"land": {"code": "0000"}, "datumAanvangAdresBuitenland": "20260302"}, "20260302", "1"),
        ({"land": {"code": "0000"}, "datumAanvangAdresBuitenland": "00000000"}, "00000000", "1"),
        ({"land": {"code": "0000"}, "regel1": "x", "datumAanvangAdresBuitenland": "20260302"}, "20260302", "0"),
        ({"land": {"code": "0000"}, "regel3": " ", "datumAanvangAdresBuitenland": "20260302"}, "20260302", "1"),
        ({"land": {"code": "5010"}, "datumAanvangAdresBuitenland": "20260300"}, "20260300", "0"),
        ({"land": {"code": "5010"}, "datumIngangGeldigheid": "20260303"}, "20260303", "0"),
        ({"type": "VerblijfplaatsOnbekend", "datumVan": {"datum": "2026-03-02"}}, "20260302", "1"),
        ({"type": "VerblijfplaatsOnbekend", "datumVan": {"jaar": 2026, "maand": 3}}, "20260300", "1"),
        ({"type": "VerblijfplaatsOnbekend", "datumVan": {"jaar": 2026}}, "20260000", "1"),
        ({"type": "VerblijfplaatsOnbekend", "datumVan": {"onbekend": True}}, "00000000", "1"),
        ({**_ABROAD, "datumVan": {"datum": "2026-03-02"}}, "20260302", "0"),
        ({"verblijfadres": {"land": {"code": "5010"}}, **_ABROAD, "datumVan": {"jaar": 2026}}, "20260000", "0"),
        ({"type": "Adres", "datumVan": {"datum": "2026-03-02"}}, "", ""),
    ],
)  # fmt: skip
def test_a_departure_in_either_shape(
    workshop: Workshop, place: dict[str, Any], departure_date: str, is_destination_unknown: str
) -> None:
    row = _row(_deliver(workshop, [_person(1, verblijfplaats=place)]))
    assert (row["departure_date"], row["is_destination_unknown"]) == (departure_date, is_destination_unknown)
    assert (row["declared_by"], row["recorded_on"], row["seq"]) == ("", "", "0")


def test_a_departed_person_has_one_row_and_no_municipality_before(workshop: Workshop) -> None:
    gone = _person(
        1,
        gemeenteVanInschrijving={"code": "1999"},
        opschortingBijhouding={"datum": "20260302", "reden": {"code": "E"}},
        verblijfplaats={"land": {"code": "0000"}, "datumAanvangAdresBuitenland": "20260302"},
    )
    made = _deliver(workshop, [gone, _person(2)])
    assert made.person(made.bsn_id(1))["suspension_reason"] == "E"
    assert _row(made)["municipality_code"] == "1999"
    assert made.result.findings.count("history_absent") == 2


@pytest.mark.parametrize(
    ("value", "flag", "finding"),
    [
        *(("1", "1", ""), ("7", "1", ""), (True, "1", ""), (3, "1", ""), (False, "0", ""), ("0", "0", "")),
        *((None, "1", "secrecy_absent"), ("", "1", "secrecy_absent"), (" ", "1", "secrecy_absent")),
        *(("8", "1", "code_outside_domain"), ("nee", "1", "code_outside_domain"), (-1, "1", "code_outside_domain")),
    ],
)
def test_secrecy(workshop: Workshop, value: Any, flag: str, finding: str) -> None:
    made = _deliver(workshop, [_person(1, geheimhoudingPersoonsgegevens=value), _person(2)])
    assert made.person(made.bsn_id(1))["is_confidential"] == flag
    assert made.person(made.bsn_id(2))["is_confidential"] == "0"
    kinds = {"secrecy_absent", "code_outside_domain"} & set(made.result.findings.counts())
    assert kinds == ({finding} if finding else set())


@pytest.mark.parametrize(
    ("place", "is_under_inquiry", "inquiry_from"),
    [
        ({"inOnderzoek": {"aanduidingGegevensInOnderzoek": "089999", **_SINCE}}, "1", "20260501"),
        ({"inOnderzoek": {"datumVan": True, "datumIngangOnderzoek": {"jaar": 2026, "maand": 5}}}, "1", "20260500"),
        ({"verblijfadres": {"inOnderzoek": {"postcode": True, **_SINCE}}}, "1", "20260501"),
        ({"indicatieVastgesteldVerblijftNietOpAdres": True}, "1", ""),
        ({"inOnderzoek": {"datumVan": False}}, "0", ""),
        ({"inOnderzoek": {}}, "0", ""),
        ({"inOnderzoek": {"aanduidingGegevensInOnderzoek": "PK"}}, "0", ""),
    ],
)  # fmt: skip
def test_an_inquiry(workshop: Workshop, place: dict[str, Any], is_under_inquiry: str, inquiry_from: str) -> None:
    row = _row(_deliver(workshop, [_person(1, verblijfplaats={"functieAdres": {"code": "W"}, **place})]))
    assert (row["is_under_inquiry"], row["inquiry_from"]) == (is_under_inquiry, inquiry_from)


def test_parents_stand_where_the_source_puts_them(workshop: Workshop) -> None:
    def parent(serial: int, place: Any) -> dict[str, Any]:
        return {"burgerservicenummer": bsn(serial), "ouderAanduiding": place}

    made = _deliver(
        workshop,
        [
            _person(1, ouders=[parent(12, "2"), parent(11, "1")]),
            _person(2, ouders=[parent(12, "2")]),
            _person(3, ouders=[parent(11, None), parent(12, "1")]),
            _person(4, ouders=[parent(11, "1"), parent(12, "1"), parent(13, "1")]),
            _person(5),
            _person(6, kinderen=[{"burgerservicenummer": bsn(2)}]),
        ],
    )
    parents = [
        (made.person(made.bsn_id(serial))["parent1_id"], made.person(made.bsn_id(serial))["parent2_id"])
        for serial in range(1, 7)
    ]
    one, two = made.bsn_id(11), made.bsn_id(12)
    assert parents == [(one, two), (made.bsn_id(6), two), (two, one), (one, two), ("", ""), ("", "")]
    assert made.result.findings.lines("parents_unclear") == [4]


@pytest.mark.parametrize(
    ("given", "written", "finding"),
    [
        ("20120505", "20120505", ""),
        ("20120230", "20120200", "date_impossible"),
        ("00000000", "00000000", ""),
        ("2012", "00000000", "date_malformed"),
        ({"type": "Datum", "datum": "2012-05-05"}, "20120505", ""),
        ({"datum": "2012-02-30"}, "20120200", "date_impossible"),
        ({"datum": "05.05.2012"}, "00000000", "date_malformed"),
        ({"jaar": 2012}, "20120000", ""),
        ({"jaar": "2012", "maand": "3"}, "20120300", ""),
        ({"jaar": 20125}, "00000000", "date_malformed"),
        ({"jaar": 2012.5}, "00000000", "date_malformed"),
        ({"onbekend": True}, "00000000", ""),
        ({}, "00000000", "birth_date_absent"),
        (None, "00000000", "birth_date_absent"),
    ],
)
def test_dates_in_any_shape(workshop: Workshop, given: Any, written: str, finding: str) -> None:
    made = _deliver(workshop, [_person(1, geboorte={"datum": given})])
    assert made.person(made.bsn_id(1))["birth_date"] == written
    kinds = {"birth_date_absent", "date_impossible", "date_malformed"} & set(made.result.findings.counts())
    assert kinds == ({finding} if finding else set())


def test_a_bsn_that_is_none_is_not_used_and_the_same_person_twice_stands_once(workshop: Workshop) -> None:
    wrong = str(int(bsn(1)) + 1)
    made = _deliver(workshop, [_person(1, burgerservicenummer=wrong), _person(2), _person(2), _person(3, aNummer=None)])
    assert {row["person_id"] for row in made.rows("persons")} == {made.a_number_id(1), made.bsn_id(2), made.bsn_id(3)}
    assert made.result.findings.lines("bsn_malformed") == [1]
    assert made.result.set_aside == {"person_twice": 1}
    assert any("(first: register.json, person 3)" in sentence for sentence in made.result.sentences())


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        ('{"aNummer": "1", "aNummer": "2"}', "record_key_twice"),
        ('{"naam": {"voornamen": "a", "voornamen": "b"}}', "record_key_twice"),
        ('{"verblijfplaats": {}, "verblijfplaats": {}}', "record_key_twice"),
        ('"Zwaluw"', "record_broken"),
        ("7", "record_broken"),
        ("null", "record_broken"),
        ("[]", "record_broken"),
        ('[{"aNummer": "1"}, [{"naam": {}}], 7]', "record_broken"),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_bad_person_is_set_aside_alone(workshop: Workshop, broken: str, kind: str, place: int) -> None:
    persons = [json.dumps(_person(serial)) for serial in (1, 2)]
    persons.insert(place, broken)
    made = _deliver(workshop, f"[{','.join(persons)}]".encode())
    assert {row["person_id"] for row in made.rows("persons")} == {made.bsn_id(1), made.bsn_id(2)}
    assert made.result.set_aside == {kind: 1}
    assert made.result.findings.lines(kind) == [place + 1]
    (register, _) = made.result.sources
    assert register.lines == register.kept + 1


def test_keys_that_only_look_like_a_path_are_not_read(workshop: Workshop) -> None:
    odd = {
        "geboorte": {},
        "geboorte.datum": "20120505",
        "ouders[].burgerservicenummer": bsn(7),
        "verblijfplaats.land.code": "0000",
        "": "x",
    }
    made = _deliver(workshop, [_person(1, **odd)])
    assert made.person(made.bsn_id(1))["birth_date"] == "00000000"
    assert _row(made)["is_destination_unknown"] == ""


def test_a_byte_order_mark_and_blank_make_no_difference(workshop: Workshop) -> None:
    made = _deliver(workshop, b"\xef\xbb\xbf\r\n " + json.dumps({"personen": [_person(1)]}).encode() + b"\r\n")
    assert len(made.rows("persons")) == 1


_GOOD = json.dumps([_person(1), _person(2)], indent=1).encode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "register.json is empty"),
        (b"\xef\xbb\xbf", "register.json is empty"),
        (b"  \n", "register.json is not JSON to its end"),
        (_GOOD[:-2], "register.json is not JSON to its end: it breaks off or goes wrong after person 2"),
        (_GOOD[: len(_GOOD) // 2], "register.json is not JSON to its end"),
        (_GOOD.replace(b"Zwaluw", b"Zw\xe4luw"), "register.json is not JSON to its end"),
        (_GOOD.replace(b"Zwaluw", b"Zw\0luw"), "register.json is not JSON to its end"),
        (_GOOD.decode().encode("utf-16"), "register.json is not JSON to its end"),
        (bytes(range(256)) * 500, "register.json is not JSON to its end"),
        (b"[" + b"9" * 10_000 + b"]", "register.json is not JSON to its end"),
        (b"[" * 200_000, "register.json: person 1 is nested deeper than 32 levels"),
        (b'[{"naam":' + b'{"a":' * 200_000, "register.json: person 1 is nested deeper than 32 levels"),
        (b'[{"naam": "' + b"x" * (5 << 20) + b'"}]', "register.json: a person takes more than 4 MB"),
        (b"{}", "register.json holds no list of persons"),
        (b'"Zwaluw"', "register.json holds no list of persons"),
        (json.dumps({"data": {"personen": [_person(1)]}}).encode(), "register.json holds no list of persons"),
        (b"[]", "The sources hold no usable person"),
        (b"[{}]", "The sources hold no usable person"),
        (b'{"personen": []}', "The sources hold no usable person"),
    ],
)
def test_an_unreadable_file_is_refused_in_one_sentence(workshop: Workshop, content: bytes, sentence: str) -> None:
    with pytest.raises(DeliveryRefused) as refusal:
        _deliver(workshop, content)
    message = str(refusal.value)
    assert message.startswith(sentence)
    assert "\n" not in message and message.endswith(".")
    assert bsn(1) not in message and "Zw" not in message


@pytest.mark.parametrize(
    "member",
    [
        {"opschortingBijhouding": {"reden": "emigratie"}},
        {"opschortingBijhouding": {"redenCode": "E"}},
        {"opschortingBijhouding": "E"},
        {"verblijfplaats": {"functieAdres": "woonadres"}},
        {"verblijfplaats": {"vertrokkenOnbekendWaarheen": True}},
        {"verblijfplaats": {"gemeenteVanInschrijving": {"code": "0363"}}},
        {"verblijfplaats": {"type": "Zwaluw"}},
        {"verblijfplaats": {"land": "5010"}},
        {"gemeenteVanInschrijving": "0363"},
        {"geboorte": {"datum": ["20120505"]}},
        {"geboorte": {"datum": {"datum": "2012-05-05", "dag": 5}}},
        {"geboorte": "20120505"},
        {"ouders": {"burgerservicenummer": bsn(11)}},
        {"ouders": [bsn(11)]},
        {"_embedded": {"ouders": [{"burgerservicenummer": bsn(11)}]}},
    ],
)
def test_an_unknown_shape_is_never_half_read(workshop: Workshop, member: dict[str, Any]) -> None:
    made = _deliver(workshop, [_person(1), _person(2, **member), _person(3)])
    assert {row["person_id"] for row in made.rows("persons")} == {made.bsn_id(1), made.bsn_id(3)}
    assert made.result.set_aside == {"shape_unknown": 1}
    with pytest.raises(DeliveryRefused, match=r"register\.json has an unknown shape: of 2 of 3 persons") as refusal:
        _deliver(workshop, [_person(1, **member), _person(2, **member), _person(3)])
    assert "Zwaluw" not in str(refusal.value) and bsn(11) not in str(refusal.value)


@pytest.mark.parametrize("between", [b"", b"\n", b"\r\n \n"])
def test_several_answers_in_one_file(workshop: Workshop, between: bytes) -> None:
    answers = [
        json.dumps({"type": "RaadpleegMetBurgerservicenummer", "personen": [_person(serial)]}).encode()
        for serial in (1, 2, 3)
    ]
    made = _deliver(workshop, between.join(answers))
    assert {row["person_id"] for row in made.rows("persons")} == {made.bsn_id(serial) for serial in (1, 2, 3)}


@pytest.mark.parametrize("code", ["0", "00", "000", "363", "0363", "Zwaluw", "50100"])
def test_a_country_that_is_none_is_no_known_destination(workshop: Workshop, code: str) -> None:
    place = {"land": {"code": code}, "datumAanvangAdresBuitenland": "20260302"}
    made = _deliver(workshop, [_person(1, verblijfplaats=place)])
    assert (_row(made)["departure_date"], _row(made)["is_destination_unknown"]) == ("20260302", "")
    assert made.result.findings.count("code_outside_domain") == 1
