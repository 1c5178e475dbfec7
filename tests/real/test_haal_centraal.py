"""What the gateway and a run make of the public Haal Centraal set: counts only, persons by their place in the file.

Derived from haalcentraal-personen-mock-2024.json (BRP-API/Haal-Centraal-BRP-bevragen, EUPL-1.2); its persons are
fictitious, its numbers are handled as if they were not. The set has no school list: one is derived while the tests run.
"""

import csv
import json
import re
import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from brp_signals import pipeline
from brp_signals.base.dates import add_months, parse_register_date
from brp_signals.delivery.forbidden import is_forbidden
from brp_signals.gateway import PseudonymiseResult, pseudonymise
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats.haal_centraal import HaalCentraalReader
from brp_signals.gateway.formats.records import Person

pytestmark = pytest.mark.real

#: The day of the version of the file.
DAY = date(2024, 6, 11)
#: A child that left, by its place in the file; the day of the run on which its departure is in view.
GONE, LATER = 1048, date(2022, 6, 30)


@dataclass(frozen=True)
class HaalCentraalSet:
    """The set passed through the gateway."""

    delivery: Path
    result: PseudonymiseResult
    persons: tuple[Person, ...] = field(repr=False)

    def rows(self, table: str) -> list[dict[str, str]]:
        """The rows of a table."""
        with (self.delivery / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def delivered(haal_centraal_file: Path, tmp_path_factory: pytest.TempPathFactory) -> HaalCentraalSet:
    """The set with a derived school list, as a delivery."""
    folder = tmp_path_factory.mktemp("haal-centraal")
    key_file = folder / "key"
    key_file.touch(mode=0o600)
    key_file.write_text(secrets.token_hex(32), encoding="ascii")
    persons = tuple(HaalCentraalReader(haal_centraal_file).persons(Findings()))
    sources = [("haal-centraal", haal_centraal_file), ("school-csv", _school_list(persons, folder))]
    result = pseudonymise(sources, key_file, folder / "delivery", DAY, "haal-centraal-2024", file_format="csv")
    return HaalCentraalSet(folder / "delivery", result, persons)


def _school_list(persons: tuple[Person, ...], folder: Path) -> Path:
    """Residents of school age, and the child that left, enrolled after its departure. Schools and dates are ours."""
    rows = ["bsn;school_id;education_type;enrolled_on;withdrawn_on;seen_on"]
    for person in persons:
        if person.line == GONE:
            rows.append(f"{person.numbers.bsn};12AB00;PO;2021-09-01;;2022-06-01")
        elif person.numbers.bsn and not person.suspension_reason and "2010" <= person.birth_date[:4] <= "2014":
            rows.append(f"{person.numbers.bsn};12AB00;PO;2019-08-01;;2022-06-01")
    path = folder / "derived-school-list.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_every_person_is_kept(delivered: HaalCentraalSet) -> None:
    register, school = delivered.result.sources
    assert (register.lines, register.empty, register.kept) == (1176, 0, 1176)
    assert school.lines == school.kept > 50
    assert delivered.result.set_aside == {}
    assert len({row["person_id"] for row in delivered.rows("persons")}) == 1176


def test_suspensions_and_secrecy(delivered: HaalCentraalSet) -> None:
    persons = delivered.rows("persons")
    assert Counter(row["suspension_reason"] for row in persons) == {"": 1055, "E": 59, "O": 40, "R": 21, "M": 1}
    assert Counter(row["is_confidential"] for row in persons) == {"0": 1121, "1": 55}


def test_who_is_abroad_and_whose_destination_is_unknown(delivered: HaalCentraalSet) -> None:
    suspension = {row["person_id"]: row["suspension_reason"] for row in delivered.rows("persons")}
    abroad = [row for row in delivered.rows("residences") if row["departure_date"]]
    assert Counter(suspension[row["person_id"]] for row in abroad) == {"E": 59, "R": 21, "O": 3, "M": 1, "": 10}
    unknown = [suspension[row["person_id"]] for row in abroad if row["is_destination_unknown"] == "1"]
    assert sorted(unknown) == ["E", "E", "M"]
    assert sum(row["departure_date"] == "00000000" for row in abroad) == 6
    assert {row["is_destination_unknown"] for row in delivered.rows("residences") if not row["departure_date"]} == {""}


def test_there_is_no_history_and_that_is_counted(delivered: HaalCentraalSet) -> None:
    rows = delivered.rows("residences")
    assert {(row["seq"], row["recorded_on"], row["declared_by"], row["is_incorrect"]) for row in rows} == {
        ("0", "", "", "0")
    }
    assert delivered.result.findings.count("history_absent") == len(rows) == 1176


def test_birth_dates_and_minors(delivered: HaalCentraalSet) -> None:
    minors: Counter[str] = Counter()
    for row in delivered.rows("persons"):
        born = parse_register_date(row["birth_date"])
        assert born is not None
        if all(add_months(bound, 18 * 12) > DAY for bound in (born.earliest, born.latest)):
            minors[row["suspension_reason"]] += 1
    assert minors == {"": 192, "O": 5, "E": 2, "R": 1}
    births = [row["birth_date"] for row in delivered.rows("persons")]
    assert births.count("00000000") == 2 + 1  # and one that is absent
    assert delivered.result.findings.count("birth_date_absent") == 1
    assert sum(birth.endswith("0000") and birth != "00000000" for birth in births) == 7
    assert sum(birth.endswith("00") and not birth.endswith("0000") for birth in births) == 5
    assert delivered.result.findings.count("date_malformed") == delivered.result.findings.count("date_impossible") == 0


def test_the_one_bsn_that_is_none(delivered: HaalCentraalSet) -> None:
    """Once as somebody's own, once in the child entry of a parent."""
    findings = delivered.result.findings
    assert findings.lines("bsn_absent") == [1111]
    assert findings.lines("bsn_malformed") == [1073, 1111]
    assert findings.count("a_number_malformed") == findings.count("bsn_ambiguous") == 0


def test_parents_have_a_bsn_or_no_link(delivered: HaalCentraalSet) -> None:
    links = [row[column] for row in delivered.rows("persons") for column in ("parent1_id", "parent2_id") if row[column]]
    assert len(links) == 727 + delivered.result.findings.count("parent_from_children")


def test_a_run_reports_a_departure_without_a_municipality_and_lists_nobody(
    delivered: HaalCentraalSet, tmp_path: Path
) -> None:
    for day, departures in ((DAY, 0), (LATER, 1)):
        output = tmp_path / day.isoformat()
        pipeline.run(delivered.delivery, reference_date=day, state=output / "state", output=output)
        account = json.loads((output / "latest" / "run.json").read_text(encoding="utf-8"))
        assert account["departures"]["municipality_unknown"] == departures
        for files in (table["files"] for table in account["tables"].values()):
            for file in files:
                assert file["rows_read"] == file["kept"] + file["not_needed"] + file["quarantined"]
                assert file["quarantined"] == 0
        with (output / "latest" / "signals.csv").open(encoding="utf-8", newline="") as stream:
            assert len(list(csv.DictReader(stream))) == 0


def test_nothing_refused_and_no_number_is_in_the_delivery_or_the_result(
    delivered: HaalCentraalSet, haal_centraal_file: Path
) -> None:
    for table in delivered.result.rows:
        assert not [column for column in delivered.rows(table)[0] if is_forbidden(column)]
    shown = "".join(path.read_text(encoding="utf-8") for path in delivered.delivery.iterdir())
    shown += "\n".join([*delivered.result.sentences(), repr(delivered.result), str(delivered.result.as_dict())])
    numbers = {number for person in delivered.persons for number in person.numbers if number}
    assert len(numbers) == 2 * 1176 - 1
    assert sum(number in shown for number in numbers) == 0
    names = re.findall(
        r'"(?:geslachtsnaam|voornamen|straat|omschrijving)": "([^"]{5,})"', haal_centraal_file.read_text("utf-8")
    )
    assert len(set(names)) > 1000
    words = set(re.findall(r"\w+", shown))
    assert sum(name in words for name in set(names)) == 0
