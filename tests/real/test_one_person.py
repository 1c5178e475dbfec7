"""Lists of one person in several sources: the cases 01 and 02, and both public sets together.

The sets are rvig-gbav-testset-2022.csv and haalcentraal-personen-mock-2024.json (BRP-API/Haal-Centraal-BRP-bevragen,
EUPL-1.2). Assertions count; they compare no value.
"""

import csv
import json
import os
import secrets
from collections import Counter
from datetime import date
from pathlib import Path

import polars
import pytest

from brp_signals.base.dates import UNKNOWN, Interval, parse_register_date
from brp_signals.gateway import PseudonymiseResult, Source, pseudonymise
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats.gbav import RubricReader
from brp_signals.gateway.formats.haal_centraal import HaalCentraalReader
from brp_signals.gateway.formats.records import Person
from brp_signals.gateway.pseudonyms import Space, read_key
from tests.real.conftest import VARIABLE
from tests.real.school_list import write_derived_school_list
from tests.support.commands import command

pytestmark = pytest.mark.real

BY_BSN, BESIDE = "01-same-person-without-a-number", "02-snapshot-beside-full-list"
REGISTER, SCHOOL = "gbav=register.csv", "school-csv=school.csv"


@pytest.mark.parametrize(
    ("case", "sources"),
    [
        (BY_BSN, (REGISTER, "haal-centraal=hc-noan.json")),
        (BY_BSN, ("haal-centraal=hc-noan.json", REGISTER)),
        (BY_BSN, (REGISTER, "lo-json=sv-noan.jsonl")),
        (BY_BSN, ("lo-json=sv-noan.jsonl", REGISTER)),
        (BY_BSN, (f"{REGISTER}@2026-06-10", "haal-centraal=hc-noan.json@2026-06-14", "lo-json=sv-noan.jsonl")),
        (BESIDE, (f"{REGISTER}@2026-06-10", "haal-centraal=hc-an.json@2026-06-14")),
        (BESIDE, ("haal-centraal=hc-an.json@2026-06-14", f"{REGISTER}@2026-06-10")),
        (BESIDE, (f"{REGISTER}@2026-06-14", "haal-centraal=hc-an.json@2026-06-14")),
        (BESIDE, ("haal-centraal=hc-an.json", REGISTER)),
    ],
)
def test_one_person_with_one_signal(tmp_path: Path, case: str, sources: tuple[str, ...]) -> None:
    place = Path(os.environ[VARIABLE]).resolve().parent / "cases/gateway" / case
    words = [f"{profile}={place / file}" for profile, file in (text.split("=") for text in (*sources, SCHOOL))]
    key = tmp_path / "key"
    key.touch(mode=0o600)
    key.write_text(secrets.token_hex(32), encoding="ascii")
    options = ["--key-file", "key", "--out", "d", "--format", "csv"]
    options += ["--reference-date", "2026-06-15", "--scope", "0363"]
    given = [word for source in words for word in ("--source", source)]
    told = command("pseudonymise", *given, *options, cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    assert "The register sources overlap: 1 persons" in told.stderr
    ran = command("run", "d", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert polars.read_csv(tmp_path / "d/persons.csv").height == 1
    with (tmp_path / "output/latest/signals.csv").open(encoding="utf-8", newline="") as stream:
        (signal,) = csv.DictReader(stream)
    assert signal["rule_codes"] == "B-05|L-02"


@pytest.fixture(scope="module")
def without_a_numbers(haal_centraal_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mock as an authorisation without A-numbers gives it."""
    persons = json.loads(haal_centraal_file.read_text(encoding="utf-8"))
    for person in persons:
        del person["aNummer"]
    path = tmp_path_factory.mktemp("mock") / "mock.json"
    path.write_text(json.dumps(persons), encoding="utf-8")
    return path


@pytest.mark.parametrize("is_first", [False, True])
@pytest.mark.parametrize("day", [None, date(2022, 5, 2)], ids=["newer mock", "one day"])
def test_nobody_loses_a_bsn_but_for_a_reason_that_is_counted(
    register: Path, without_a_numbers: Path, tmp_path: Path, is_first: bool, day: date | None
) -> None:
    """Of 687 persons 2 have no BSN, 10 share one, and of 18 the mock contradicts the birth date: 657 keep theirs."""
    persons = list(RubricReader(register).persons(Findings()))
    sharing = Counter(person.numbers.bsn for person in persons)
    alone = [person for person in persons if person.numbers.bsn and sharing[person.numbers.bsn] == 1]
    answers = {one.numbers.bsn: one for one in HaalCentraalReader(without_a_numbers).persons(Findings())}
    contradicted = [person for person in alone if _contradicts(person, answers.get(person.numbers.bsn))]
    assert (len(persons), sum(not person.numbers.bsn for person in persons)) == (687, 2)
    assert (len(alone), len(contradicted)) == (675, 18)

    one, both = tmp_path / "one", tmp_path / "both"
    sources = [Source("gbav", register, date(2022, 5, 2)), Source("haal-centraal", without_a_numbers, day)]
    lists = [Source("school-csv", write_derived_school_list(register, tmp_path))]
    key = tmp_path / "key"
    key.touch(mode=0o600)
    key.write_text(secrets.token_hex(32), encoding="ascii")
    reference = date(2024, 6, 11)
    pseudonymise(sources[:1] + lists, key, one, reference, file_format="csv")
    made = pseudonymise((sources[::-1] if is_first else sources) + lists, key, both, reference, file_format="csv")
    own = {read_key(key).pseudonym(Space.BSN, person.numbers.bsn): person for person in alone}
    kept_alone, kept_together = (own.keys() & _person_ids(folder) for folder in (one, both))
    assert (len(kept_alone), len(kept_together)) == (675, 657)
    lost = {own[person_id].line for person_id in kept_alone - kept_together}
    assert lost == {person.line for person in contradicted}
    _assert_told(made, lost)
    _assert_history_stays(one, both)


def _contradicts(person: Person, answer: Person | None) -> bool:
    if answer is None:
        return False
    mine, other = (UNKNOWN if one.is_birth_date_guessed else _born(one.birth_date) for one in (person, answer))
    return mine.latest < other.earliest or other.latest < mine.earliest


def _born(text: str) -> Interval:
    try:
        return parse_register_date(text) or UNKNOWN
    except ValueError:
        return UNKNOWN


def _person_ids(folder: Path) -> set[str]:
    return set(polars.read_csv(folder / "persons.csv", infer_schema=False)["person_id"])


def _assert_told(made: PseudonymiseResult, lost: set[int]) -> None:
    """Every person whose BSN is not its own is told by line, and no list is unaccounted for."""
    register, mock = sorted(made.sources[:2], key=lambda source: source.profile)
    ambiguous = made.findings.count("bsn_ambiguous")
    assert lost <= set(made.findings.lines("bsn_ambiguous"))
    assert ambiguous == 10 + len(lost)
    assert made.findings.count("person_not_told_apart") >= len(lost)
    assert register.kept == 687
    assert (
        mock.kept
        + made.findings.count("person_twice")
        + sum(made.findings.count(kind) for kind in ("person_not_told_apart", "person_without_number"))
        == 1176
    )
    assert any(f"overlap: {made.findings.count('person_twice')} persons" in said for said in made.warnings)


def _assert_history_stays(one: Path, both: Path) -> None:
    """As many older blocks of as many persons as the register alone gives, person by person or more."""
    lengths = [_lengths(folder) for folder in (one, both)]
    assert sum(lengths[0].values()) <= sum(lengths[1].values())
    assert sum(lengths[1][person_id] < n for person_id, n in lengths[0].items() if person_id in lengths[1]) == 0


def _lengths(folder: Path) -> Counter[str]:
    return Counter(polars.read_csv(folder / "residences.csv", infer_schema=False)["person_id"])
