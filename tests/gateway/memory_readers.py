"""Readers that yield records made in a test, for what stands behind the formats."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from brp_signals.gateway import conversion
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats.records import Enrolment, ListedNumber, NumberLink, Numbers, Person, Residence
from brp_signals.gateway.pseudonyms import Space


@dataclass
class MemoryReader:
    """A source of any kind whose records lie in memory."""

    kind: str
    records: Sequence[Any]
    file: str = "memory"
    unread: tuple[str, ...] = ()
    empty_lines: int = 0

    @property
    def lines_read(self) -> int:
        """As many lines as records."""
        return len(self.records)

    def persons(self, findings: Findings) -> Iterator[Any]:
        """The records."""
        yield from self.records

    rows = persons


def serve(monkeypatch: pytest.MonkeyPatch, **readers: Any) -> list[tuple[str, Path]]:
    """Sources that open as these readers (`gbav`, `school_csv`, `trace_csv`, `links`), for pseudonymise."""
    by_path = {Path(name): reader for name, reader in readers.items()}
    monkeypatch.setattr(conversion, "open_source", lambda _, path: by_path[path])
    profiles = {"links": "trace-csv"}
    return [(profiles.get(name, name.replace("_", "-")), Path(name)) for name in readers]


def person(line: int, numbers: Numbers, **changes: Any) -> Person:
    """A person with one residence."""
    values: dict[str, Any] = {
        "earlier": (),
        "birth_date": "20120505",
        "suspension_reason": "",
        "suspension_date": "",
        "municipality_code": "0363",
        "is_confidential": False,
        "parents": (Numbers(), Numbers()),
        "children": (),
        "residences": (residence(line),),
    }
    return Person("memory", line, numbers, **{**values, **changes})


def residence(line: int, seq: int = 0, departure_date: str = "") -> Residence:
    """A block of category 08."""
    place = ("0363", "W", "0363010000000001", "20120505")
    return Residence(line, seq, *place, departure_date, "", "A", "20120505", "20120506", "0", "0", "")


def enrolment(line: int, number: str, space: Space = Space.BSN) -> Enrolment:
    """A row of a school list."""
    return Enrolment(line, ListedNumber(space, number), "12AB00", "PO", "2018-08-01", "", "school", "2026-05-06")


def link(line: int, bsn: str, education_number: str) -> NumberLink:
    """A row of a link table."""
    return NumberLink(line, bsn, education_number)
