"""Figures that were measured, kept in a file, so that a long benchmark can be done in pieces."""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from benchmarks.generate import Country

#: The delivery on which starting up is measured.
EMPTY = Country(Fraction(0))


class ListsDiffer(Exception):
    """Two runs that must give the same lists did not; the message names the files."""


@dataclass(frozen=True)
class Round:
    """One measurement: CPU and clock in seconds, memory in bytes, `reference` the mean of REF before and after it.

    `byte_pass` and `steps` are CPU seconds as the program itself counted them.
    """

    cpu: float
    wall: float
    memory: int
    reference: float = 0.0
    byte_pass: float = 0.0
    steps: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """The rounds of one program (`what`) on one delivery, and on what machine and day.

    `program` is the fingerprint of the code that was measured. `size` is in bytes; `more` holds figures of the answer.
    """

    what: str
    country: Country
    variant: str
    rows: int
    size: int
    rounds: tuple[Round, ...]
    program: str
    machine: str
    measured_on: str
    more: dict[str, int] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, Country, str]:
        """A newer record takes the place of one with the same key."""
        return self.what, self.country, self.variant

    def median(self, name: str) -> float:
        """The median of one figure of the rounds."""
        return float(statistics.median(getattr(each, name) for each in self.rounds))

    @property
    def memory(self) -> int:
        """The most of any round."""
        return max(each.memory for each in self.rounds)

    def ratio(self, start_up: float, *, with_bytes: bool = False) -> float:
        """What it costs as a multiple of REF, without start-up and byte pass (but `with_bytes`)."""
        return statistics.median(
            (each.cpu - start_up - (0 if with_bytes else each.byte_pass)) / each.reference for each in self.rounds
        )

    def steps(self) -> dict[str, float]:
        """The median of every step."""
        names = dict.fromkeys(name for each in self.rounds for name in each.steps)
        return {name: statistics.median(each.steps.get(name, 0.0) for each in self.rounds) for name in names}


class Results:
    """All records of a folder of deliveries, the lists that runs gave, the comparisons that held, the pieces `done`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        known: dict[str, Any] = json.loads(path.read_bytes()) if path.is_file() else {}
        records = (_record(entry) for entry in known.get("records", []))
        self._records = {record.key: record for record in records}
        self.lists: dict[str, Any] = known.get("lists", {})
        self.comparisons: dict[str, str] = known.get("comparisons", {})
        self.done: dict[str, str] = known.get("done", {})

    @property
    def records(self) -> list[Record]:
        """All records, small countries first."""
        return sorted(self._records.values(), key=lambda record: (record.country.scale, record.what, record.variant))

    def find(self, what: str, country: Country, variant: str = "csv") -> Record | None:
        """The record of this measurement, if there is one."""
        return self._records.get((what, country, variant))

    def start_up(self, what: str) -> float:
        """CPU seconds of `what` on the empty municipality; 0 when that was not measured."""
        record = self.find(what, EMPTY)
        return record.median("cpu") if record else 0.0

    def add(self, record: Record) -> None:
        """Keep a record."""
        self._records[record.key] = record
        self._save()

    def compare_lists(self, country: Country, variant: str, program: str, files: dict[str, str]) -> None:
        """Hold the published files (hash by name) against those of the same program on another variant.

        Raises ListsDiffer when one differs.
        """
        known = self.lists.get(country.delivery_id)
        if known is None or known["program"] != program:
            known = {"program": program, "files": files, "variants": []}
            self.lists[country.delivery_id] = known
        differing = sorted(
            name for name in files.keys() | known["files"].keys() if files.get(name) != known["files"].get(name)
        )
        if differing:
            raise ListsDiffer(
                f"{variant} gives other lists than {', '.join(known['variants'])}: {len(differing)} of "
                f"{len(known['files'])} files differ: {', '.join(differing[:5])}"
            )
        known["variants"] = sorted({*known["variants"], variant})
        self._save()

    def keep_comparison(self, name: str, outcome: str) -> None:
        """Keep in words that two answers were the same."""
        self.comparisons[name] = outcome
        self._save()

    def note_done(self, piece: str, state: str) -> None:
        """Note that a piece came to its end, on which program and how often."""
        self.done[piece] = state
        self._save()

    def _save(self) -> None:
        content = {
            "records": [asdict(record) for record in self.records],
            "lists": self.lists,
            "comparisons": self.comparisons,
            "done": self.done,
        }
        waiting = self._path.with_suffix(".new")
        waiting.write_text(json.dumps(content, indent=1, default=str) + "\n", encoding="utf-8")
        waiting.replace(self._path)


def _record(entry: dict[str, Any]) -> Record:
    country = Country(**entry["country"])
    return Record(
        **{
            **entry,
            "country": replace(country, scale=Fraction(country.scale)),
            "rounds": tuple(Round(**each) for each in entry["rounds"]),
        }
    )
