"""A night that is written down: each statement from facts to rank, the tables that it reads and what it makes."""

import json
import re
import shutil
from pathlib import Path
from typing import Any, Final

import sqlglot

from brp_signals import pipeline
from brp_signals.base.warehouse import Value, Warehouse, quoted
from tests.portable.translation import in_spark
from tests.structure.sql_tables import tables

STEPS: Final = pipeline.STEPS[pipeline.STEPS.index("facts") : pipeline.STEPS.index("publish")]
STEPS_BEFORE: Final = pipeline.STEPS[: pipeline.STEPS.index("facts")]
_MAKES: Final = re.compile(r"(?P<how>CREATE OR REPLACE TABLE|INSERT INTO) (?P<table>\w+) (?:AS|BY NAME)\n")


class Recording(Warehouse):
    """The database of a night, which writes down below `folder` whatever it makes from now on.

    `folder/read` gets every table that a statement reads or adds to and that no earlier one made, `folder/made` every
    table as it is in the end, `folder/statements.json` the statements for Spark in their order.
    """

    def __init__(self, warehouse: Warehouse, work: Path, folder: Path) -> None:
        vars(self).update(vars(warehouse))  # the same connection: whoever holds the other one sees the same tables
        self._work = work  # the one place that the database may write
        self._folder = folder
        self._statements: list[dict[str, Any]] = []
        self._known: set[str] = set()

    def execute(self, statement: str, what: str, **parameters: Value) -> list[tuple[Any, ...]]:
        """Run one statement as a night does, and write it down where an SQL file holds it."""
        if what.endswith(".sql"):
            self._note(statement, what, parameters)
        return super().execute(statement, what, **parameters)

    def _note(self, statement: str, what: str, parameters: dict[str, Value]) -> None:
        """Write down a statement that is about to run; a SELECT that makes no table gets one, to be compared."""
        making = _MAKES.match(statement)
        if not making:
            table = "asked_" + what.removesuffix(".sql").replace("/", "_")
            super().execute(f"CREATE OR REPLACE TABLE {table} AS\n{statement}", what, **parameters)
        else:
            table, statement = making["table"], statement[making.end() :]
        adds = making is not None and making["how"] == "INSERT INTO"
        read = tables(sqlglot.parse_one(statement, dialect="duckdb"))
        for name in sorted(({*read, table} if adds else read) - self._known):
            self._export(name, "read")
        self._known |= {*read, table}
        select = in_spark(statement, parameters)
        self._statements.append({"file": what, "table": table, "adds": adds, "select": select})

    def _export(self, table: str, where: str) -> None:
        path = self._folder / where / f"{table}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        written = self._work / path.name
        super().execute(f"COPY {table} TO {quoted(written)} (FORMAT parquet)", table)
        shutil.move(written, path)

    def finish(self) -> None:
        """Write the statements, and the tables that they made."""
        for table in dict.fromkeys(each["table"] for each in self._statements):
            self._export(table, "made")
        (self._folder / "statements.json").write_text(json.dumps(self._statements, indent=1), encoding="utf-8")


def run(delivery: Path, folder: Path, **opening: Any) -> None:
    """Take a delivery through a whole night, and write down below `folder` what the steps from facts to rank make."""
    with pipeline.open_night(delivery, threads=1, **opening) as night:
        for step in STEPS_BEFORE:
            night.run_step(step)
        plain = night.night.warehouse
        night.night.warehouse = recording = Recording(plain, night.night.work, folder)
        for step in STEPS:
            night.run_step(step)
        recording.finish()
        night.night.warehouse = plain
        night.run_step("publish")
