"""Every coded element of a register, in every format: a code outside its domain is counted and never taken for known.

Purely synthetic persons.
"""

from collections.abc import Callable

import pytest

from tests.gateway.rubric import Made, Workshop, a_number, bsn
from tests.gateway.writing import haal_centraal, lo_json
from tests.gateway.writing.gbav import gbav
from tests.gateway.writing.lg01 import lg01
from tests.gateway.writing.municipality import Block, PersonList

pytestmark = pytest.mark.long

Writer = Callable[[list[PersonList]], bytes]

WITH_HISTORY: dict[str, tuple[str, str, Writer]] = {
    "gbav": ("gbav", "r.csv", gbav),
    "lg01": ("lg01", "r.gba", lg01),
    "sv01": ("lg01", "r.gba", lambda lists: lg01(lists, "Sv01")),
    "lo-json": ("lo-json", "r.jsonl", lo_json.lines),
    "bulk": ("lo-json", "r.zip", lambda lists: lo_json.bulk_zip(lo_json.lines(lists))),
}
ALL = {**WITH_HISTORY, "haal-centraal": ("haal-centraal", "r.json", haal_centraal.register_side)}
#: Element, column it becomes, what it is when nobody knows, and codes that are none.
CODED = [
    ("07.67.20", "suspension_reason", "", ("X", "e", "0", "E E", "emigratie")),
    ("07.70.10", "is_confidential", "1", ("8", "9", "00", "nee", ".")),
    ("08.09.10", "municipality_code", "0000", ("363", "03630", "PK", "036A")),
    ("08.10.10", "address_function", "", ("w", "X", "1", "woonadres")),
    (
        "08.13.10",
        "is_destination_unknown",
        "",
        ("0", "00", "000", "00000", "363", "0363", "4999", "5510", "9998", "BE"),
    ),
    ("08.72.10", "declared_by", "", ("i", "X", "0", "ouder")),
    ("08.83.10", "is_under_inquiry", "0", ("89999", "PK", "0", "0899999", "019999", "080000x")),
    ("08.84.10", "is_incorrect", "0", ("o", "J", "1", "0")),
]
#: Elements that become no column: what they say of a number is not believed.
OF_NUMBERS = [("01.84.10", ("o", "J")), ("09.84.10", ("o", "J")), ("09.89.10", ("l", "X"))]
#: Haal Centraal knows these of the present residence, and never more.
_NOT_IN_HAAL_CENTRAAL = ("08.72.10", "08.84.10")


def _person(serial: int, element: str = "", code: str = "") -> PersonList:
    home: Block = {"09.10": "0363", "10.10": "W", "10.30": "20120505", "85.10": "20120505", "86.10": "20120506"}
    gone: Block = {"09.10": "1999", "13.10": "0000", "13.20": "20260302", "85.10": "20260302", "86.10": "20260303"}
    newest = home if element == "08.10.10" else gone
    person: PersonList = {
        "01": [[{"01.10": a_number(serial), "01.20": bsn(serial), "03.10": "20120505"}]],
        "07": [[{"67.10": "20260302", "67.20": "E", "70.10": "0"}]],
        "08": [[newest, home | {"85.10": "20110505"}]],
    }
    if element:
        category = person.setdefault(element[:2], [[{"01.10": a_number(50), "01.20": bsn(50), "85.10": "20120505"}]])
        category[0][0] = category[0][0] | {element[3:]: code}
    return person


def _deliver(workshop: Workshop, form: tuple[str, str, Writer], element: str, code: str) -> Made:
    profile, name, write = form
    return workshop.deliver((profile, workshop.file(name, write([_person(1, element, code), _person(2)]))))


@pytest.mark.parametrize(("element", "column", "nobody_knows", "codes"), CODED, ids=[element for element, *_ in CODED])
@pytest.mark.parametrize("form", ALL, ids=ALL)
def test_a_code_outside_its_domain_is_counted_and_not_known(
    workshop: Workshop, form: str, element: str, column: str, nobody_knows: str, codes: tuple[str, ...]
) -> None:
    if form == "haal-centraal" and element in _NOT_IN_HAAL_CENTRAAL:
        return
    for code in codes:
        made = _deliver(workshop, ALL[form], element, code)
        row = made.person(made.bsn_id(1)) if element[:2] == "07" else made.residences(made.bsn_id(1))[0]
        assert row[column] == nobody_knows, code
        assert made.result.findings.count("code_outside_domain") == 1, code
        assert made.result.set_aside == {}
        assert len(made.rows("persons")) == 2


@pytest.mark.parametrize(("element", "codes"), OF_NUMBERS, ids=[element for element, _ in OF_NUMBERS])
@pytest.mark.parametrize("form", WITH_HISTORY, ids=WITH_HISTORY)
def test_a_code_about_a_number_outside_its_domain_is_counted(
    workshop: Workshop, form: str, element: str, codes: tuple[str, ...]
) -> None:
    for code in codes:
        assert _deliver(workshop, ALL[form], element, code).result.findings.count("code_outside_domain") == 1, code


@pytest.mark.parametrize("form", WITH_HISTORY, ids=WITH_HISTORY)
@pytest.mark.parametrize("how", ["empty", "absent", "blank"])
def test_secrecy_that_is_not_said_protects_and_is_counted(workshop: Workshop, form: str, how: str) -> None:
    silent = _person(1, "07.70.10", " " if how == "blank" else "")
    if how == "absent":
        del silent["07"][0][0]["70.10"]
    profile, name, write = ALL[form]
    made = workshop.deliver((profile, workshop.file(name, write([silent, _person(2)]))))
    assert [made.person(made.bsn_id(serial))["is_confidential"] for serial in (1, 2)] == ["1", "0"]
    assert made.result.findings.count("secrecy_absent") == 1


@pytest.mark.parametrize("form", ALL, ids=ALL)
def test_a_departure_without_a_country_is_counted_and_not_known(workshop: Workshop, form: str) -> None:
    silent = _person(1)
    del silent["08"][0][0]["13.10"]
    profile, name, write = ALL[form]
    made = workshop.deliver((profile, workshop.file(name, write([silent, _person(2)]))))
    row = made.residences(made.bsn_id(1))[0]
    assert (row["departure_date"], row["is_destination_unknown"]) == ("20260302", "")
    assert made.result.findings.count("destination_absent") == 1
