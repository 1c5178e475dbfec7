"""Make a reader from the name of a profile and a file: the one place that knows all kinds of source.

A reader of a register has `persons`, a reader of a list has `rows`; both take the findings to count in. All say
what they are (`kind`), which file they read, how its lines divide and which columns they left unread.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal, Protocol

from brp_signals.base.errors import UsageProblem
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats import profiled_list
from brp_signals.gateway.formats.cells import DateReader
from brp_signals.gateway.formats.edexml import EdexmlReader
from brp_signals.gateway.formats.gbav import RubricReader
from brp_signals.gateway.formats.haal_centraal import HaalCentraalReader
from brp_signals.gateway.formats.lg01 import Lg01Reader
from brp_signals.gateway.formats.lo_json import LoJsonReader
from brp_signals.gateway.formats.records import Enrolment, NumberLink, Person, Trace
from brp_signals.gateway.profiles.profile import Profile, built_in_profiles, load_profile


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


class _ListReader(_Reader, Protocol):
    """What the readers of lists have in common."""

    read_as: list[tuple[str, str]]
    """Every column or element that is read, with what it is read for."""
    dates: DateReader
    """Counts the patterns of the dates that were read."""
    legal_basis: str
    """Of traces: why they may be used, in the words of the profile; else empty."""


class EnrolmentReader(_ListReader, Protocol):
    """Reads a school list."""

    @property
    def kind(self) -> Literal["enrolments"]: ...
    def rows(self, findings: Findings) -> Iterator[Enrolment]: ...


class TraceListReader(_ListReader, Protocol):
    """Reads a list of traces."""

    @property
    def kind(self) -> Literal["traces"]: ...
    def rows(self, findings: Findings) -> Iterator[Trace]: ...


class LinkReader(_ListReader, Protocol):
    """Reads a table that links education numbers to BSNs."""

    @property
    def kind(self) -> Literal["links"]: ...
    def rows(self, findings: Findings) -> Iterator[NumberLink]: ...


ListReader = EnrolmentReader | TraceListReader | LinkReader
Reader = RegisterReader | ListReader
Kind = Literal["register", "enrolments", "traces", "links"]

#: Readers of the register. All lists are read by a profile, built in or of the municipality itself.
_REGISTERS: Final[dict[str, Callable[[Path], RegisterReader]]] = {
    "gbav": RubricReader,
    "haal-centraal": HaalCentraalReader,
    "lg01": Lg01Reader,
    "lo-json": LoJsonReader,
}
_LISTS: Final[dict[str, Callable[[Profile, Path], ListReader]]] = {
    "enrolments": profiled_list.EnrolmentReader,
    "traces": profiled_list.TraceReader,
    "links": profiled_list.LinkReader,
}

REGISTER_PROFILES: Final = tuple(_REGISTERS)


def known_profiles() -> tuple[str, ...]:
    """The names of all built-in profiles, registers first."""
    return (*_REGISTERS, *built_in_profiles())


def profile_lines() -> Iterator[str]:
    """One line a built-in profile for people: name, kind, type of file, supplier, and what it leaves open."""
    for name in _REGISTERS:
        yield f"{name:14}  {'register':10}"
    for name in built_in_profiles():
        profile = load_profile(name)
        missing = profile.open_fields()
        needs = f"; needs {', '.join(missing)}" if missing else ""
        yield f"{name:14}  {profile.kind:10}  {profile.file.type:6}  {profile.supplier}{needs}"


def source_kind(profile: str) -> Kind:
    """What a built-in profile, or the TOML file of one, yields. Raises UsageProblem when there is no such profile."""
    return "register" if profile in _REGISTERS else _load(profile).kind


def open_source(profile: str, path: Path) -> Reader:
    """The reader of the file at `path` under a built-in profile or the TOML file of one.

    Raises UsageProblem for an unknown profile or a file that cannot be opened, DeliveryRefused for a file that
    the profile does not describe.
    """
    if profile in _REGISTERS:
        return _REGISTERS[profile](path)
    loaded = _load(profile)
    if missing := loaded.open_fields():
        raise UsageProblem(
            f"The profile {loaded.name} does not say {' and '.join(missing)}; write a profile with"
            f' base = "{loaded.name}" that gives them under [constants] (docs/gateway.md).'
        )
    return open_list(loaded, path)


def open_list(profile: Profile, path: Path) -> ListReader:
    """The reader of the list at `path`, also under a profile that leaves something open. Raises as open_source."""
    if profile.file.type == "edexml":
        return EdexmlReader(profile, path)
    return _LISTS[profile.kind](profile, path)


def _load(profile: str) -> Profile:
    if not profile.endswith(".toml") and profile not in built_in_profiles():
        raise UsageProblem(
            f"There is no profile {profile!r}; the known ones are {', '.join(known_profiles())},"
            " and the TOML file of a profile."
        )
    return load_profile(profile)
