"""The forbidden list recognises what it must, and leaves the contract's own columns alone."""

import pytest

from brp_signals.delivery.contract import OPTIONAL, REQUIRED
from brp_signals.delivery.forbidden import forbidden_meaning, is_forbidden
from brp_signals.publish.columns import CASES

FORBIDDEN = {
    "nationality": [
        "nationality", "Nationality_Code", "nationaliteit", "NATIONALITEIT", "nationaliteit 1",
        "Eerste Nationaliteit", "nationalité", "staatsburgerschap", "citizenship", "verblijfstitel",
        "aanduidingEuropeesKiesrecht", "verblijfs-titel", "residence permit", "visum",
        "bijzonderNederlanderschap", "04.05.10", "04.65.10", "04.73.10", "10.39.10", "13.31.10",
        "040510", "54.05.10", "05.10", "c04_e0510",
    ],
    "birth place or country": [
        "geboorteland", "geboorte_land", "GeboorteLand", "geboortelandcode", "land van geboorte",
        "birth_country", "country_of_birth", "birthCountry", "geboorteplaats", "plaats_geboorte",
        "birthplace", "place-of-birth", "geboortegemeente", "parent1_birth_country",
        "geboorteland_vader", "moeder.geboorteplaats", "01.03.20", "01.03.30", "02.03.30", "03.03.30",
        "09.03.20", "03.30", "e0330", "51.03.30",
    ],
    "a country": [
        "country", "country_code", "countrycode", "landcode", "land", "land_vader", "land_moeder",
        "LandMoeder", "departure_country", "vertrekland", "land_vanwaar_ingeschreven", "landVanHerkomst",
        "home_countries", "verdrag", "rni_deelnemer", "08.14.10", "14.10", "08.88.10", "06.08.30",
    ],
    "destination": [
        "destination", "destination_code", "bestemming", "Vertrokken naar", "departed_to", "08.13.10",
        "081310", "08-13-10", "08_13_10", "13.10", "e1310", "c08.e1310", "58.13.10", "08.13.10_1",
        "08_13_10 code",
    ],
    "a foreign address": [
        "adres_buitenland_1", "regel 1 adres buitenland", "buitenlands_adres", "foreign_address",
        "08.13.30", "08.13.40", "08.13.50",
    ],
    "a name": [
        "name", "Names", "naam", "voornamen", "voornaam", "achternaam", "geslachtsnaam",
        "geslachts_naam", "VOORVOEGSEL", "tussenvoegsel", "roepnaam", "surname", "first_name",
        "lastName", "Volledige Naam", "initialen", "naamgebruik", "naam_school", "school_name",
        "schoolnaam", "straatnaam", "gebruikersnaam", "adellijke titel", "01.02.10", "02.02.40",
        "01.61.10", "09.02.10", "02.40",
    ],
    "ethnicity": [
        "ethnicity", "etniciteit", "Etniciteit_kind", "etnische groep", "herkomst", "afkomst",
        "migratieachtergrond", "race", "gewicht", "gewicht_nieuw", "leerlinggewicht", "moedertaal",
        "Datum in Nederland", "cumi", "NT2",
    ],
    "denomination": [
        "denomination", "denominatie", "religion", "religie", "godsdienst", "geloofsovertuiging",
        "kerkgenootschap",
    ],
    "a document": [
        "passport_number", "paspoortnummer", "reisdocument", "travel_document", "identiteitskaart",
        "aktenummer", "beschrijving_document", "12.35.20", "01.81.20", "01.82.30", "123520",
    ],
    "free text": [
        "opmerkingen", "Opmerking", "remarks", "comment", "toelichting", "notitie", "vrije tekst",
        "free_text", "locatiebeschrijving", "location_description", "omschrijving", "aantekening",
        "toevoegingen", "15.42.10",
    ],
    "a reason": [
        "reden_verlof", "leave_reason", "verlofreden", "exemption_ground", "vrijstellingsgrond", "reden",
    ],
    "the kind of location": [
        "standplaats", "is_woonwagen", "object_type", "08.12.10", "12.10",
    ],
    "a person's number": [
        "bsn", "BSN", "child_bsn", "burgerservicenummer", "a_nummer", "child_a_number", "A-nummer", "anummer",
        "Onderwijsnummer", "sofinummer", "01.01.10", "01.01.20", "02.01.20", "01.20.10",
    ],
}  # fmt: skip

