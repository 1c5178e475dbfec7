"""An opened and verified delivery: what the rest of a night knows of it and of its files."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class DataFile:
    """One verified file of a delivery.

    `readable` is the file itself, or its plain copy; `n_rows` counts data rows, the set-aside ones included.
    `faults` are rows that could not be read as rows, `shifts` map row numbers to physical lines (`plain_csv`).
    """

    table: str
    name: str
    format: str
    readable: Path
    columns: tuple[str, ...]
    n_rows: int
    sha256: str
    n_extra_columns: int = 0
    faults: tuple[tuple[int, str, str], ...] = ()
    shifts: tuple[tuple[int, int], ...] = ((1, 1),)


@dataclass(frozen=True)
class Delivery:
    """A delivery that keeps its contract; `municipalities` is empty when the scope is the whole country."""

    delivery_id: str
    reference_date: date
    is_national: bool
    municipalities: tuple[str, ...]
    pseudonym_key_id: str
    manifest_sha256: str
    files: tuple[DataFile, ...]
