"""The files of a delivery: Parquet or CSV, in the order in which the rows come, with the same bytes for the same rows.

Row groups are cut here and not by the database, whose batches may depend on the number of threads.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final, Literal

import polars
import pyarrow
import pyarrow.parquet
from polars import selectors

from brp_signals.delivery.plain_csv import hash_file

Format = Literal["parquet", "csv"]
ROWS_IN_GROUP: Final = 122_880


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """What the manifest says about a file."""

    name: str
    format: Format
    rows: int
    sha256: str


def write_file(folder: Path, table: str, form: Format, batches: Iterable[pyarrow.RecordBatch]) -> WrittenFile | None:
    """Write the rows of `table` in their order. Without a row it writes no file and returns None: the contract has no
    empty files.

    Parquet has ids as UUID and is compressed with zstd; CSV is RFC 4180 in UTF-8 with LF, ids as 32 hex digits.
    """
    path = folder / f"{table}.{form}"
    rows = (_write_parquet if form == "parquet" else _write_csv)(path, _even(batches))
    if not rows:
        path.unlink(missing_ok=True)
        return None
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
    return WrittenFile(path.name, form, rows, hash_file(path))


def _even(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.Table]:
    """The same rows in tables of one size, the last one smaller."""
    waiting: list[pyarrow.RecordBatch] = []
    n_waiting = 0
    for batch in batches:
        waiting.append(batch)
        n_waiting += batch.num_rows
        while n_waiting >= ROWS_IN_GROUP:
            table = pyarrow.Table.from_batches(waiting)
            yield table.slice(0, ROWS_IN_GROUP)
            rest = table.slice(ROWS_IN_GROUP)
            waiting, n_waiting = rest.to_batches(), rest.num_rows
    if n_waiting:
        yield pyarrow.Table.from_batches(waiting)


def _write_parquet(path: Path, tables: Iterator[pyarrow.Table]) -> int:
    rows = 0
    if (first := next(tables, None)) is not None:
        with pyarrow.parquet.ParquetWriter(path, first.schema, compression="zstd") as writer:
            for table in chain([first], tables):
                writer.write_table(table)
                rows += table.num_rows
    return rows


def _write_csv(path: Path, tables: Iterator[pyarrow.Table]) -> int:
    rows = 0
    with path.open("wb") as stream:
        for table in tables:
            frame = polars.DataFrame(polars.from_arrow(table))
            # Arrow's UUID arrives as its sixteen bytes.
            frame.with_columns(selectors.binary().bin.encode("hex")).write_csv(stream, include_header=rows == 0)
            rows += table.num_rows
    return rows
