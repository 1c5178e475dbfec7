"""Looking at few rows gives what looking at every row gives, however dirty a delivery is (docs/decisions/0010)."""

import random
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.evaluators import few
from tests.reference import rows
from tests.support import dirty
from tests.support.dirty import TABLES, Dirty, staged, whole_files

pytestmark = pytest.mark.long

deliveries = st.builds(Dirty, st.integers(0, 2**32))


def difference(narrow: dict[str, Any], whole: dict[str, Any]) -> str:
    """The first table in which the two differ, and the rows that only one of them has."""
    for table in (*TABLES, "remembered", "account"):
        if narrow[table] != whole[table]:
            one, other = ([str(row) for row in made[table]] for made in (narrow, whole))
            if table == "account":
                return f"account\nnarrow: {narrow[table]}\nwhole:  {whole[table]}"
            only = [f"narrow: {row}" for row in one if row not in other]
            only += [f"whole:  {row}" for row in other if row not in one]
            return "\n".join([table, *only[:8]]) or table
    return ""


def test_every_hostile_cell_in_every_column(tmp_path: Path) -> None:
    dirty.write_csv(tmp_path / "delivery", dirty.every_cell())
    narrow = staged(tmp_path / "delivery", tmp_path / "narrow")
    with whole_files():
        whole = staged(tmp_path / "delivery", tmp_path / "whole")
    assert difference(narrow, whole) == ""
    assert len(whole["stage_children"]) > 1000
    assert len(whole["remembered"]) > 1000
    faults = {(row["table_name"], row["column_name"]) for row in whole["stage_quarantine"]}
    assert faults == {(table, column) for table, row in dirty.every_cell().items() for column in row[0]}


