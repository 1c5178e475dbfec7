"""From the name of a profile and a file to a reader: the one place that knows all kinds of source.

A reader of a register has `persons`, a reader of a list has `rows`; both take the findings to count in. All say
what they are (`kind`), which file they read, how its lines divide and which columns they left unread.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal, Protocol

from brp_signals.errors import UsageProblem
from brp_signals.gateway.canonical import Enrolment, NumberLink, Person, Trace
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.gbav import RubricReader
from brp_signals.gateway.haal_centraal import HaalCentraalReader
from brp_signals.gateway.lg01 import Lg01Reader
from brp_signals.gateway.lists import SchoolReader, TraceReader
from brp_signals.gateway.lo_json import LoJsonReader


class _Reader(Protocol):
    """What all readers have in common."""

    file: str
    """Name of the file, without its folder."""
    unread: tuple[str, ...]
    """Names of columns or elements that were met and not read."""
    lines_read: int
    empty_lines: int


class RegisterReader(_Reader, Protocol):
    """Reads persons of the register; reading twice is allowed."""

    @property
    def kind(self) -> Literal["register"]: ...
    def persons(self, findings: Findings) -> Iterator[Person]: ...


class EnrolmentReader(_Reader, Protocol):
    """Reads a school list."""

    @property
    def kind(self) -> Literal["enrolments"]: ...
    def rows(self, findings: Findings) -> Iterator[Enrolment]: ...


class TraceListReader(_Reader, Protocol):
    """Reads a list of traces."""

    @property
    def kind(self) -> Literal["traces"]: ...
    def rows(self, findings: Findings) -> Iterator[Trace]: ...


class LinkReader(_Reader, Protocol):
    """Reads a table that links education numbers to BSNs."""

    @property
    def kind(self) -> Literal["links"]: ...
    def rows(self, findings: Findings) -> Iterator[NumberLink]: ...


Reader = RegisterReader | EnrolmentReader | TraceListReader | LinkReader

Kind = Literal["register", "enrolments", "traces", "links"]
_READERS: Final[dict[str, tuple[Kind, Callable[[Path], Reader]]]] = {
    "gbav": ("register", RubricReader),
    "haal-centraal": ("register", HaalCentraalReader),
    "lg01": ("register", Lg01Reader),
    "lo-json": ("register", LoJsonReader),
    "school-csv": ("enrolments", SchoolReader),
    "trace-csv": ("traces", TraceReader),
}


def source_kind(profile: str) -> Kind:
    """What a profile yields. Raises UsageProblem for an unknown one."""
    if profile not in _READERS:
        raise UsageProblem(f"There is no profile {profile!r}; the known ones are {', '.join(_READERS)}.")
    return _READERS[profile][0]


def open_source(profile: str, path: Path) -> Reader:
    """The reader of the file at `path` under a built-in profile or the TOML file of one.

    Raises UsageProblem for an unknown profile or a file that cannot be opened, DeliveryRefused for a file that
    the profile does not describe.
    """
    source_kind(profile)
    return _READERS[profile][1](path)
