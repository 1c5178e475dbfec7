"""Great Expectations on DuckDB: the one place that imports it, since its import alone takes seconds.

`duckdb-engine` shares one result per connection, so rows are lost once a second statement runs; the dialect below
buffers them at execute. Results are asked for without values: only whether a check passed.
"""

import gc
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from brp_signals.base.errors import InternalFailure

#: What Great Expectations imports for checks, pictures and pages that no suite asks for, by its parent. Importing
#: them takes as long as all the rest of it.
_FOR_OTHER_USES: Final = (
    ("scipy", "stats"),
    ("", "altair"),
    ("", "jsonschema"),
    ("", "mistune"),
    ("", "tzlocal"),
)


class _WhenUsed(ModuleType):
    """Stands for a module until something of it is asked for; then that module is imported and answers."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def _import_when_used(parent: str, name: str) -> None:
    full = f"{parent}.{name}" if parent else name
    if full in sys.modules:
        return
    spec = find_spec(full)  # imports the parent
    module = _WhenUsed(full)
    module.__spec__ = spec
    sys.modules[full] = module
    if parent:
        setattr(sys.modules[parent], name, module)


os.environ["GX_ANALYTICS_ENABLED"] = "false"  # whatever stood there: nothing is ever told to anybody
logging.getLogger("great_expectations").setLevel(logging.ERROR)
for _pair in _FOR_OTHER_USES:
    _import_when_used(*_pair)
# The collector would look through hundreds of thousands of new objects again and again, all of them there to stay.
gc.disable()

import duckdb_engine  # noqa: E402
import great_expectations  # noqa: E402  (analytics must be off before the import)
import sqlalchemy  # noqa: E402
from great_expectations import Checkpoint, ExpectationSuite, ValidationDefinition  # noqa: E402
from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: E402

gc.freeze()
gc.enable()

_NO_VALUES: Final = "BOOLEAN_ONLY"
#: The batch definition of a table that is judged whole.
_WHOLE: Final = "whole"
#: The snapshot is read and nothing else: no other file, no network, no extension, and no way to change that.
_CONFINED = (
    "access_mode=READ_ONLY&enable_external_access=false&autoload_known_extensions=false"
    "&autoinstall_known_extensions=false&lock_configuration=true&threads=1"
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

    def get_columns(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> list[Any]:
        """The columns of a table by name, which is all that is asked for; DuckDB's own catalogue tells them at once.

        The dialect of PostgreSQL, behind this one, asks for much more: a tenth of a second for each table.
        """
        found = connection.exec_driver_sql(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = $1 ORDER BY column_index", (table_name,)
        )
        unknown = sqlalchemy.types.NullType()
        return [{"name": name, "type": unknown, "nullable": True, "default": None} for (name,) in found]

    def get_pk_constraint(self, *_: Any, **__: Any) -> Any:
        """The primary key of a table: a snapshot has none."""
        return {"constrained_columns": [], "name": None}


sqlalchemy.dialects.registry.register("duckdb.buffered", __name__, "Buffered")


@dataclass(frozen=True)
class Suite:
    """A table and what is expected of it, each expectation in the form of Great Expectations."""

    name: str
    table: str
    expectations: Sequence[dict[str, Any]]


def judge(database: Path, suites: Sequence[Suite], limits: dict[str, float], memory: str) -> dict[str, bool]:
    """Whether each expectation of `suites` holds in `database`, by the check name in its `meta`.

    `limits` gives the parameters that expectations name their values; the database takes that much `memory` before it
    writes to disk.

    Raises InternalFailure when a suite cannot be built whole, or when a check could not be evaluated.
    """
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = _source(context, database, {suite.table for suite in suites}, memory)
    try:
        definitions = [_validation(context, source.get_asset(suite.table), suite) for suite in suites]
        checkpoint = Checkpoint(name="delivery", validation_definitions=definitions, result_format=_NO_VALUES)
        judged = context.checkpoints.add(checkpoint).run(expectation_parameters=limits).run_results.values()
    finally:
        source.get_execution_engine().close()  # else what it read of the snapshot stays in memory
    results = [result for suite in judged for result in suite.results]
    if any(_was_raised(result.exception_info) for result in results) or len(results) != _number_of_checks(suites):
        raise InternalFailure(
            "Validation stopped: a check could not be evaluated; nothing is published and the data is not to blame, "
            "pass run.json to the maintainers."
        )
    return {_name(result): bool(result.success) for result in results}


def _source(context: Any, database: Path, tables: set[str], memory: str) -> Any:
    """The snapshot as a source of data, each table with the batch definition of the whole of it.

    All at once: for each table that is added later the context would write out its whole configuration again.
    """
    assets = [
        {
            "name": table,
            "type": "table",
            "table_name": table,
            "batch_definitions": [{"name": _WHOLE, "partitioner": None}],
        }
        for table in sorted(tables)
    ]
    return context.data_sources.add_sql(
        name="snapshot",
        connection_string=f"duckdb+buffered:///{database}?{_CONFINED}&memory_limit={memory}",
        create_temp_table=False,
        assets=assets,
    )


def _validation(context: Any, table: Any, suite: Suite) -> ValidationDefinition:
    """The suite and its table, as one of the validations of the checkpoint."""
    built = ExpectationSuite(name=suite.name, expectations=list(suite.expectations))
    if len(built.expectations) != len(suite.expectations):
        raise InternalFailure(f"Suite {suite.name}: an expectation was not understood and left out; check its type.")
    whole = table.get_batch_definition(_WHOLE)
    definition = ValidationDefinition(name=suite.name, data=whole, suite=context.suites.add(built))
    context.validation_definitions.add(definition)
    return definition


def _number_of_checks(suites: Sequence[Suite]) -> int:
    return sum(len(suite.expectations) for suite in suites)


def _name(result: Any) -> str:
    return str(result.expectation_config.meta["check"])


def _was_raised(info: Any) -> bool:
    """Great Expectations reports an exception flat, or per metric in a dictionary of dictionaries."""
    if not info:
        return False
    nested = (value for value in info.values() if isinstance(value, dict))
    return bool(info.get("raised_exception")) or any(value.get("raised_exception") for value in nested)
