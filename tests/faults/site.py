"""One state and output folder, what is run on it, and whether it is whole."""

import hashlib
import json
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence as Several
from contextlib import closing
from pathlib import Path
from typing import Final

from brp_signals.state.ledger import FILE
from tests.faults.processes import Harm, Outcome, Running
from tests.faults.sequence import Sequence

_PERSON: Final = re.compile(r"[0-9a-f]{32}")
#: Of a run, not of what it found: times, and the random part of its name.
_OF_THE_RUN: Final = ("run.json", "report.html")


class Site:
    """A state folder and an output folder through which a sequence goes."""

    def __init__(self, folder: Path, sequence: Sequence, is_judged: bool = True) -> None:
        self.folder, self.sequence, self.is_judged = folder, sequence, is_judged
        self.state, self.output = folder / "state", folder / "output"
        folder.mkdir(parents=True, exist_ok=True)

    def copy(self, folder: Path) -> "Site":
        """The same folders at another place."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Site(folder, self.sequence, self.is_judged)

    def start(self, night: int, harm: Harm | None = None, options: Several[str | Path] = ()) -> Running:
        """Start `brp-signals run` on the delivery of a night; `options` come last and win."""
        places = ("--state", self.state, "--output", self.output, "--config", self.sequence.config)
        return Running(("run", self.sequence.deliveries[night], *places, *options), harm, self.is_judged)

    def run(self, night: int, harm: Harm | None = None, options: Several[str | Path] = ()) -> Outcome:
        """Run a night and wait for its end."""
        return self.start(night, harm, options).end()

    def decide(self, night: int) -> None:
        """What people decide before this night."""
        self.sequence.decide(self.state, night)

    def lists(self, name: str = "latest") -> dict[str, bytes]:
        """Every list that a link shows, the sealed ones included."""
        shown = self.output / name
        return {
            str(path.relative_to(shown)): path.read_bytes()
            for path in sorted(shown.rglob("*"))
            if path.is_file() and path.name not in _OF_THE_RUN
        }

    def torn(self) -> list[str]:
        """What is wrong with the outputs on show: a link to nothing, a file that is away or has another hash."""
        wrong: list[str] = []
        if not self.output.is_dir():
            return wrong
        for link in sorted(path for path in self.output.iterdir() if path.is_symlink() and path.name[0] != "."):
            if not (link / "run.json").is_file():
                wrong.append(f"{link.name} shows no run")
                continue
            hashes = json.loads((link / "run.json").read_bytes())["hashes"]["outputs"]
            for name, sha256 in hashes.items():
                file = link / name
                if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
                    wrong.append(f"{link.name}/{name} is not what its run wrote")
        return wrong

    def dump(self) -> str:
        """All rows of all tables of the ledger, sorted, as text; without `runs.run_id`, which holds the time of day and
        a random part, and `run_durations.seconds`. Nothing else is left out.
        """
        left_out, lines = {("runs", "run_id"), ("run_durations", "seconds")}, []
        for table, columns in self._tables().items():
            shown = [name for name in columns if (table, name) not in left_out]
            rows = self._query(f"SELECT {', '.join(shown)} FROM {table}")
            lines += [f"{table}: {json.dumps(row)}" for row in sorted(rows, key=repr)]
        return "\n".join(lines) + "\n"

    def decisions(self) -> list[tuple[object, ...]]:
        """Every decision, in the order in which it was taken."""
        if not self._is_made():
            return []
        return self._query("SELECT * FROM decisions ORDER BY decision_no")

    def last_run_id(self) -> str:
        """The run that the ledger names last; empty when there is none."""
        rows = self._query("SELECT run_id FROM runs ORDER BY run_no DESC LIMIT 1") if self._is_made() else []
        return str(rows[0][0]) if rows else ""

    def leftovers(self) -> list[str]:
        """Names in state and output, the changing part of a run's name left out."""
        names = [str(path.relative_to(self.folder)) for path in (*self.state.iterdir(), *self.output.rglob("*"))]
        return sorted(re.sub(r"\d{8}T\d{6}-[0-9a-f]{6}", "RUN", name) for name in names)

    def _is_made(self) -> bool:
        """Whether there are tables; a first run killed early has not come to it."""
        return (self.state / FILE).is_file() and "decisions" in self._tables()

    def _tables(self) -> dict[str, list[str]]:
        names = self._query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return {
            str(name): [str(column[1]) for column in self._query(f"PRAGMA table_info({name})")] for (name,) in names
        }

    def _query(self, statement: str) -> list[tuple[object, ...]]:
        """Ask a copy of the ledger: opening it would already mend what a killed run left."""
        with tempfile.TemporaryDirectory() as name:
            for file in self.state.glob(f"{FILE}*"):
                if not file.name.endswith("-shm"):
                    shutil.copy(file, name)
            with closing(sqlite3.connect(Path(name) / FILE)) as connection:
                return connection.execute(statement).fetchall()


def is_one_plain_sentence(outcome: Outcome) -> bool:
    """Whether a run that failed said one line for people, without a traceback and without a person."""
    lines = outcome.said.strip().splitlines()
    return len(lines) == 1 and lines[0].endswith(".") and not _PERSON.search(outcome.said)
