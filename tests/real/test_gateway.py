"""What the gateway makes of the real test set: counts, identities, residences of the worked examples.

Expected dates and codes are derived from rvig-gbav-testset-2022.csv (BRP-API/Haal-Centraal-BRP-bevragen, EUPL-1.2) at
the lines named; they hold no number and no name.
"""

import csv
import re
from collections import Counter
from datetime import date

import pytest

from brp_signals.base.dates import add_months, parse_register_date
from brp_signals.delivery.forbidden import is_forbidden
from tests.real.conftest import RealSet

pytestmark = pytest.mark.real

#: Departure rows and addresses of the worked examples, newest first: (municipality, function, from, departure,
#: unknown, declared, valid from, recorded, incorrect).
EXAMPLES = {
    734: [
        ("1999", "", "", "20190405", "1", "A", "20190405", "20190607", "0"),
        ("1955", "W", "20050101", "", "", "T", "20111107", "20111107", "0"),
        ("1955", "W", "20050101", "", "", "W", "20050101", "20050101", "0"),
        ("0218", "W", "19990727", "", "", "A", "19990727", "19990727", "0"),
    ],
    1906: [
        ("1999", "", "", "20181230", "1", "A", "", "20190121", "0"),
        ("0363", "W", "20180428", "", "", "I", "", "20180428", "0"),
    ],
    405: [
        ("1999", "", "", "20101000", "0", "G", "20101000", "20111024", "0"),
        ("1810", "W", "", "", "", "T", "20030303", "20030305", "0"),
    ],
    1913: [
        ("1999", "", "", "20081216", "0", "A", "20140905", "20150521", "0"),
        ("1999", "", "", "20081216", "0", "W", "20140905", "20140905", "1"),
        ("0718", "", "", "20081216", "0", "G", "20081216", "20081217", "0"),
        ("0718", "W", "", "", "", "A", "19920506", "19930901", "0"),
    ],
    1144: [
        ("0518", "W", "20141112", "", "", "I", "20141112", "20141112", "0"),
        ("0518", "W", "20040525", "", "", "T", "20111103", "20111103", "0"),
        ("0518", "W", "20040525", "", "", "I", "20040525", "20040525", "0"),
        ("0243", "", "", "20010520", "0", "G", "20010520", "20010521", "0"),
        ("0243", "W", "19840201", "", "", "A", "19840201", "19940930", "0"),
    ],
    1216: [
        ("0518", "W", "20150208", "", "", "I", "20160102", "20160104", "0"),
        ("1999", "", "", "20121001", "0", "A", "20150801", "20150804", "0"),
        ("0518", "W", "20001130", "", "", "T", "20111024", "20111024", "0"),
    ],
}
#: Cells that the worked example leaves open.
OPEN = {(1906, "valid_from"), (405, "address_from"), (1913, "address_from")}
COLUMNS = (
    "municipality_code",
    "address_function",
    "address_from",
    "departure_date",
    "is_destination_unknown",
    "declared_by",
    "valid_from",
    "recorded_on",
    "is_incorrect",
)


