"""The DuckDB database of one run: opened, filled by SQL files, thrown away.

Only this module speaks to DuckDB. Steps give it the name of a file under `sql/` and the table it makes.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from brp_signals.base.errors import InternalFailure, UsageProblem
from brp_signals.base.interrupts import postponed

if TYPE_CHECKING:
    import polars
    import pyarrow

_NAMES = re.compile(r"\$([a-z_][a-z_0-9]*)")
#: Characters in a path that the database reads as a pattern over other files.
_PATTERN = re.compile(r"[*?\[\]{}]")

_NOTHING: Final[Mapping[str, str]] = {}

Value = str | int | float | bool | date | None | Sequence[Any] | Mapping[str, Any]


def resource(name: str) -> Path:
    """The folder `sql` or `expectations`: inside the installed package, or at the top of a checkout."""
    inside = Path(__file__).parents[1] / name
    return inside if inside.is_dir() else Path(__file__).parents[3] / name


class Warehouse:
    """One run's database, spilling into `folder`, with the threads and memory that the run may use.

    It lives in memory, or in a file inside `folder` when its tables may be larger. Apart from `folder` it reaches the
    files and folders of `reach` and nothing else: no other path, no network, no extension, and no way to change that.
    `sql_overrides` replaces the text of SQL files by their path below `sql/` (tests only).

    Raises UsageProblem when a path holds a character that the database reads as a pattern.
    """

    def __init__(
        self,
        folder: Path,
        *,
        reach: Sequence[Path] = (),
        memory_limit: str = "1GB",
        threads: int | None = None,
        on_disk: bool = False,
        sql_overrides: Mapping[str, str] | None = None,
    ) -> None:
        with postponed():
            import duckdb

        places = _reachable(folder, *reach)
        self._sql_overrides = dict(sql_overrides or {})
        self._error = duckdb.Error
        config: dict[str, Any] = {
            "memory_limit": memory_limit,
            "temp_directory": str(folder / "spill"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "preserve_insertion_order": True,
            "python_enable_replacements": False,
            # The gateway hands rows on in their natural types.
            "arrow_lossless_conversion": True,
            # A run that is cut off begins anew: nothing in this database has to survive the machine.
            "fsync_mode": "NONE",
            # The tables of a run reach a file only in the snapshot for validation, which is read a few times and thrown
            # away: packing it would cost more than all of its reading.
            "force_compression": "auto" if on_disk else "uncompressed",
        }
        if threads:
            config["threads"] = threads
        place = folder / "warehouse.duckdb" if on_disk else ":memory:"
        try:
            self.connection: duckdb.DuckDBPyConnection = duckdb.connect(place, config=config)
        except self._error as problem:
            raise _failure("its own start", problem) from problem
        self.connection.execute("SET TimeZone = 'UTC'")
        self._confine(places)

    def _confine(self, places: Sequence[Path]) -> None:
        """Close the database to everything but these files and folders, for as long as it lives."""
        for setting, chosen in (
            ("allowed_directories", [str(place) for place in places if not place.is_file()]),
            ("allowed_paths", [str(place) for place in places if place.is_file()]),
        ):
            self.connection.execute(f"SET {setting} = $chosen", {"chosen": chosen})
        self.connection.execute("SET enable_external_access = false")
        self.connection.execute("SET lock_configuration = true")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; its folder is for the caller to remove."""
        self.connection.close()

    def sql(self, file: str) -> str:
        """The text of one file below `sql/`."""
        if file in self._sql_overrides:
            return self._sql_overrides[file]
        return (resource("sql") / file).read_text(encoding="utf-8")

    def overrides_below(self, folder: str) -> dict[str, str]:
        """The replaced SQL files of one folder, by file name."""
        prefix = f"{folder}/"
        return {
            name.removeprefix(prefix): text for name, text in self._sql_overrides.items() if name.startswith(prefix)
        }

    def create(self, table: str, file: str, reading: Mapping[str, str] = _NOTHING, /, **parameters: Value) -> int:
        """Make `table` from the SELECT in `file`; parameters are the `$names` in it. Returns its number of rows.

        `reading` names other SELECTs that it reads, each with its file.
        """
        statement = f"CREATE OR REPLACE TABLE {table} AS\n{self._select(file, reading)}"
        ((n_rows,),) = self.execute(statement, file, **parameters)
        return int(n_rows)

    def insert(self, table: str, file: str, reading: Mapping[str, str] = _NOTHING, /, **parameters: Value) -> None:
        """Add the rows of the SELECT in `file` to `table`, by column name; else like `create`."""
        self.execute(f"INSERT INTO {table} BY NAME\n{self._select(file, reading)}", file, **parameters)

    def _select(self, file: str, reading: Mapping[str, str]) -> str:
        if not reading:
            return self.sql(file)
        named = ", ".join(f"{name} AS (\n{self.sql(other)}\n)" for name, other in reading.items())
        return f"WITH {named}\n{self.sql(file)}"

    def execute(self, statement: str, what: str, **parameters: Value) -> list[tuple[Any, ...]]:
        """Run one statement; `what` names it in an error, which never holds the engine's own words.

        Only the parameters that the statement names are passed on. Raises InternalFailure when the engine fails:
        DuckDB's messages may quote data, so they stay inside.
        """
        used = {name: value for name, value in parameters.items() if name in _NAMES.findall(statement)}
        try:
            self.connection.execute(statement, used or None)
            return self.connection.fetchall() if self.connection.description else []
        except self._error as problem:
            raise _failure(what, problem) from problem

    def fetch(self, file: str, **parameters: Value) -> list[dict[str, Any]]:
        """The rows of the SELECT in `file` as dictionaries."""
        return self.query(self.sql(file), file, **parameters)

    def query(self, statement: str, what: str, **parameters: Value) -> list[dict[str, Any]]:
        """The rows of a SELECT as dictionaries."""
        rows = self.execute(statement, what, **parameters)
        names = [column[0] for column in self.connection.description or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def arrays(self, statement: str, what: str) -> "Mapping[str, Any]":
        """The columns of a SELECT without empty cells, each an array of NumPy."""
        try:
            return self.connection.sql(statement).fetchnumpy()
        except self._error as problem:
            raise _failure(what, problem) from problem

    def load(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        """Make the small `table` with these `columns` (name → SQL type) from `rows`."""
        texts = [[None if cell is None else str(cell) for cell in row] for row in rows]
        if not texts:
            self.make(table, columns)
            return
        import polars

        frame = polars.DataFrame(texts, schema=dict.fromkeys(columns, polars.String), orient="row")
        casts = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in columns.items())
        self.connection.register("_frame", frame)
        self.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT {casts} FROM _frame", table)
        self.connection.unregister("_frame")

    def view(self, name: str, file: str) -> None:
        """Name the SELECT in `file`, to be carried out wherever it is read."""
        self.execute(f"CREATE OR REPLACE VIEW {name} AS\n{self.sql(file)}", file)

    def make(self, table: str, columns: Mapping[str, str]) -> None:
        """Make an empty table with these `columns` (name → SQL type)."""
        named = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self.execute(f"CREATE OR REPLACE TABLE {table} ({named})", table)

    def drop(self, *tables: str) -> None:
        """Remove tables, as far as they are there."""
        for table in tables:
            self.execute(f"DROP TABLE IF EXISTS {table}", table)

    def append(self, table: str, frame: "polars.DataFrame") -> None:
        """Add the rows of `frame` to `table`, by column name."""
        self.connection.register("_frame", frame)
        self.execute(f"INSERT INTO {table} BY NAME SELECT * FROM _frame", table)
        self.connection.unregister("_frame")

    def lend(self, name: str, frame: "pyarrow.Table") -> None:
        """Let statements read `frame` by `name`, where it lies, until it is taken back."""
        self.connection.register(name, frame)

    def take_back(self, name: str) -> None:
        """Let go of the frame that was lent by `name`, if any was."""
        self.connection.unregister(name)

    def batches(self, statement: str, what: str, n_rows: int) -> "Iterator[pyarrow.RecordBatch]":
        """The rows of a SELECT in its order, about `n_rows` at a time and never all of them in memory."""
        try:
            yield from self.connection.sql(statement).to_arrow_reader(n_rows)
        except self._error as problem:
            raise _failure(what, problem) from problem

    def write_parquet(self, path: Path, file: str) -> None:
        """Write the rows of the SELECT in `file` to a Parquet file in the folder of this database."""
        layout = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 131072, DICTIONARY_SIZE_LIMIT 10000"
        self.execute(f"COPY (\n{self.sql(file)}\n) TO {quoted(path)} ({layout})", file)

    def export(self, database: Path, tables: Iterable[str], columns: Iterable[str]) -> None:
        """Copy those of `columns` that each of `tables` has into a database file of their own."""
        named = ", ".join(f"'{name}'" for name in sorted(columns))
        self.execute(f"ATTACH {quoted(database)} AS exported", "the snapshot for validation")
        for table in tables:
            self.execute(
                f"CREATE TABLE exported.{table} AS SELECT COLUMNS(lambda name: name IN ({named})) FROM {table}", table
            )
        self.execute("DETACH exported", "the snapshot for validation")


def quoted(path: Path | str) -> str:
    """A path as SQL writes text, whatever quotes are in it."""
    return "'" + str(path).replace("'", "''") + "'"


def _reachable(*reach: Path) -> list[Path]:
    """The whole paths of these places. Raises UsageProblem for one that the database would read as something else."""
    places = [place.resolve() for place in reach]
    for place in places:
        if _PATTERN.search(str(place)):
            raise UsageProblem(
                f"The path of {place.name} holds one of * ? [ ] {{ }}, which the database reads as a pattern; rename "
                "it."
            )
        if not str(place).isprintable():
            raise UsageProblem(
                f"The path of {place.name} holds a character that cannot be shown, or a byte that is no UTF-8, which "
                "the database cannot read; rename it."
            )
    return places


def _failure(what: str, problem: Exception) -> InternalFailure:
    kind = type(problem).__name__
    if kind == "OutOfMemoryException":
        return InternalFailure(
            f"The database needs more memory for {what} than it may use, or than the machine has free; nothing was "
            "published: raise memory_limit in the configuration or free memory, then run again."
        )
    if kind == "IOException":
        return InternalFailure(
            f"The database could not read or write a file for {what} ({kind}); nothing was published: check disk space "
            "and rights, then run again."
        )
    return InternalFailure(
        f"The database could not carry out {what} ({kind}); nothing was published and the "
        "data is not to blame: pass this sentence to the maintainers."
    )
