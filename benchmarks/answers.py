"""Whether two answers are the same: `python -m benchmarks.answers ONE OTHER` compares the tables of two detections.

A program of its own, so that what it holds does not count as memory of what is measured.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pyarrow import parquet

from benchmarks.peers import COMPARED

if TYPE_CHECKING:
    import pyarrow


def differences(one: Path, other: Path) -> list[str]:
    """The tables that differ in a row or a cell."""
    return [name for name in COMPARED if not _rows(one, name).equals(_rows(other, name))]


def _rows(folder: Path, name: str) -> pyarrow.Table:
    columns = COMPARED[name]
    table = parquet.read_table(folder / f"{name}.parquet", columns=list(columns))
    return table.sort_by([(column, "ascending") for column in columns])


if __name__ == "__main__":
    found = differences(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.stdout.write(f"different: {', '.join(found)}\n" if found else "the same\n")
    raise SystemExit(1 if found else 0)