@given(deliveries, st.integers(0, 2**32))
@few(8)
def test_the_same_from_the_whole_csv(delivery: Dirty, seed: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dirty.write_csv(folder / "delivery", delivery.tables, random.Random(seed))
        narrow = staged(folder / "delivery", folder / "narrow")
        with whole_files():
            whole = staged(folder / "delivery", folder / "whole")
    assert difference(narrow, whole) == ""


@given(deliveries)
@few(3)
def test_the_same_from_parquet(delivery: Dirty) -> None:
    """Parquet has no header, so that a line is one less there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dirty.write_csv(folder / "csv", delivery.tables)
        dirty.write_parquet(folder / "parquet", delivery.tables)
        from_csv = staged(folder / "csv", folder / "one")
        from_parquet = staged(folder / "parquet", folder / "other")
    assert difference(from_csv, _as_csv(from_parquet)) == ""


def test_every_hostile_cell_in_a_parquet_file(tmp_path: Path) -> None:
    dirty.write_parquet(tmp_path / "delivery", dirty.every_cell())
    assert _narrow_and_whole(tmp_path) == ""


@given(deliveries, st.integers(0, 2**32), st.sampled_from((2, 40, None)))
@few(8)
def test_the_same_from_parquet_of_natural_types(delivery: Dirty, seed: int, rows_in_group: int | None) -> None:
    rng = random.Random(seed)
    if rng.random() < 0.5:
        for content in delivery.tables.values():
            content.sort(key=lambda row: row["person_id"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kind = dirty.some_natural(rng)
        dirty.write_parquet(folder / "delivery", delivery.tables, kind, rows_in_group)
        assert _narrow_and_whole(folder) == ""


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("seq", pyarrow.array([0.0, 1.5])),
        ("recorded_on", pyarrow.array([1_772_442_000, None], pyarrow.timestamp("s"))),
        ("municipality_code", pyarrow.array([UUID(int=1).bytes, None], pyarrow.uuid())),
        ("person_id", pyarrow.array([b"0" * 32, b"1" * 32])),
        ("seq", pyarrow.array([0, 2**64 - 1], pyarrow.uint64())),
    ],
    ids=["fraction", "time of day", "id elsewhere", "bytes", "huge number"],
)
def test_a_type_that_nobody_expects_is_read_as_text(column: str, cells: pyarrow.Array, tmp_path: Path) -> None:
    tables = {
        "persons": [rows.person("one", "20140501", person_id="0" * 32)],
        "residences": [rows.departure(name, 0, "20260302", person_id=name * 32) for name in "01"],
        "enrolments": [rows.enrolment("one", dirty.TODAY, dirty.TODAY, person_id="0" * 32)],
    }

    def kind(name: str, texts: list[str]) -> pyarrow.Array:
        return cells if name == column and len(texts) == len(cells) else dirty.as_text(name, texts)

    dirty.write_parquet(tmp_path / "delivery", tables, kind)
    made = staged(tmp_path / "delivery", tmp_path / "made")
    with whole_files():
        whole = staged(tmp_path / "delivery", tmp_path / "whole")
    assert difference(made, whole) == ""


def test_days_beyond_the_contract(tmp_path: Path) -> None:
    days = [-(2**31), -700_000, -62_092, -62_091, 0, 376_199, 376_200, 3_000_000, 2**31 - 1]
    names = [f"child {number}" for number in range(len(days))]
    tables = {
        "persons": [rows.person(name, "20140501") for name in names],
        "residences": [rows.departure(name, 0, "20260302") for name in names],
        "enrolments": [rows.enrolment(name, dirty.TODAY, dirty.TODAY) for name in names],
    }
    natural = pyarrow.array(days, pyarrow.int32()).cast(pyarrow.date32())

    def kind(name: str, texts: list[str]) -> pyarrow.Array:
        return natural if name in ("valid_from", "enrolled_on") else dirty.as_text(name, texts)

    dirty.write_parquet(tmp_path / "delivery", tables, kind)
    assert _narrow_and_whole(tmp_path) == ""


def _narrow_and_whole(folder: Path) -> str:
    narrow = staged(folder / "delivery", folder / "narrow")
    with whole_files():
        whole = staged(folder / "delivery", folder / "whole")
    return difference(narrow, whole)


def _as_csv(made: dict[str, Any]) -> dict[str, Any]:
    for content in (made[table] for table in TABLES):
        for row in content:
            if "file" in row:
                row["file"] = row["file"].replace(".parquet", ".csv")
            if "line" in row:
                row["line"] += 1
    for entry in made["account"].values():
        for file in entry["files"]:
            file["name"] = file["name"].replace(".parquet", ".csv")
    return made


ZS = "z" * 32
MOTHER = rows.pseudonym("mother")
#: Rows that are at fault, or needed, for some persons only.
CASES: dict[str, dict[str, list[dict[str, str]]]] = {
    "the first of its kind is a child with a bad parent": {
        "persons": [
            rows.person("one", "00000000", suspension_reason="E", suspension_date="20260302", parent1_id=ZS),
            rows.person("two", "00000000"),
            rows.person("three", "00000000", suspension_reason="E", suspension_date="20260302"),
        ],
        "residences": [rows.departure("one", 0, "20260302"), rows.departure("three", 0, "20260302")],
    },
    "the first orphan is a parent with a bad address": {
        "persons": [
            rows.person("one", "20140501", suspension_reason="E", suspension_date="20260302", parent1_id=MOTHER)
        ],
        "residences": [
            rows.address("mother", 0, "20200101", address_id=ZS),
            rows.address("nobody", 0, "20200101"),
            rows.departure("one", 0, "20260302"),
        ],
    },
    "a later orphan is a parent with a bad address": {
        "persons": [
            rows.person("one", "20140501", suspension_reason="E", suspension_date="20260302", parent1_id=MOTHER)
        ],
        "residences": [
            rows.address("nobody", 0, "20200101"),
            rows.address("mother", 0, "20200101", address_id=ZS),
            rows.departure("one", 0, "20260302"),
        ],
    },
    "one source of two kinds": {
        "traces": [
            rows.trace("somebody", kind, dirty.TODAY, "leerplichtfile") for kind in ("exemption", "leave", "leave")
        ],
    },
    "one school in two sources": {
        "enrolments": [
            rows.enrolment("somebody", dirty.TODAY, dirty.TODAY, source=source) for source in ("duo", "leerplicht")
        ],
    },
    "the newest recording is on a bad row of a child": {
        "persons": [rows.person("one", "20140501"), rows.person("two", "19500101")],
        "residences": [
            rows.departure("one", 0, "20260302", address_id=ZS, recorded_on="20260601"),
            rows.address("two", 0, "20200101"),
            rows.address("two", 1, "20200101", recorded_on="20260505"),
            rows.departure("one", 1, "20260302", recorded_on="20260303"),
        ],
    },
    "the newest recording is on a row that is bad for nobody": {
        "persons": [rows.person("one", "20140501"), rows.person("two", "19500101")],
        "residences": [
            rows.address("two", 0, "20200101", recorded_on="20260301"),
            rows.address("two", 1, "20200101", address_id=ZS, recorded_on="20260601"),
            rows.address("two", 2, "20200101", recorded_on="20260505"),
        ],
    },
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_a_fault_for_some_only(name: str, tmp_path: Path) -> None:
    usual = {
        "persons": [rows.person("somebody", "19500101")],
        "residences": [rows.address("somebody", 0, "20200101")],
        "enrolments": [rows.enrolment("somebody", dirty.TODAY, dirty.TODAY)],
        "traces": [rows.trace("somebody", "absence_report", dirty.TODAY, "verzuim")],
    }
    dirty.write_csv(tmp_path / "delivery", {table: CASES[name].get(table, []) + usual[table] for table in usual})
    narrow = staged(tmp_path / "delivery", tmp_path / "narrow")
    with whole_files():
        whole = staged(tmp_path / "delivery", tmp_path / "whole")
    assert difference(narrow, whole) == ""


def test_a_row_with_empty_cells_behind_it_is_a_row(tmp_path: Path) -> None:
    """In every table in turn: a child, also when it stands there twice, its departure, its school, its trace."""
    tables = {
        "persons": [rows.person(name, "20140501") for name in ("one", "one", "two")],
        "residences": [rows.departure(name, 0, "20260302") for name in ("one", "two")],
        "enrolments": [rows.enrolment("one", dirty.TODAY, dirty.TODAY)],
        "traces": [rows.trace("one", "absence_report", dirty.TODAY, "verzuim")],
    }
    dirty.write_csv(tmp_path / "delivery", tables)
    clean = staged(tmp_path / "delivery", tmp_path / "clean")
    assert len(clean["stage_duplicates"]) == len(clean["stage_children"]) == 2
    for table, content in tables.items():
        last = list(content[0])[-1]
        longer = [row | {last: f"{row[last]},,"} for row in content]
        folder = tmp_path / f"delivery {table}"
        dirty.write_csv(folder, tables | {table: longer})
        assert difference(staged(folder, tmp_path / table), clean) == ""


def test_a_file_of_which_no_line_is_a_row(tmp_path: Path) -> None:
    """Its lines are accounted for, and the other files are read."""
    trace = rows.trace("one", "absence_report", dirty.TODAY, "verzuim")
    tables = {
        "persons": [rows.person("one", "20140501")],
        "residences": [rows.departure("one", 0, "20260302")],
        "enrolments": [rows.enrolment("one", dirty.TODAY, dirty.TODAY)],
        "traces": [trace | {"ended_on": ",x"}, trace | {"ended_on": ",x"}],
    }
    dirty.write_csv(tmp_path / "delivery", tables)
    made = staged(tmp_path / "delivery", tmp_path / "made")
    assert [(row["line"], row["reason_code"]) for row in made["stage_quarantine"]] == [
        (2, "cell_count"),
        (3, "cell_count"),
    ]
    assert len(made["stage_residences"]) == 1


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_most_rows_are_not_looked_at(form: str, tmp_path: Path) -> None:
    """Else all of this would hold of a reader that shows everything."""
    names = [f"stranger {number}" for number in range(300)]
    tables = {
        "persons": [rows.person(name, "20140501") for name in names],
        "residences": [rows.address(name, 0, "20200101") for name in names],
        "enrolments": [rows.enrolment(name, dirty.TODAY, dirty.TODAY) for name in names],
        "traces": [rows.trace(name, "absence_report", dirty.TODAY, "verzuim") for name in names],
    }
    left = {"school_id": "34CD00", "withdrawn_on": "2026-01-01"}
    tables["enrolments"] += [row | left for row in tables["enrolments"]]
    tables["persons"][7]["birth_date"] = "20250230"
    tables["residences"].append(rows.departure("stranger 5", 1, "20260302"))
    write = dirty.write_csv if form == "csv" else dirty.write_parquet
    write(tmp_path / "delivery", tables)
    seen = staged(tmp_path / "delivery", tmp_path / "narrow")["seen"]
    assert set(seen) == set(tables)
    assert max(seen.values()) < 6
