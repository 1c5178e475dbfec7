"""Great Expectations on DuckDB: the one place that imports it, since its import alone takes seconds.

`duckdb-engine` shares one result per connection, so rows are lost once a second statement runs; the dialect below
buffers them at execute. Results are asked for without values: only whether a check passed.
"""

import logging
import os
from pathlib import Path
from typing import Any

import duckdb_engine
import sqlalchemy

from brp_signals.errors import InternalFailure

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # whatever stood there: nothing is ever told to anybody
logging.getLogger("great_expectations").setLevel(logging.ERROR)

import great_expectations  # noqa: E402  (analytics must be off before the import)
from great_expectations.core import ExpectationSuite  # noqa: E402
from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: E402

_NO_VALUES = {"result_format": "BOOLEAN_ONLY"}
#: The snapshot is read and nothing else: no other file, no network, no extension, and no way to change that.
_CONFINED = (
    "access_mode=READ_ONLY&enable_external_access=false&autoload_known_extensions=false"
    "&autoinstall_known_extensions=false&lock_configuration=true"
)


class _Cursor(duckdb_engine.CursorWrapper):
    """A cursor that keeps its own rows."""

    def execute(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        super().execute(statement, parameters, context)
        raw = self.connection._ConnectionWrapper__c
        self.description = raw.description
        self._rows = raw.fetchall() if raw.description else []

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        out, self._rows = self._rows[:size], self._rows[size or len(self._rows) :]
        return out

    def fetchall(self) -> list[Any]:
        return self.fetchmany(len(self._rows))

    def fetchone(self) -> Any:
        return next(iter(self.fetchmany()), None)


class Buffered(duckdb_engine.Dialect):
    """DuckDB's dialect with buffering cursors, known to SQLAlchemy as `duckdb+buffered`."""

    supports_statement_cache = False

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        connection = super().connect(*args, **kwargs)
        connection.cursor = lambda: _Cursor(connection._ConnectionWrapper__c, connection)
        return connection


sqlalchemy.dialects.registry.register("duckdb.buffered", __name__, "Buffered")


def judge(database: Path, suite: str, table: str, items: list[dict[str, Any]]) -> dict[str, bool]:
    """Whether each expectation in `items` holds for `table`, by the check name in its `meta`.

    Raises InternalFailure when the suite cannot be built whole, or when a check could not be evaluated.
    """
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_sql(
        name=suite,
        connection_string=f"duckdb+buffered:///{database}?{_CONFINED}",
        create_temp_table=False,
    )
    batch = source.add_table_asset(table, table_name=table).add_batch_definition_whole_table("all").get_batch()
    built = ExpectationSuite(name=suite, expectations=items)
    if len(built.expectations) != len(items):
        raise InternalFailure(f"Suite {suite}: an expectation was not understood and left out; check its type.")
    results = batch.validate(built, result_format=_NO_VALUES).results
    if any(_was_raised(result.exception_info) for result in results) or len(results) != len(items):
        raise InternalFailure(
            f"Validation stopped: suite {suite} could not be evaluated; nothing is published and the data is not to "
            "blame, pass run.json to the maintainers."
        )
    return {_name(result): bool(result.success) for result in results}


def _name(result: Any) -> str:
    return str(result.expectation_config.meta["check"])


def _was_raised(info: Any) -> bool:
    """Great Expectations reports an exception flat, or per metric in a dictionary of dictionaries."""
    if not info:
        return False
    nested = (value for value in info.values() if isinstance(value, dict))
    return bool(info.get("raised_exception")) or any(value.get("raised_exception") for value in nested)
