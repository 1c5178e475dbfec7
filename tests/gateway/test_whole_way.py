"""A made-up municipality the whole way: three formats, one delivery, a night by Prefect, and the way back."""

import csv
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet
import pytest

from tests.gateway.rubric import SCHOOL_HEADER, TRACE_HEADER, a_number, bsn, school_row, table
from tests.gateway.writing import lo_json
from tests.gateway.writing.gbav import gbav
from tests.gateway.writing.lg01 import lg01
from tests.gateway.writing.municipality import CANARY, PersonList, canary, municipality, planted, serials
from tests.support.commands import command

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
DAY = "2026-06-15"
CONFIGURATION = """
[[sources]]
code = "verzuim"
kind = "absence_report"
legal_basis = "Leerplichtwet 1969, artikel 21a"
retention_days = 365
"""
FORMATS = {"gbav": "register.csv", "lg01": "register.gba", "lo-json": "register.zip"}
TABLES = ("persons.parquet", "residences.parquet", "enrolments.parquet", "traces.parquet")


@dataclass(frozen=True)
class Way:
    """The folder in which everything was done, the persons, and all that the commands said."""

    folder: Path
    lists: list[PersonList]
    said: str


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory) -> Way:
    """Every format through the gateway, a night on the first delivery, and its list revealed."""
    folder = tmp_path_factory.mktemp("way")
    lists = planted(municipality(), canary)
    said = []

    def ask(*words: str) -> str:
        return heard(command(*words, cwd=folder))

    def heard(done: subprocess.CompletedProcess[str]) -> str:
        said.append(done.stdout + done.stderr)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    known = serials(lists)
    (folder / "register.csv").write_bytes(gbav(lists))
    (folder / "register.gba").write_bytes(lg01(lists))
    (folder / "register.zip").write_bytes(lo_json.bulk_zip(lo_json.lines(lists, "Lg01")))
    (folder / "schools.csv").write_bytes(table(SCHOOL_HEADER, [school_row(serial) for serial in known]))
    signs = [(bsn(serial), "absence_report", "verzuim", "2026-05-11", "") for serial in known]
    (folder / "traces.csv").write_bytes(table(TRACE_HEADER, signs))
    (folder / "brp-signals.toml").write_text(CONFIGURATION, encoding="utf-8")
    ask("key", "new", "pseudonym.key")
    clerk = ask("key", "identity", "clerk.id")
    officer = ask("key", "identity", "officer.id")
    for profile, name in FORMATS.items():
        sources = (f"{profile}={name}", "school-csv=schools.csv", "trace-csv=traces.csv")
        ask(
            *("pseudonymise", "--key-file", "pseudonym.key", "--out", f"delivery-{profile}"),
            *(word for source in sources for word in ("--source", source)),
            *("--reference-date", DAY, "--scope", "0363", "--delivery-id", "whole-way"),
            *("--key-map", f"{profile}.age", "--recipient", clerk, "--sealed-recipient", officer),
        )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    flow = [sys.executable, "-m", "flows", "delivery-gbav"]
    heard(subprocess.run(flow, cwd=folder, env=environment, capture_output=True, text=True, timeout=300))
    for profile in FORMATS:
        keys = ("--key-map", f"{profile}.age", "--identity", "clerk.id", "--reason", "Onderzoek")
        ask("reveal", "output/latest/signals.csv", "--out", f"{profile}.revealed.csv", *keys)
    return Way(folder, lists, "".join(said))


def test_every_format_gives_the_same_delivery(way: Way) -> None:
    for name in TABLES:
        contents = {(way.folder / f"delivery-{profile}" / name).read_bytes() for profile in FORMATS}
        assert len(contents) == 1, name


def test_the_list_leads_back_to_exactly_its_children(way: Way) -> None:
    listed = _rows(way.folder / "output/latest/signals.csv")
    left_on = {
        a_number(serial): _departures(person) for serial, person in zip(serials(way.lists), way.lists, strict=True)
    }
    assert len(listed) > 5
    for profile in FORMATS:
        revealed = _rows(way.folder / f"{profile}.revealed.csv")
        assert [row["case_id"] for row in revealed] == [row["case_id"] for row in listed]
        for row in revealed:
            assert row["departed_on"].replace("-", "")[:6] in left_on[row["a_number"]], profile
        assert len({row["a_number"] for row in revealed}) == len(revealed)


def test_nothing_that_is_refused_and_no_number_goes_on(way: Way) -> None:
    numbers = [number for serial in serials(way.lists) for number in (bsn(serial), a_number(serial))]
    words = [CANARY.encode(), *(number.encode() for number in numbers)]
    register = (way.folder / "register.csv").read_bytes()
    assert all(word in register for word in words)
    places = [f"delivery-{profile}" for profile in FORMATS] + ["state", "output"]
    found = {
        (path.relative_to(way.folder), words.index(word))
        for place in places
        for path in (way.folder / place).rglob("*")
        if path.is_file()
        for content in _contents(path)
        for word in words
        if word in content
    }
    assert found == set()
    assert any((way.folder / "state").rglob("*.db"))  # Prefect's database was among them
    assert not any(word.decode() in way.said for word in words)


def _departures(person: PersonList) -> set[str]:
    """Year and month of every departure of a person, as in the register."""
    months = {block["13.20"][:6] for block in person["08"][0] if block.get("13.20")}
    return {month if month[4:] != "00" else f"{month[:4]}01" for month in months}


def _contents(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and what it holds once unpacked."""
    yield path.read_bytes()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            yield from (book.read(name) for name in book.namelist())
    if path.suffix == ".parquet":
        yield str(pyarrow.parquet.read_table(path).to_pylist()).encode()


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
