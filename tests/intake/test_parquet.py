"""A Parquet delivery, in texts or in natural types, gives what the same CSV gives."""

from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import polars
import pytest

from brp_signals.base.errors import DeliveryRefused
from tests.intake.staged import TODAY, good, stage
from tests.support.deliveries import describe, write_manifest

TABLES = {"persons": 10, "residences": 20, "enrolments": 10}
DATES = ("birth_date", "address_from", "departure_date", "valid_from", "recorded_on")
DAYS = ("enrolled_on", "withdrawn_on", "seen_on")
FLAGS = ("is_confidential", "is_under_inquiry", "is_incorrect")


def natural(name: str, cell: str) -> object:
    """A cell as the type that its column has by nature."""
    if not cell:
        return None
    if name in DATES:
        return datetime.strptime(f"{cell}+0000", "%Y%m%d%z").date()
    if name in DAYS:
        return date.fromisoformat(cell)
    return cell == "1" if name in FLAGS else cell


def as_parquet(folder: Path, *, is_natural: bool) -> None:
    """Turn every CSV of a delivery into Parquet."""
    entries = {}
    for table, n_rows in TABLES.items():
        frame = polars.read_csv(folder / f"{table}.csv", infer_schema=False).fill_null("")
        if is_natural:
            frame = frame.with_columns(
                polars.Series(name, [natural(name, cell) for cell in frame[name]])
                for name in frame.columns
                if name in (*DATES, *DAYS, *FLAGS) and any(frame[name])
            )
        frame.write_parquet(folder / f"{table}.parquet")
        entries[table] = {"files": [describe(folder / f"{table}.parquet", n_rows)]}
    write_manifest(folder, entries, TODAY)


@pytest.mark.parametrize("is_natural", [False, True])
def test_the_same_rows_are_kept(is_natural: bool, tmp_path: Path) -> None:
    folder = good(tmp_path / "delivery")
    from_csv = stage(folder, tmp_path)
    as_parquet(folder, is_natural=is_natural)
    from_parquet = stage(folder, tmp_path)
    assert from_parquet.kept == from_csv.kept
    assert from_parquet.quarantine == []


def test_ids_may_be_uuids(tmp_path: Path) -> None:
    import duckdb

    folder = good(tmp_path / "delivery")
    as_parquet(folder, is_natural=False)
    path = folder / "enrolments.parquet"
    rows = duckdb.sql(f"SELECT * REPLACE (CAST(person_id AS UUID) AS person_id) FROM '{path}'")
    rows.write_parquet(str(folder / "uuid.parquet"))
    (folder / "uuid.parquet").replace(path)
    assert isinstance(duckdb.sql(f"SELECT person_id FROM '{path}'").fetchall()[0][0], UUID)
    entries = {table: {"files": [describe(folder / f"{table}.parquet", n)]} for table, n in TABLES.items()}
    write_manifest(folder, entries, TODAY)
    assert stage(folder, tmp_path).kept["enrolments"] == 10


def test_a_bad_cell_has_its_row_number(tmp_path: Path) -> None:
    folder = good(tmp_path / "delivery")
    frame = polars.read_csv(folder / "persons.csv", infer_schema=False).fill_null("")
    cells = frame["birth_date"].to_list()
    cells[4] = "20140230"
    frame.with_columns(polars.Series("birth_date", cells)).write_parquet(folder / "persons.parquet")
    entries = {table: {"files": [describe(folder / f"{table}.csv", n)]} for table, n in TABLES.items()}
    entries["persons"] = {"files": [describe(folder / "persons.parquet", 10)]}
    write_manifest(folder, entries, TODAY)
    assert stage(folder, tmp_path).quarantine == [("persons.parquet", 5, "birth_date", "date_impossible")]


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    folder = good(tmp_path / "delivery")
    (folder / "persons.parquet").write_bytes(b"PAR1 and then nothing")
    entries = {table: {"files": [describe(folder / f"{table}.csv", n)]} for table, n in TABLES.items()}
    entries["persons"] = {"files": [describe(folder / "persons.parquet", 10)]}
    write_manifest(folder, entries, TODAY)
    with pytest.raises(DeliveryRefused, match="not a readable Parquet file"):
        stage(folder, tmp_path)
