"""Whole runs of the command line on a generated delivery, each in a process of its own."""

import csv
import os
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.reference.populations import REFERENCE_DATES, SETTINGS, Night
from tests.reference.shapes import Row
from tests.support.deliveries import describe, write_delivery, write_manifest
from tests.support.engine import configuration

NIGHT = Night(3, 60, REFERENCE_DATES[0])
TABLES = ("persons", "residences", "enrolments", "traces")
#: What says how a run went, and not what it found.
ACCOUNTS = ("run.json", "report.html", "quarantine.csv", "findings.csv", "watch.html")
#: What it counted of the delivery, whichever rows a case needs.
_COUNTED = "watch_series.parquet"
#: Fewer rows than a run refuses a whole source for.
_FEW = 15
_PROBE = Path(__file__).with_name("probe.py")
_TOP = Path(__file__).parents[2]


@dataclass(frozen=True)
class WholeRun:
    """A run that has ended."""

    folder: Path
    exit_code: int
    stdout: str
    stderr: str

    @property
    def published(self) -> Path:
        """The folder that readers see."""
        return self.folder / "output" / "latest"

    @property
    def addresses(self) -> list[str]:
        """What it tried to reach."""
        return (self.folder / "addresses").read_text(encoding="utf-8").splitlines()

    def files(self) -> dict[str, bytes]:
        """Every published list, by name."""
        return {
            str(path.relative_to(self.published)): path.read_bytes()
            for path in sorted(self.published.rglob("*"))
            if path.is_file() and path.name not in (*ACCOUNTS, _COUNTED)
        }


def tables() -> dict[str, list[Row]]:
    """The rows of the night. Most lists that a population dates after it are left out, for a run refuses a source that
    does so throughout."""
    rows = {table: getattr(NIGHT.delivery, table) for table in TABLES}
    ahead = [row for row in rows["enrolments"] if row["seen_on"] > NIGHT.today.isoformat()]
    left_out = {id(row) for row in ahead[_FEW:]}
    return rows | {"enrolments": [row for row in rows["enrolments"] if id(row) not in left_out]}


def delivered(folder: Path) -> Path:
    """The delivery of the night, with some rows that are no rows at all."""
    write_delivery(folder, tables(), NIGHT.today, SETTINGS.scope)
    with (folder / "residences.csv").open("a", encoding="utf-8") as file:
        file.write("0123456789abcdef0123456789abcdef,0\n" + "a," * 20 + "\n")
    sign(folder)
    return folder


def sign(folder: Path) -> None:
    """Describes the files as they are now in the manifest."""
    entries = {}
    for table in TABLES:
        path = folder / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            entries[table] = {"files": [describe(path, sum(1 for _ in csv.reader(file)) - 1)]}
    write_manifest(folder, entries, NIGHT.today, SETTINGS.scope)


def shuffled(folder: Path, seed: int) -> Path:
    """The same delivery with its rows in another order."""
    rng = random.Random(seed)
    for table in TABLES:
        path = folder / f"{table}.csv"
        header, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        rng.shuffle(lines)
        path.write_text(header + "".join(lines), encoding="utf-8")
    sign(folder)
    return folder


def rewritten(folder: Path, table: str, change: Callable[[Row], Row]) -> Path:
    """The same delivery with every row of one table changed; the rows that are none are left out."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [change(dict(row)) for row in csv.DictReader(file) if None not in row and None not in row.values()]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    sign(folder)
    return folder


def run(folder: Path, delivery: Path, threads: int = 1, **environment: str) -> WholeRun:
    """`brp-signals run` on the delivery, with a state and an output folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "brp-signals.toml").write_text(configuration(SETTINGS), encoding="utf-8")
    words = [
        *(sys.executable, str(_PROBE), str(folder / "addresses"), str(threads)),
        *("run", str(delivery), "--config", str(folder / "brp-signals.toml"), "--json"),
        *("--state", str(folder / "state"), "--output", str(folder / "output")),
    ]
    ended = subprocess.run(
        words, env=os.environ | environment, cwd=_TOP, capture_output=True, text=True, check=False, timeout=300
    )
    return WholeRun(folder, ended.returncode, ended.stdout, ended.stderr)
