"""The public RvIG test set, named by line: its persons are fictitious, its numbers are handled as if they were not.

`make test-real REAL=DIR` names the folder; a missing folder or file fails, it never skips. No assertion in here
compares values of the file directly: a failing one would print them. It compares lines and column names.
"""

import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from brp_signals import pipeline
from brp_signals.gateway import PseudonymiseResult, pseudonymise
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats.gbav import RubricReader
from brp_signals.gateway.formats.records import Person
from brp_signals.gateway.pseudonyms import Pseudonymiser, Space, read_key
from brp_signals.steps.files_as_tables import FilesAsTables
from tests.real.school_list import write_derived_school_list

FILE = "rvig-gbav-testset-2022.csv"
HAAL_CENTRAAL_FILE = "haalcentraal-personen-mock-2024.json"
VARIABLE = "BRP_SIGNALS_REAL"

#: Everybody's rows are kept, so that the facts of adults' departures can be read too.
KEEP_EVERYBODY = {"stage/needed.sql": "SELECT DISTINCT person_id FROM delivered_persons"}


@dataclass(frozen=True)
class RealSet:
    """The test set passed through the gateway, with persons by the line they start on."""

    delivery: Path
    result: PseudonymiseResult
    register: Path
    persons: Mapping[int, Person] = field(repr=False)
    ids: Mapping[int, str] = field(repr=False)

    def line_of(self, person_id: str) -> int:
        """The line on which the person with this pseudonym starts."""
        return next(line for line, own in self.ids.items() if own == person_id)


@pytest.fixture(scope="session")
def register() -> Path:
    """The register extract; fails when it is not there."""
    return _public_file(FILE)


@pytest.fixture(scope="session")
def haal_centraal_file() -> Path:
    """The persons of Haal Centraal; fails when they are not there."""
    return _public_file(HAAL_CENTRAAL_FILE)


def _public_file(name: str) -> Path:
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.fail(f"{VARIABLE} is not set: run `make test-real REAL=DIR` with the folder of the public test data.")
    path = Path(folder) / name
    if not path.is_file():
        pytest.fail(f"{name} is missing in the folder that {VARIABLE} names; it is described in docs/gateway.md.")
    return path


@pytest.fixture(scope="session")
def real(register: Path, tmp_path_factory: pytest.TempPathFactory) -> RealSet:
    """The test set with a derived school list, as a delivery."""
    folder = tmp_path_factory.mktemp("real")
    key_file = folder / "key"
    key_file.touch(mode=0o600)
    key_file.write_text(secrets.token_hex(32), encoding="ascii")
    school_list = write_derived_school_list(register, folder)
    sources = [("gbav", register), ("school-csv", school_list)]
    result = pseudonymise(sources, key_file, folder / "delivery", date(2022, 5, 2), "rvig-2022", file_format="csv")
    persons = {person.line: person for person in RubricReader(register).persons(Findings())}
    shared = set(result.findings.lines("bsn_ambiguous"))
    ids = {line: _person_id(read_key(key_file), person, line in shared) for line, person in persons.items()}
    return RealSet(folder / "delivery", result, register, persons, ids)


def _person_id(pseudonymiser: Pseudonymiser, person: Person, is_shared: bool) -> str:
    if person.numbers.bsn and not is_shared:
        return pseudonymiser.pseudonym(Space.BSN, person.numbers.bsn)
    return pseudonymiser.pseudonym(Space.A_NUMBER, person.numbers.a_number)


@pytest.fixture(scope="session")
def facts(real: RealSet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[pipeline.OpenNight]:
    """A run up to its facts over everybody, whatever their age and the year they left."""
    folder = tmp_path_factory.mktemp("facts")
    with (
        pytest.MonkeyPatch.context() as patched,
        pipeline.open_night(
            real.delivery,
            reference_date=date(2022, 5, 2),
            state=folder / "state",
            output=folder / "output",
            sql_overrides=KEEP_EVERYBODY,
        ) as night,
    ):
        # Otherwise nobody would be looked at who is no child of today.
        patched.setattr(FilesAsTables, "show_candidates", FilesAsTables.show)
        for step in pipeline.STEPS[: pipeline.STEPS.index("facts") + 1]:
            night.run_step(step)
        yield night
