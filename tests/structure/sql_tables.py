"""Which tables an SQL file reads, and which step of the night makes a table."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import sqlglot
from sqlglot import exp

from brp_signals.base.warehouse import resource
from brp_signals.steps.validate import load_checks

SQL: Final = resource("sql")
ROOT: Final = Path(__file__).parents[2]
#: The step that makes a table, by the beginning of the table's name; the longest beginning counts.
MADE_BY: Final = {
    "delivered_": "delivery",
    "recall_": "recall",
    "stage_": "stage",
    "stage_absent": "absence",
    "stage_out_of_count": "validate",
    "valid_": "validate",
    "validate_": "validate",
    "watch_": "watch",
    "facts_": "facts",
    "rules_": "rules",
    "cases_": "cases",
    "control_": "control",
    "rank_": "rank",
}
#: Folders whose files a step of another name carries out; `sql/ledger` serves two steps, and other commands too.
CARRIED_OUT_BY: Final = {"memory": "publish"}
_READ_IN_PYTHON: Final = re.compile(r"\b(?:FROM|JOIN) ([a-z]+_[a-z_]+)")


def parsed(path: Path) -> exp.Expr:
    """The one statement of an SQL file."""
    statements = sqlglot.parse(path.read_text(encoding="utf-8"), dialect="duckdb")
    found = [statement for statement in statements if statement is not None]
    assert len(found) == 1, "one statement a file"
    return found[0]


def tables(statement: exp.Expr) -> set[str]:
    """The tables that a statement reads, without those that it names itself."""
    own = {cte.alias for cte in statement.find_all(exp.CTE)}
    return {table.name for table in statement.find_all(exp.Table) if table.name} - own


def maker(table: str) -> str | None:
    """The step that makes a table for others, or None for settings and for tables that a step keeps to itself."""
    beginnings = [beginning for beginning in MADE_BY if table.startswith(beginning)]
    return MADE_BY[max(beginnings, key=len)] if beginnings else None


def folders(step: str) -> list[str]:
    """The folders below `sql/` that a step carries out."""
    return [
        name for name in (step, *CARRIED_OUT_BY) if CARRIED_OUT_BY.get(name, name) == step and (SQL / name).is_dir()
    ]


def read_by(step: str) -> set[str]:
    """The tables of other steps that a step reads: in its SQL files, in its suites of checks, and in its Python."""
    found = {table for name in folders(step) for path in (SQL / name).glob("*.sql") for table in tables(parsed(path))}
    if step == "validate":
        found |= {check.table for check in load_checks(resource("expectations"))}
    found |= {table for path in modules(step) for table in _read_in_python(path)}
    return {table for table in found if maker(table) not in (None, step)}


def modules(step: str) -> list[Path]:
    """The Python files of a step: one module, or all of its room."""
    module = ROOT / "src/brp_signals/steps" / f"{step}.py"
    return [module] if module.exists() else sorted((ROOT / "src/brp_signals" / step).glob("*.py"))


def file_of(table: str) -> Path | None:
    """The SQL file that makes a table of a step, or None when Python makes it."""
    step = maker(table)
    folder = SQL / ("ledger" if step == "recall" else str(step))
    paths = [folder / f"{name}.sql" for name in (table, table.partition("_")[2])]
    return next((path for path in paths if path.exists()), None)


def _read_in_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _READ_IN_PYTHON.findall(node.value)