HARMLESS = [
    "", " ", "extra", "age", "sex", "geslacht", "postcode", "delivery_remarked", "municipality",
    "gemeente", "gemeentecode", "is_national", "nationaal", "landelijk", "in_nederland",
    "naar_buitenland", "opname", "datum_opname", "deelname", "afnamen", "birth_date", "geboortedatum",
    "geboorte datum", "datum_geboorte", "school", "vestiging", "location_code", "totaal",
    "bestemming_onbekend", "destination_unknown", "reden_opschorting", "suspension reason",
    "datum_aanvang_adres_buitenland", "rating", "rastering", "notebook", "annotated", "context",
    "stateful", "08.09.10", "08.13.20", "08.13.20_1", "seen 2026-11-20", "08.72.10", "08.85.10",
    "01.03.10", "07.67.20", "07.70.10",
    "13.20", "85.10", "081320", "2026", "20261120", "tournament", "filenames",
]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "meaning"), [(column, meaning) for meaning, columns in FORBIDDEN.items() for column in columns]
)
def test_a_forbidden_column_is_recognised_with_its_meaning(column: str, meaning: str) -> None:
    assert forbidden_meaning(column) is not None
    assert is_forbidden(column)
    assert forbidden_meaning(column) == meaning


@pytest.mark.parametrize("column", HARMLESS)
def test_a_harmless_column_is_left_alone(column: str) -> None:
    assert forbidden_meaning(column) is None
    assert not is_forbidden(column)


@pytest.mark.parametrize(
    "column",
    sorted({column for tables in (REQUIRED, OPTIONAL) for columns in tables.values() for column in columns}),
)
def test_the_contract_never_refuses_itself_in_whatever_spelling(column: str) -> None:
    for spelling in (column, column.upper(), column.replace("_", " "), column.replace("_", "")):
        assert not is_forbidden(spelling), spelling


@pytest.mark.parametrize(
    "spelling",
    ["Natiónaliteit", "ｎａｔｉｏｎａｌｉｔｙ", "natio\u00adnaliteit", "  nationaliteit  ", "naam\t"],
)
def test_accents_and_typography_do_not_hide_a_column(spelling: str) -> None:
    assert is_forbidden(spelling)


def test_our_own_output_holds_no_column_that_describes_origin() -> None:
    """`reason_nl` explains a case to staff; nothing else in the output looks like a forbidden column."""
    assert [column for column in CASES if is_forbidden(column)] == ["reason_nl"]


@pytest.mark.parametrize(
    "name",
    ["nаtionality", "n\u0430am", "ναme", "extrа", "０8.13.1٠", "ɴationality", "\U0001f1f3ationality", "ｅxtrａ\u3164"],
)
def test_letters_of_another_script_are_refused(name: str) -> None:
    assert forbidden_meaning(name) == "something in letters of another script"


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("natıonality", "nationality"),
        ("ｎａｔｉｏｎａｌｉｔｙ", "nationality"),
        ("nation\u00adality", "nationality"),
        ("𝓷𝓪𝓪𝓶", "a name"),
        ("n-a-a-m", "a name"),
        ("n a t i o n a l i t y", "nationality"),
        ("ƒoo", "something in letters of another script"),
    ],
)
def test_a_name_in_disguise_is_known(name: str, meaning: str) -> None:
    assert forbidden_meaning(name) == meaning


@pytest.mark.parametrize("name", ["größe", "prijs_€", "café", "temperatuur (±)"])
def test_letters_of_our_own_script_are_fine(name: str) -> None:
    assert not is_forbidden(name)
