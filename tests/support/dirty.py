"""Deliveries full of dirt, written as CSV or Parquet, and everything that stage makes of them."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow
import pyarrow.parquet
import pytest

from brp_signals import pipeline
from brp_signals.delivery.contract import OPTIONAL, REQUIRED
from brp_signals.delivery.files import DataFile
from brp_signals.publish.enrolment_memory import remember_enrolments
from brp_signals.state.memory_files import rows_of
from brp_signals.steps.files_as_tables import FilesAsTables
from tests.reference import rows
from tests.reference.populations import SETTINGS, population
from tests.reference.shapes import AbsenceSettings, Row
from tests.support.deliveries import describe, write_manifest
from tests.support.engine import configuration

TODAY = date(2026, 6, 15)
#: Every table by which stage speaks to the later steps.
TABLES = (
    *(f"stage_{table}" for table in REQUIRED),
    *(f"stage_profile_{table}" for table in REQUIRED),
    "stage_children",
    "stage_quarantine",
    "stage_school_deliveries",
    "stage_sign_days",
    "stage_duplicates",
    "stage_absent",
)
ANYTHING = (
    "",
    "",
    " ",
    "\t",
    "0",
    "1",
    "2",
    "9",
    "00",
    "é",
    "٣",
    "\U0001f9d2",
    "NULL",
    "nan",
    "=1+1",
    "'",
    "00000000",
    "x" * 250,
    "0" * 250,
    "é" * 16,
)
IDS = (
    "z" * 32,
    "0" * 32,
    "A" * 32,
    "0123456789abcdef" * 2,
    "0123456789ABCDEF" * 2,
    "a" * 31,
    "a" * 33,
    "a" * 31 + "g",
    "a" * 31 + "`",
    "/" + "a" * 31,
    ":" * 32,
    "é" + "a" * 30,
    "a" * 30 + "é",
    "a" * 31 + "é",
    " " + "a" * 31,
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "12345678901",
)
DAYS = (
    *("17991231", "18000101", "18000229", "19000228", "19000229", "20000229", "20010229", "20240229", "20250229"),
    *("21000229", "24000229", "29991231", "30000101", "20250230", "20250231", "20250431", "20251301", "20250132"),
    *("20250001", "20250101", "20251200", "20250000", "00000101", "00002025", "99999999", "20260614", "20260615"),
    *("20260616", "20261231", "20270101", "20240101", "20231231", "20240000", "2025011", "202501011", "2025o101"),
    *("2025-01-01", "2025010é", "2025 101", "+2025011", "20250401"),
    *("20250614", "20250616", "20041231", "20050000", "20050101", "20221231", "20230000", "20230101", "20240001"),
)
CODES = ("036", "03633", "0363", "0518", "1999", "036a", "036é", "o363", "9999", " 363", "0363 ")
LETTERS = (*"OEMRFWXwbWBIAGPKHT.oe", "WW", "0363")
WORDS = (
    *("PO", "SBO", "VSO", "OTHER", "OTHERS", "po", "PO ", "MBO", "duo", "school", "leerplicht", "leerplichtX", "Duo"),
    *("absence_report", "absence_reports", "leave", "tmv_report", "municipal_provision", "rumour"),
    *("verzuim", "verlof", "leerplichtfile", "sportpas", "onbekend", "s" * 64, "s" * 65),
    *("12AB00", "12ab00", "1AAB00", "12AB0", "12AB000", "12A[00", "12@B00", "12éB0", "99ZZ99"),
)


def iso(text: str) -> str:
    """A register date as a day with dashes."""
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


#: Cells that may stand wherever the name of the column ends so; none of them holds a comma, a quote or a line end.
HOSTILE: Mapping[str, Sequence[str]] = {
    "_id": (*IDS, *IDS[:4]),
    "_date": DAYS,
    "_from": DAYS,
    "recorded_on": DAYS,
    "_on": (*(iso(day) for day in DAYS if len(day) == 8), *DAYS[:3], "2025-1-01", "2025/01/01", "2025-01-01 "),
    "_code": (*CODES, *WORDS),
    "_function": LETTERS,
    "_reason": LETTERS,
    "_by": LETTERS,
    "school_id": WORDS,
    "education_type": WORDS,
    "source": WORDS,
    "kind": WORDS,
    "seq": ("00", "12", "99999", "100000", "-1", "1.0", "٣"),
}


def hostile(rng: random.Random, column: str) -> str:
    """A cell that its column may not expect; some are good."""
    fitting = [cells for ending, cells in HOSTILE.items() if column.endswith(ending)]
    return rng.choice(rng.choice([ANYTHING, *fitting * 3]))


def every_cell() -> dict[str, list[Row]]:
    """Every hostile cell in every column that it may stand in, alone in its row, each row about somebody else: once
    where nobody left, once where a child did."""
    tables: dict[str, list[Row]] = {table: [] for table in REQUIRED}
    suspended = {"suspension_reason": "E", "suspension_date": "20260302"}
    for table in REQUIRED:
        for column in (*REQUIRED[table], *OPTIONAL[table]):
            fitting = [cell for ending, cells in HOSTILE.items() if column.endswith(ending) for cell in cells]
            for number, cell in enumerate(dict.fromkeys((*ANYTHING, *fitting))):
                for kind in ("stays", "left", "suspended"):
                    name = f"{table} {column} {number} {kind}"
                    own = {each: {column: cell} if each == table else {} for each in REQUIRED}
                    school, day = {"school_id": f"{number % 100:02d}AB00"}, date(2026, 6, 1)
                    person = rows.person(name, "20140501", **suspended if kind == "suspended" else {})
                    home = rows.departure if kind == "left" else rows.address
                    tables["persons"].append(person | own["persons"])
                    tables["residences"].append(home(name, 0, "20260302") | own["residences"])
                    tables["enrolments"].append(rows.enrolment(name, day, day) | school | own["enrolments"])
                    trace = rows.trace(name, "absence_report", day, "verzuim")
                    tables["traces"].append(trace | own["traces"])
    return tables


class Dirty:
    """Rows of every table, in text: a population, strangers beside it, and dirt over all of it."""

    def __init__(self, seed: int) -> None:
        self._words = f"Dirty({seed})"
        rng = random.Random(seed)
        self.tables = _whole(rng, seed)
        share = rng.choice((0.0, 0.004, 0.02, 0.1))
        for content in self.tables.values():
            for row in content:
                for column in row:
                    if rng.random() < share:
                        row[column] = hostile(rng, column)
            for _ in range(rng.choice((0, 1, 4))):  # the same row again, and the same with one other cell
                twin = dict(rng.choice(content))
                if rng.random() < 0.6:
                    column = rng.choice(list(twin)[1:])
                    twin[column] = rng.choice(content)[column]
                content.insert(rng.randint(0, len(content)), twin)
        _doubt_ids(rng, self.tables)

    def __repr__(self) -> str:
        """Short enough for a report, and enough to make it again."""
        return self._words


def _whole(rng: random.Random, seed: int) -> dict[str, list[Row]]:
    delivery = population(seed, 4, TODAY)
    tables = {table: [dict(row) for row in getattr(delivery, table)] for table in REQUIRED}
    present = {row["person_id"] for row in tables["persons"]}
    for number in range(rng.randint(0, 12)):  # people of whom there is nothing to find
        name = f"{seed} stranger {number}"
        born = rng.choice(("00000000", "19500101", "20140000", "20140501"))
        tables["persons"].append(rows.person(name, born, municipality_code=rng.choice(("0363", "0518"))))
        recorded = rng.choice(("", "00000000", "20200105", "20200100", "20260601"))
        tables["residences"].append(rows.address(name, 0, "20200105", recorded_on=recorded))
        tables["enrolments"].append(rows.enrolment(name, date(2020, 8, 1), date(2026, 6, rng.randint(1, 3))))
        tables["traces"].append(rows.trace(name, "absence_report", date(2026, 5, rng.randint(1, 3)), "verzuim"))
        if rng.random() < 0.3:
            tables["residences"].append(rows.departure(name, 1, rng.choice(("20180101", "20250401", "00000000"))))
    for number in range(rng.randint(0, 4)):
        name = f"{seed} orphan {number}"
        tables["residences"].append(rows.address(name, 0, "20200105"))
        tables["enrolments"].append(rows.enrolment(name, date(2020, 8, 1), date(2026, 6, 1)))
        tables["traces"].append(rows.trace(name, "leave", date(2025, 5, 1), "verlof"))
    for row in list(tables["persons"]):  # parents who live somewhere but do not stand in persons
        for role in ("parent1_id", "parent2_id"):
            if row[role] and row[role] not in present:
                for seq in range(2):
                    tables["residences"].append(rows.address("", seq, "20200105", person_id=row[role]))
    for content in tables.values():
        rng.shuffle(content)
    return tables


def _doubt_ids(rng: random.Random, tables: dict[str, list[Row]]) -> None:
    """Here and there an id that is bad to the letter only: it is at fault when somebody needs its row, else not."""
    share = rng.choice((0.0, 0.1, 0.5))
    for table, column in (("persons", "parent1_id"), ("persons", "parent2_id"), ("residences", "address_id")):
        for row in tables[table]:
            if row[column] and rng.random() < share:
                row[column] = rng.choice(("z" * 32, "A" * 32, "a" * 31 + "g"))
                if table == "residences" and rng.random() < 0.2:
                    row["recorded_on"] = rng.choice(("20260615", "20260600", "20270101"))


def write_csv(folder: Path, tables: Mapping[str, Sequence[Row]], rng: random.Random | None = None) -> None:
    """Write a plain CSV delivery; with `rng` some rows have too many or too few cells, and one file is split."""
    folder.mkdir(parents=True)
    entries: dict[str, Any] = {}
    for table, content in tables.items():
        if not content:
            continue
        columns = list(content[0])
        if rng:
            rng.shuffle(columns)
        lines = [",".join(row[column] for column in columns) for row in content]
        lines = [_torn(rng, line) for line in lines] if rng else lines
        cut = rng.randint(1, len(lines)) if rng and rng.random() < 0.3 else len(lines)
        entries[table] = {"files": []}
        for number, part in enumerate((lines[:cut], lines[cut:])):
            if part:
                path = folder / f"{table}-{number}.csv"
                end = "" if rng and rng.random() < 0.3 else "\n"
                path.write_text("\n".join([",".join(columns), *part]) + end, encoding="utf-8", newline="")
                entries[table]["files"].append(describe(path, len(part)))
    write_manifest(folder, entries, TODAY, SETTINGS.scope)


def _torn(rng: random.Random, line: str) -> str:
    if rng.random() > 0.03:
        return line
    return rng.choice((line + ",", line + ",,,", line + ",x", line + ",,x", line.partition(",")[2], ",", "x"))


Kind = Callable[[str, list[str]], pyarrow.Array]


def as_text(_: str, cells: list[str]) -> pyarrow.Array:
    """A column of texts."""
    return pyarrow.array(cells, pyarrow.string())


def some_natural(rng: random.Random) -> Kind:
    """Columns of one type or another that the contract allows; what does not fit the type is not filled."""
    texts = (pyarrow.string(), pyarrow.large_string(), pyarrow.dictionary(pyarrow.int32(), pyarrow.string()))

    def kind(name: str, cells: list[str]) -> pyarrow.Array:
        fitting = next((found for ending, found in NATURAL.items() if name.endswith(ending)), None)
        if fitting and rng.random() < 0.7:
            natural, read = fitting
            return pyarrow.array([_read(read, cell) for cell in cells], natural)
        empty = rng.choice(("", None))
        return pyarrow.array([cell or empty for cell in cells], rng.choice(texts))

    return kind


def _read(read: Callable[[str], Any], cell: str) -> Any:
    try:
        return read(cell)
    except (ValueError, KeyError):
        return None


#: The types that columns have by nature, by how their names end, and how a cell is read as such.
NATURAL: Mapping[str, tuple[pyarrow.DataType, Callable[[str], Any]]] = {
    "school_id": (pyarrow.string(), str),
    "_id": (pyarrow.uuid(), lambda cell: UUID(cell).bytes),
    "_date": (pyarrow.date32(), lambda cell: date.fromisoformat(iso(cell))),
    "_from": (pyarrow.date32(), lambda cell: date.fromisoformat(iso(cell))),
    "recorded_on": (pyarrow.date32(), lambda cell: date.fromisoformat(iso(cell))),
    "_on": (pyarrow.date32(), date.fromisoformat),
    "seq": (pyarrow.int32(), int),
    "is_under_inquiry": (pyarrow.int8(), int),
    "is_confidential": (pyarrow.bool_(), lambda cell: {"0": False, "1": True}[cell]),
    "is_incorrect": (pyarrow.bool_(), lambda cell: {"0": False, "1": True}[cell]),
    "is_destination_unknown": (pyarrow.bool_(), lambda cell: {"0": False, "1": True}[cell]),
}


def write_parquet(
    folder: Path, tables: Mapping[str, Sequence[Row]], kind: Kind = as_text, rows_in_group: int | None = None
) -> None:
    """Write the same rows as Parquet, each column of the `kind` that its name and cells ask for."""
    folder.mkdir(parents=True)
    entries = {}
    for table, content in tables.items():
        if content:
            path = folder / f"{table}-0.parquet"
            columns = {name: kind(name, [row[name] for row in content]) for name in content[0]}
            pyarrow.parquet.write_table(pyarrow.table(columns), path, row_group_size=rows_in_group)
            entries[table] = {"files": [describe(path, len(content))]}
    write_manifest(folder, entries, TODAY, SETTINGS.scope)


def staged(folder: Path, work: Path) -> dict[str, Any]:
    """Everything that stage makes of a delivery and what is remembered of it, rows in a fixed order; `seen` is how many
    rows of each table were looked at."""
    work.mkdir()
    asking = replace(SETTINGS, absence=AbsenceSettings())
    (work / "c.toml").write_text(configuration(asking), encoding="utf-8")
    with (
        rows_shown() as seen,
        pipeline.open_night(
            folder, state=work / "state", output=work / "output", config=work / "c.toml", threads=1
        ) as night,
    ):
        for step in ("delivery", "recall", "stage", "absence"):
            night.run_step(step)
        warehouse = night.night.warehouse
        made: dict[str, Any] = {
            table: warehouse.query(f"SELECT * FROM {table} ORDER BY ALL", table) for table in TABLES
        }
        remembered = rows_of(night.night.state, remember_enrolments(night.night))
        made["remembered"] = sorted(remembered.to_dicts(), key=str)
        made["account"] = night.night.account["tables"]
        made["seen"] = seen
        return made


@contextmanager
def rows_shown() -> Iterator[dict[str, int]]:
    """How many rows of each table are shown because somebody may need them or they may be at fault."""
    seen: dict[str, int] = {}
    show = FilesAsTables.show_candidates

    def counted(files: FilesAsTables, table: str, *shown: DataFile) -> None:
        show(files, table, *shown)
        ((seen[table],),) = files._warehouse.execute(f"SELECT count(*) FROM delivered_{table}", table)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FilesAsTables, "show_candidates", counted)
        yield seen


@contextmanager
def whole_files() -> Iterator[None]:
    """Every row is looked at, whoever it is about."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FilesAsTables, "show_candidates", FilesAsTables.show)
        yield
