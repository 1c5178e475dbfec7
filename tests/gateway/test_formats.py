"""Parquet and CSV of one delivery: the same rows, the same bytes every time, the same lists. Synthetic persons."""

import csv
import os
from pathlib import Path
from typing import Any

import polars
import pyarrow
import pyarrow.parquet
import pytest

from brp_signals.gateway import delivery_files, make_delivery
from tests.gateway.rubric import Workshop, bsn, departed, residence, school_row, who
from tests.support.unjudged import run_unjudged


def _sources(workshop: Workshop) -> list[tuple[str, Path]]:
    children = [
        [who(serial, c07_67_20="E", c07_67_10="20260302", c02_01_20=bsn(80)) | departed("20260302"), residence()]
        for serial in range(1, 60)
    ]
    return [
        workshop.register(*children, [who(80, c01_03_10="19800000")]),
        workshop.school(*(school_row(serial, seen_on=day) for serial in range(1, 60) for day in _SEEN)),
        workshop.traces((bsn(3), "absence_report", "verzuim", "2026-05-06", "")),
    ]


_SEEN = ("2026-04-15", "2026-06-02")


def test_both_forms_hold_the_same_rows(workshop: Workshop) -> None:
    text = workshop.deliver(*_sources(workshop))
    parquet = workshop.deliver(*_sources(workshop), file_format="parquet")
    assert parquet.result.rows == text.result.rows
    for table in parquet.result.rows:
        schema = pyarrow.parquet.read_schema(parquet.folder / f"{table}.parquet")
        assert schema.field("person_id").type == pyarrow.uuid()
        rows = [
            [getattr(cell, "hex", cell) for cell in row.values()]
            for row in pyarrow.parquet.read_table(parquet.folder / f"{table}.parquet").to_pylist()
        ]
        texts = [[str(cell) if cell is not None else "" for cell in row] for row in rows]
        with (text.folder / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
            header, *expected = csv.reader(stream)
        assert schema.names == header
        assert texts == expected
    assert {file["format"] for table in parquet.manifest()["tables"].values() for file in table["files"]} == {"parquet"}


def test_the_bytes_depend_on_the_rows_only(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_files, "ROWS_IN_GROUP", 7)
    deliveries = []
    for threads in (1, 2, 4):
        monkeypatch.setattr(make_delivery, "_MOST_THREADS", threads)
        monkeypatch.setattr(os, "cpu_count", lambda: 8)
        deliveries.append(workshop.deliver(*_sources(workshop), file_format="parquet").bytes())
    assert deliveries[0] == deliveries[1] == deliveries[2]


@pytest.mark.parametrize("sizes", [[], [1], [7], [8], [3, 3, 3, 20, 1], [0, 14]])
def test_row_groups_are_even(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sizes: list[int]) -> None:
    monkeypatch.setattr(delivery_files, "ROWS_IN_GROUP", 7)
    first = 0
    batches = []
    for size in sizes:
        batches.append(pyarrow.record_batch({"n": list(range(first, first + size))}, _N))
        first += size
    file = delivery_files.write_file(tmp_path, "t", "parquet", batches)
    if not sizes:
        assert file is None and not list(tmp_path.iterdir())
        return
    written = pyarrow.parquet.ParquetFile(tmp_path / "t.parquet")
    groups = [written.metadata.row_group(number).num_rows for number in range(written.num_row_groups)]
    assert written.read()["n"].to_pylist() == list(range(first))
    assert all(size == 7 for size in groups[:-1]) and 0 < groups[-1] <= 7


_N = pyarrow.schema([("n", pyarrow.int64())])


def test_a_run_makes_the_same_lists_of_both(workshop: Workshop) -> None:
    lists: list[dict[str, Any]] = []
    for form in ("csv", "parquet"):
        made = workshop.deliver(*_sources(workshop), file_format=form, delivery_id="same")
        output = workshop.folder / form
        run_unjudged(made.folder, state=workshop.folder / f"state-{form}", output=output)
        lists.append({name: (output / "latest" / name).read_bytes() for name in ("signals.csv", "signals.parquet")})
    assert lists[0] == lists[1]
    assert polars.read_csv(lists[0]["signals.csv"]).height == 59
