"""The DuckDB database of one run: opened, filled by SQL files, thrown away.

Only this module speaks to DuckDB. Steps give it the name of a file under `sql/` and the table it makes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from brp_signals.errors import InternalFailure

if TYPE_CHECKING:
    import duckdb
    import polars

Value = str | int | float | bool | date | None | Sequence[Any] | Mapping[str, Any]


def resource(name: str) -> Path:
    """The folder `sql` or `expectations`: inside the installed package, or at the top of a checkout."""
    inside = Path(__file__).parent / name
    return inside if inside.is_dir() else Path(__file__).parents[2] / name


class Warehouse:
    """One run's database in `folder`, with as many threads and as much memory as the run may use.

    `sql_overrides` replaces the text of SQL files by their path below `sql/` (tests only).
    """

    def __init__(
        self,
        folder: Path,
        *,
        memory_limit: str = "1GB",
        threads: int | None = None,
        sql_overrides: Mapping[str, str] | None = None,
    ) -> None:
        import duckdb

        self.path = folder / "run.duckdb"
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
            "TimeZone": "UTC",
        }
        if threads:
            config["threads"] = threads
        self.connection: duckdb.DuckDBPyConnection = duckdb.connect(str(self.path), config=config)

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

    def create(self, table: str, file: str, **parameters: Value) -> None:
        """Make `table` from the SELECT in `file`; parameters are the `$names` in it."""
        self.execute(f"CREATE OR REPLACE TABLE {table} AS\n{self.sql(file)}", file, **parameters)

    def insert(self, table: str, file: str, **parameters: Value) -> None:
        """Add the rows of the SELECT in `file` to `table`, by column name."""
        self.execute(f"INSERT INTO {table} BY NAME\n{self.sql(file)}", file, **parameters)

    def execute(self, statement: str, what: str, **parameters: Value) -> list[tuple[Any, ...]]:
        """Run one statement; `what` names it in an error, which never holds the engine's own words.

        Raises InternalFailure when the engine fails: DuckDB's messages may quote data, so they stay inside.
        """
        try:
            self.connection.execute(statement, parameters or None)
            return self.connection.fetchall() if self.connection.description else []
        except self._error as problem:
            raise InternalFailure(
                f"The database could not carry out {what} ({type(problem).__name__}); nothing was published and the "
                "data is not to blame: pass this sentence to the maintainers."
            ) from (problem if self._sql_overrides else None)

    def fetch(self, file: str, **parameters: Value) -> list[dict[str, Any]]:
        """The rows of the SELECT in `file` as dictionaries."""
        return self.query(self.sql(file), file, **parameters)

    def query(self, statement: str, what: str, **parameters: Value) -> list[dict[str, Any]]:
        """The rows of a SELECT as dictionaries."""
        rows = self.execute(statement, what, **parameters)
        names = [column[0] for column in self.connection.description or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def register(self, table: str, frame: "polars.DataFrame") -> None:
        """Make `table` from a small Polars frame."""
        self.connection.register("_frame", frame)
        self.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM _frame", table)
        self.connection.unregister("_frame")

    def set_variables(self, variables: Mapping[str, Value]) -> None:
        """Set run-wide values that SQL reads with `getvariable('name')`."""
        for name, value in variables.items():
            self.execute(f"SET VARIABLE {name} = $value", f"variable {name}", value=value)

    def drop(self, tables: Iterable[str]) -> None:
        """Drop intermediate tables at the end of a step."""
        for table in tables:
            self.execute(f"DROP TABLE IF EXISTS {table}", table)
