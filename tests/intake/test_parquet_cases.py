"""A Parquet delivery of natural types gives the very cases that its CSV gives."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pyarrow
import pyarrow.parquet
import pytest

from brp_signals.delivery.contract import REQUIRED
from tests.intake.staged import TODAY
from tests.intake.told import tell
from tests.reference.populations import SETTINGS, population
from tests.reference.shapes import Row
from tests.support.deliveries import describe, write_delivery, write_manifest
from tests.support.engine import configuration

pytestmark = pytest.mark.long

IDS = ("person_id", "parent1_id", "parent2_id", "address_id")
FLAGS = ("is_confidential", "is_under_inquiry", "is_incorrect", "is_destination_unknown")
DAYS = ("enrolled_on", "withdrawn_on", "seen_on", "event_on", "ended_on")


def natural(rows: list[Row], name: str) -> pyarrow.Array:
    """One column in the type that it has by nature; register dates stay text, since some are incomplete."""
    cells = [row.get(name) or None for row in rows]
    if name in IDS:
        return pyarrow.array([cell and UUID(cell).bytes for cell in cells], pyarrow.uuid())
    if name in FLAGS:
        return pyarrow.array([None if cell is None else cell == "1" for cell in cells], pyarrow.bool_())
    if name in DAYS:
        return pyarrow.array([cell and date.fromisoformat(cell) for cell in cells], pyarrow.date32())
    if name == "seq":
        return pyarrow.array([int(cell or 0) for cell in cells], pyarrow.int32())
    return pyarrow.array(cells, pyarrow.string())


def test_the_same_cases(tmp_path: Path) -> None:
    delivery = population(20261120, 60, TODAY)
    tables = {table: getattr(delivery, table) for table in REQUIRED}
    folder = write_delivery(tmp_path / "delivery", tables, TODAY, SETTINGS.scope)
    (tmp_path / "c.toml").write_text(configuration(SETTINGS), encoding="utf-8")
    from_csv = tell(tmp_path)
    entries = {}
    for table, rows in tables.items():
        columns = (*REQUIRED[table], "inquiry_from") if table == "residences" else REQUIRED[table]
        path = folder / f"{table}.parquet"
        pyarrow.parquet.write_table(pyarrow.table({name: natural(rows, name) for name in reversed(columns)}), path)
        entries[table] = {"files": [describe(path, len(rows))]}
    write_manifest(folder, entries, TODAY, SETTINGS.scope)
    from_parquet = tell(tmp_path)
    assert from_csv.result.cases
    assert from_parquet.result == from_csv.result
