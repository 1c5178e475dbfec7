"""The files of a delivery as tables for SQL, read where they lie. Only this module knows how a file is read.

Every cell is a text, as the CSV of the contract would hold it; an empty cell is NULL. A row has its `row_no`, counted
from 1 in its file without the lines that are no rows. Rows of one person are found by `person_key`: the id itself where
all files have it as a UUID, else a 64-bit hash of it. The macro `key_of` makes a key of a text, `key_of_id` of a UUID,
and `id_of` a UUID of a key and its text. Two persons share a hash once in a thousand countries, and then a row more is
looked at.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from brp_signals.base.errors import DeliveryRefused, InternalFailure
from brp_signals.base.warehouse import Value, Warehouse, quoted
from brp_signals.delivery.contract import OPTIONAL, REQUIRED
from brp_signals.delivery.files import DataFile

if TYPE_CHECKING:
    import pyarrow

#: Columns in which nearly every row has a value of its own.
_IDS: Final = frozenset(("person_id", "parent1_id", "parent2_id", "address_id"))
#: Columns whose day, far in the future, stands for none.
_ENDS: Final = frozenset(("withdrawn_on", "ended_on"))
_ROWS: Final = 1 << 17
_MISSING: Final = "CAST(NULL AS VARCHAR)"


class FilesAsTables:
    """The files of one delivery, shown to one database by views.

    A CSV file is read once, into a Parquet file of texts in the folder `work`; from then on there is one kind of file.
    Which columns are register dates it reads in `_stage_forms`. Raises DeliveryRefused for a Parquet file that cannot
    be read.
    """

    def __init__(self, files: Iterable[DataFile], warehouse: Warehouse, work: Path) -> None:
        self._warehouse = warehouse
        dates = warehouse.query("SELECT column_name FROM _stage_forms WHERE pattern = register_date_form()", "forms")
        self._register_dates = frozenset(row["column_name"] for row in dates)
        self._files = {file.name: self._open(file, work) for file in files}
        self._are_keys_uuid = all(file.kinds["person_id"] == "UUID" for file in self._files.values())
        key = "TRY_CAST(t AS UUID)" if self._are_keys_uuid else "CASE WHEN t IS NOT NULL THEN hash(t) END"
        warehouse.execute(f"CREATE OR REPLACE MACRO key_of(t) AS {key}", "the key of a person")
        of_id, id_of = ("id", "key") if self._are_keys_uuid else ("key_of(id_text(id))", "TRY_CAST(t AS UUID)")
        warehouse.execute(f"CREATE OR REPLACE MACRO key_of_id(id) AS {of_id}", "the key of an id")
        warehouse.execute(f"CREATE OR REPLACE MACRO id_of(key, t) AS {id_of}", "the id of a person")
        names = ", ".join(quoted(name) for name in self._files)
        warehouse.execute(f"CREATE TYPE delivered_file AS ENUM ({names})", "the names of files")

    def broken_lines(self, file: DataFile) -> list[int]:
        """The physical lines of a CSV file that have another number of cells than the header; they are no rows."""
        return self._files[file.name].broken_lines

    def show(self, table: str, *files: DataFile, where: str = "true") -> None:
        """Make the view `delivered_<table>` of every row of `files`: the file, and all columns of the contract.

        `where` may ask for some rows by their `row_no` and `person_key`, before any cell becomes a text.
        """
        names = (*REQUIRED[table], *OPTIONAL[table])
        rows = "\nUNION ALL\n".join(self._select(file, names, where) for file in files)
        nothing = ", ".join(f"{_MISSING} AS {name}" for name in ("file", *names))
        no_row = f"SELECT 0 AS row_no, key_of(NULL) AS person_key, {nothing} WHERE false"
        self._view(f"delivered_{table}", rows or no_row)

    def show_candidates(self, table: str, *files: DataFile) -> None:
        """Make the view `delivered_<table>` of some rows of `files`: of whoever is in `_stage_candidates`, and those
        that hold a faulty cell."""
        names = (*REQUIRED[table], *OPTIONAL[table])
        selects = []
        for file in files:
            wanted = (
                f"SELECT row_no FROM {self._rows(file)} WHERE person_key IN (SELECT person_key FROM _stage_candidates) "
                f"UNION SELECT row_no FROM stage_faulty_rows WHERE file = {quoted(file.name)}"
            )
            selects.append(self._select(file, names, f"row_no IN ({wanted})"))
        self._view(f"delivered_{table}", "\nUNION ALL\n".join(selects))

    def show_cells(self, file: DataFile, column: str) -> None:
        """Make the view `_stage_cells`, one column of a file by `row_no`."""
        text = self._files[file.name].text(column)
        self._view("_stage_cells", f"SELECT row_no, {text} AS value FROM {self._rows(file)}")

    def show_values(self, file: DataFile, column: str) -> None:
        """Make the view `_stage_values`, the values in one column of a file.

        A value may come more than once where finding the different ones would cost more than it saves.
        """
        rows, opened = self._rows(file), self._files[file.name]
        different = f"SELECT DISTINCT {column} FROM {rows}"
        if column in _IDS:
            different = f"SELECT {column} FROM {rows} WHERE {self._may_be_odd(file, column)}"
        self._view("_stage_values", f"SELECT {opened.text(column)} AS value FROM ({different})")

    def _may_be_odd(self, file: DataFile, column: str) -> str:
        """Which ids to judge: a UUID is at fault only by not being there, and known persons were judged in persons."""
        if self._files[file.name].kinds[column] == "UUID":
            return f"{column} IS NULL"
        if column == "person_id" and file.table != "persons":
            return f"row_no IN (SELECT row_no FROM stage_orphans WHERE file = {quoted(file.name)})"
        return "true"

    def count_filled(self, file: DataFile, column: str, source: str | None) -> int:
        """How many cells of a column are filled, those of rows at fault too; of a school list those of one source."""
        opened = self._files[file.name]
        of_source = "" if source is None else f" WHERE {opened.text('source')} = $source"
        given: dict[str, Value] = {} if source is None else {"source": source}
        statement = f"SELECT count({opened.filled(column)}) AS n FROM {self._rows(file)}{of_source}"
        return int(self._warehouse.query(statement, f"filled cells of {file.name}", **given)[0]["n"])

    def _rows(self, file: DataFile) -> str:
        opened = self._files[file.name]
        key = "person_id" if self._are_keys_uuid else f"key_of({opened.text('person_id')})"
        return f"(SELECT *, file_row_number + 1 AS row_no, {key} AS person_key FROM {_read_parquet(opened.path)})"

    def _select(self, file: DataFile, names: Sequence[str], where: str) -> str:
        opened = self._files[file.name]
        texts = {name: opened.text(name) if name in opened.kinds else _MISSING for name in names}
        cells = ", ".join(f"{text} AS {name}" for name, text in texts.items())
        rows = f"(SELECT * FROM {self._rows(file)} WHERE {where})"
        return f"SELECT {quoted(file.name)} AS file, row_no, person_key, {cells} FROM {rows}"

    def _open(self, file: DataFile, work: Path) -> "_Opened":
        if file.format == "csv":
            path = work / f"rows-of-{file.name}.parquet"
            names = [name for name in file.columns if name in (*REQUIRED[file.table], *OPTIONAL[file.table])]
            select = f"SELECT {', '.join(names)} FROM {_read_csv(file)}"
            _write(path, names, self._warehouse.batches(select, file.name, _ROWS))
            return _Opened(path, dict.fromkeys(names, "VARCHAR"), self._register_dates, self._broken_lines(file))
        with refusing_damage(file):
            rows = self._warehouse.query(f"DESCRIBE SELECT * FROM {_read_parquet(file.readable)}", "parquet columns")
        kinds = {row["column_name"]: row["column_type"] for row in rows}
        return _Opened(file.readable, {name: kinds[name] for name in file.columns}, self._register_dates, [])

    def _broken_lines(self, file: DataFile) -> list[int]:
        """Only the lines of what the reader set aside are read, never their content."""
        rows = self._warehouse.query(
            "SELECT DISTINCT errors.line FROM reject_errors AS errors "
            "INNER JOIN reject_scans AS scans ON errors.scan_id = scans.scan_id AND errors.file_id = scans.file_id "
            "WHERE scans.file_path = $path ORDER BY errors.line",
            "rejected lines",
            path=str(file.readable),
        )
        return [row["line"] for row in rows]

    def _view(self, name: str, rows: str) -> None:
        self._warehouse.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {rows}", name)


@dataclass(frozen=True)
class _Opened:
    """A file as SQL reads it: where, and the types of its columns by name.

    Register dates are texts of eight digits; a Parquet file may carry complete ones as real dates.
    """

    path: Path
    kinds: Mapping[str, str]
    register_dates: frozenset[str]
    broken_lines: list[int]

    def text(self, column: str) -> str:
        """The text of a cell; a day that stands for no end is none."""
        return f"known_end({self.filled(column)})" if column in _ENDS else self.filled(column)

    def filled(self, column: str) -> str:
        """The text of a cell as it was delivered."""
        kind = self.kinds[column]
        if kind == "UUID":
            return f"replace(CAST({column} AS VARCHAR), '-', '')"
        if kind == "DATE":
            # A third of what strftime costs.
            iso = f"CAST({column} AS VARCHAR)"
            return f"replace({iso}, '-', '')" if column in self.register_dates else iso
        if kind == "BOOLEAN":
            return f"CAST(CAST({column} AS INTEGER) AS VARCHAR)"
        return f"nullif(CAST({column} AS VARCHAR), '')"


def _read_csv(file: DataFile) -> str:
    """Nothing detected, nothing guessed, a row of another width set aside."""
    named = ", ".join(f"'{name}': 'VARCHAR'" for name in file.columns)
    return (
        f"read_csv({quoted(file.readable)}, columns = {{{named}}}, header = true, delim = ',', quote = '', "
        "escape = '', new_line = '\\n', auto_detect = false, store_rejects = true, null_padding = false, "
        "max_line_size = 1048576, compression = 'none', hive_partitioning = false)"
    )


def _write(path: Path, names: Sequence[str], batches: "Iterable[pyarrow.RecordBatch]") -> None:
    """Write the rows of a CSV file for this run alone: what is quick to write and to read again, however large."""
    import pyarrow.parquet

    schema = pyarrow.schema([(name, pyarrow.string()) for name in names])
    repeated = [name for name in names if name not in _IDS]
    layout = {"use_dictionary": repeated, "compression": "none", "write_statistics": False, "store_schema": False}
    with pyarrow.parquet.ParquetWriter(path, schema, **layout) as writer:
        for batch in batches:
            writer.write_batch(batch)


def _read_parquet(path: Path) -> str:
    return f"read_parquet({quoted(path)}, file_row_number = true, hive_partitioning = false)"


@contextmanager
def refusing_damage(*files: DataFile) -> Iterator[None]:
    """Refuse a Parquet file whose pages cannot be read though its footer can: the engine is not to blame for those."""
    try:
        yield
    except InternalFailure:
        for file in files:
            if file.format == "parquet" and _is_damaged(file):
                raise DeliveryRefused(f"{file.name} is damaged inside; have the delivery made again.") from None
        raise


def _is_damaged(file: DataFile) -> bool:
    import pyarrow
    import pyarrow.parquet

    try:
        for batch in pyarrow.parquet.ParquetFile(file.readable).iter_batches():
            batch.validate(full=True)
    except (pyarrow.ArrowException, OSError):
        return True
    return False
