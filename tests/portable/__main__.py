"""`python -m tests.portable`: carry out nights on DuckDB and on Spark, and compare every table they make.

`make portable` first makes an environment with Spark in it. Prints a line for each table and stops at the first that
differs, with exit code 1; no line holds a value of a row.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.portable.comparison import compared
from tests.portable.nights import NIGHTS

SPARK: Final = Path(__file__).parents[2] / ".venv-spark/bin/python"


def main() -> int:
    """Compare all nights."""
    if not SPARK.is_file():
        print("There is no Spark in .venv-spark yet: run make portable, which puts it there.")
        return 1
    return 0 if all(is_alike(name) for name in NIGHTS) else 1


def is_alike(name: str) -> bool:
    """Whether Spark makes every table of one night as DuckDB does, told line by line."""
    print(f"{name}: recorded, and carried out on Spark …", flush=True)
    with tempfile.TemporaryDirectory() as place:
        folder = NIGHTS[name](Path(place))
        if not _carried_out(folder):
            return False
        n_tables = n_empty = 0
        for table in compared(folder):
            print(f"  {table.table:<32}{table.n_rows:>7,} rows  {table.difference or 'alike'}", flush=True)
            if table.difference:
                return False
            n_tables, n_empty = n_tables + 1, n_empty + (table.n_rows == 0)
        n_statements = len(json.loads((folder / "statements.json").read_text(encoding="utf-8")))
    print(f"{name}: {n_statements} statements, {n_tables} tables alike, {n_empty} of them without a row.")
    return True


def _carried_out(folder: Path) -> bool:
    """Whether Spark carried out every statement; what Java and Spark say besides is kept back."""
    command = [str(SPARK), str(Path(__file__).with_name("on_spark.py")), str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    print(done.stdout, end="")
    if done.returncode and not done.stdout:
        print("Spark did not start: it needs Java 17 or newer, and the package of .venv-spark.")
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