def _rows(real: RealSet, table: str) -> list[dict[str, str]]:
    with (real.delivery / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _lines(real: RealSet, ids: set[str]) -> list[int]:
    return sorted(line for line, person_id in real.ids.items() if person_id in ids)


def test_every_line_is_accounted_for(real: RealSet) -> None:
    register, school = real.result.sources
    assert (register.lines, register.empty, register.kept) == (2156, 15, 687)
    assert register.lines - register.empty == 2141
    assert school.lines == school.kept
    assert real.result.set_aside == {}
    assert len(_rows(real, "persons")) == len({row["person_id"] for row in _rows(real, "persons")}) == 687


def test_suspensions(real: RealSet) -> None:
    counts = Counter(row["suspension_reason"] for row in _rows(real, "persons"))
    assert counts == {"": 589, "E": 56, "R": 20, "O": 20, "M": 1, "W": 1}


def test_secrecy(real: RealSet) -> None:
    assert Counter(row["is_confidential"] for row in _rows(real, "persons")) == {"1": 46, "0": 641}


def test_residences(real: RealSet) -> None:
    rows = _rows(real, "residences")
    assert len(rows) == 1743
    assert Counter(row["is_incorrect"] for row in rows) == {"1": 31, "0": 1712}
    assert sum(row["seq"] == "0" for row in rows) == 687
    assert all(row["seq"] != "0" or row["is_incorrect"] == "0" for row in rows)
    assert max(int(row["seq"]) for row in rows) == 75
    assert real.result.findings.lines("block_without_valid_from") == [1912]
    assert sum(row["municipality_code"] in ("1810", "1811", "1802") for row in rows) == 91


def test_exactly_two_persons_left_for_an_unknown_destination(real: RealSet) -> None:
    emigrated = {row["person_id"] for row in _rows(real, "persons") if row["suspension_reason"] == "E"}
    unknown = {
        row["person_id"]
        for row in _rows(real, "residences")
        if row["seq"] == "0" and row["is_destination_unknown"] == "1"
    }
    assert _lines(real, unknown & emigrated) == [734, 1906]
    assert _lines(real, unknown - emigrated) == [1151]


def test_identities(real: RealSet) -> None:
    shared = [135, 387, 563, 709, 1001, 1109, 1167, 1389, 1570, 1719]
    assert real.result.findings.lines("bsn_ambiguous") == shared
    assert len({real.persons[line].numbers.bsn for line in shared}) == 5
    assert real.result.findings.lines("bsn_absent") == [604, 668]
    assert real.result.findings.count("bsn_malformed") == real.result.findings.count("a_number_malformed") == 0
    assert len(set(real.ids.values())) == 687
    aliased = sorted(line for line, person in real.persons.items() if any(one.bsn for one in person.earlier))
    assert {834, 1560} <= set(aliased)
    assert 453 not in aliased  # that earlier number stands in an incorrect block


def test_what_is_odd_is_found_on_its_line(real: RealSet) -> None:
    findings = real.result.findings
    assert findings.lines("birth_date_absent") == [1071]
    assert findings.lines("stillborn_dropped") == [78, 595, 1348]
    assert findings.lines("code_outside_domain") == [857, 1504]
    assert [line - 1 for line in findings.lines("child_marker_mismatch")] == [480, 1344, 1841, 1977]
    assert findings.lines("address_number_malformed") == [1562]
    assert set(findings.lines("date_impossible")) == {899, 1569}
    assert findings.lines("date_malformed") == [582]


def test_parents_inside_the_set_are_linked_to_their_own_rows(real: RealSet) -> None:
    persons = _rows(real, "persons")
    own = {row["person_id"] for row in persons}
    links = [row[column] for row in persons for column in ("parent1_id", "parent2_id") if row[column]]
    assert sum(link in own for link in links) >= 486
    assert not any(row["person_id"] in (row["parent1_id"], row["parent2_id"]) for row in persons)


def test_minors(real: RealSet) -> None:
    day = date(2022, 5, 2)
    minors, unknown = 0, set()
    for row in _rows(real, "persons"):
        # 19660013 came through as 19660000: an adult on any reading.
        born = parse_register_date(row["birth_date"])
        assert born is not None
        is_minor = {add_months(bound, 18 * 12) > day for bound in (born.earliest, born.latest)}
        minors += is_minor == {True}
        if len(is_minor) > 1:
            unknown.add(row["person_id"])
    assert minors == 66
    assert _lines(real, unknown) == [464, 1071, 1079]


@pytest.mark.parametrize("line", EXAMPLES)
def test_the_residences_of_the_worked_examples(real: RealSet, line: int) -> None:
    rows = [row for row in _rows(real, "residences") if row["person_id"] == real.ids[line]]
    rows = rows[: len(EXAMPLES[line])]
    assert [row["seq"] for row in rows] == [str(seq) for seq in range(len(EXAMPLES[line]))]
    differing = [
        (line + seq, column)
        for seq, (row, expected) in enumerate(zip(rows, EXAMPLES[line], strict=True))
        for column, value in zip(COLUMNS, expected, strict=True)
        if row[column] != value and (line, column) not in OPEN
    ]
    assert differing == []


def test_nothing_refused_is_in_the_delivery(real: RealSet) -> None:
    for table in real.result.rows:
        assert not [column for column in _rows(real, table)[0] if is_forbidden(column)]


def test_no_number_and_no_name_is_in_the_delivery_or_the_result(real: RealSet) -> None:
    shown = "".join(path.read_text(encoding="utf-8") for path in real.delivery.iterdir())
    shown += "\n".join([*real.result.sentences(), repr(real.result), str(real.result.as_dict())])
    words = set(re.findall(r"\w+", shown))
    with real.register.open(encoding="utf-8-sig", newline="") as stream:
        header, *lines = csv.reader(stream, delimiter=";")
    numbers = _values(header, lines, "01.10", "01.20", "20.10", "35.20")
    assert len(numbers) > 1000
    assert sum(number in shown for number in numbers if len(number) >= 9) == 0
    texts = _values(header, lines, "02.10", "02.40", "11.10", "11.15", "12.10", "13.30", "82.30", "81.20")
    names = {text for text in texts if len(text) > 3 and not text.isdigit()}
    assert len(names) > 1000
    assert sum(name in words for name in names) == 0


def _values(header: list[str], lines: list[list[str]], *elements: str) -> set[str]:
    positions = [position for position, name in enumerate(header) if name[3:] in elements]
    return {line[position].strip() for line in lines for position in positions} - {""}
