"""Say how a file would be read, for `brp-signals profile check`: names of columns, counts, and no values."""

import codecs
import csv
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from brp_signals.base.dates import today
from brp_signals.base.errors import DeliveryRefused, SignalsError, UsageProblem
from brp_signals.base.private_files import open_ordinary
from brp_signals.delivery.forbidden import forbidden_meaning, is_forbidden
from brp_signals.gateway.conversion import enrolments, refuse_unreadable
from brp_signals.gateway.findings import SET_ASIDE, Findings
from brp_signals.gateway.formats.open_source import REGISTER_PROFILES, ListReader, Reader, open_list, open_source
from brp_signals.gateway.formats.workbook_files import first_rows
from brp_signals.gateway.profiles.profile import NUMBER_MEANING, FileSection, Profile, built_in_profiles, load_profile

_LOOKED_AT: Final = 1 << 20
_HIGHEST_HEADER: Final = 10
_SEPARATORS: Final = ";,\t|"
#: What the beginning of a file says about it, for each type of file.
_FOUND: Final = {"csv": {"encoding", "separator", "header_row"}, "xlsx": {"header_row"}, "edexml": set[str]()}
#: A row that holds a number or a date is no header; its cells are values that may not be shown.
_VALUE = re.compile(r"[0-9]{5}|[0-9][-/.][0-9]{1,2}[-/.][0-9]")


@dataclass(frozen=True, slots=True)
class FileCheck:
    """How one file is written and would be read; holds names of columns and counts, no value of a person."""

    file: str
    layout: dict[str, Any]
    """Type, and as far as they mean something: encoding, separator, header row."""
    profile: str = ""
    kind: str = ""
    fitting: tuple[str, ...] = ()
    """Built-in profiles whose columns this file has."""
    read_as: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()
    refusal: str = ""
    """Why a delivery would refuse this file, though it can be read; else empty."""
    lines: int = 0
    empty: int = 0
    usable: int = 0
    dates: dict[str, int] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)
    to_write: tuple[str, ...] = ()
    """The lines of a profile that must be written before this file can be read, when a built-in one nearly does."""
    header: tuple[str, ...] = ()
    """The columns of a file that no profile fits; none when that row holds values."""

    def sentences(self) -> Iterator[str]:
        """The result in lines for people."""
        yield f"{self.file}: " + ", ".join(_layout_words(name, value) for name, value in self.layout.items())
        if self.fitting:
            yield f"recognised: {', '.join(self.fitting)}"
        elif not self.profile:
            yield from self._about_header()
        if self.profile:
            yield f"read by {self.profile} as {self.kind}"
        if self.read_as:
            yield "columns read: " + ", ".join(f"{name} ({meaning})" for name, meaning in self.read_as)
        refused = [name for name in self.unread if is_forbidden(name)]
        if left := [name for name in self.unread if name not in refused]:
            yield f"columns not read: {', '.join(left)}"
        if refused:
            yield f"columns not read because they are forbidden: {', '.join(refused)}"
        if self.to_write:
            yield "it can be read by a profile of your own with these lines (fill in the dots, if there are any):"
            yield from (f"    {line}".rstrip() for line in self.to_write)
        elif self.profile:
            yield self._about_rows()
            yield from self.findings.sentences()
        if self.dates:
            yield "dates: " + ", ".join(f"{count} × {pattern}" for pattern, count in self.dates.items())

    def _about_rows(self) -> str:
        unit, usable = ("lines", "persons usable") if self.kind == "register" else ("rows", "usable")
        return f"{unit}: {self.lines}, of which {self.empty} empty, {self.set_aside} set aside, {self.usable} {usable}"

    def _about_header(self) -> Iterator[str]:
        if not self.header:
            yield "its header is not shown: the row is missing or holds numbers or dates, as rows with values do"
            return
        forbidden = [name for name in self.header if forbidden_meaning(name) not in (None, NUMBER_MEANING)]
        yield "no built-in profile has these columns; a profile of your own may name: " + ", ".join(
            name for name in self.header if name not in forbidden
        )
        if forbidden:
            yield f"columns that no profile may name: {', '.join(forbidden)}"

    @property
    def set_aside(self) -> int:
        """How many rows would not come into a delivery."""
        return sum(count for kind, count in self.findings.counts().items() if kind in SET_ASIDE)

    def as_dict(self) -> dict[str, Any]:
        """The result for machines (`--json`)."""
        return {
            "file": self.file,
            "layout": self.layout,
            "profile": self.profile,
            "kind": self.kind,
            "fitting": list(self.fitting),
            "columns_read": [{"column": name, "as": meaning} for name, meaning in self.read_as],
            "columns_not_read": [name for name in self.unread if not is_forbidden(name)],
            "columns_forbidden": [name for name in self.unread if is_forbidden(name)],
            "rows": {"read": self.lines, "empty": self.empty, "set_aside": self.set_aside, "usable": self.usable},
            "findings": self.findings.counts(),
            "schools_lost": [school._asdict() for school in self.findings.readability.lost_schools()],
            "refusal": self.refusal,
            "dates": self.dates,
            "profile_to_write": list(self.to_write),
            "header": list(self.header),
        }


def check_file(path: Path, profile: str | None = None) -> FileCheck:
    """Check how the file at `path` would be read: under `profile`, else under the built-in profile that fits it.

    Raises UsageProblem for a file or profile that cannot be opened, DeliveryRefused for a file that cannot be read
    at all or not by the given profile.
    """
    if profile is not None:
        return _read(profile, open_source(profile, path), _layout_of(profile))
    try:
        listed = _as_list(path)
    except DeliveryRefused:
        if register := _as_register(path):
            return register
        raise
    return listed if listed.fitting else _as_register(path) or listed


def _as_list(path: Path) -> FileCheck:
    """The file as a list, whether or not a profile fits it."""
    found = _look(path)
    layout = _layout(found.file)
    fits = sorted(_fitting(path, found.file), key=lambda fit: (len(fit.reader.unread), fit.name))
    if not fits:
        return FileCheck(path.name, layout, header=found.header)
    best, names = fits[0], tuple(fit.name for fit in fits)
    if best.adapted == load_profile(best.name) and not best.adapted.open_fields():
        return _read(best.name, best.reader, layout, names)
    return _to_be_written(best, names)


def _as_register(path: Path) -> FileCheck | None:
    """The file as a register, by the first reader that finds a person in it."""
    for name in REGISTER_PROFILES:
        try:
            checked = _read(name, open_source(name, path), {"type": "register"}, (name,))
        except SignalsError:
            continue
        if checked.usable:
            return checked
    return None


def _records(reader: Reader, findings: Findings) -> Iterator[object]:
    """What a delivery of today would be made from."""
    if reader.kind == "register":
        return reader.persons(findings)
    if reader.kind == "enrolments":
        return enrolments(reader, today(), findings)
    return reader.rows(findings)


def _read(profile: str, reader: Reader, layout: dict[str, Any], fitting: tuple[str, ...] = ()) -> FileCheck:
    findings = Findings()
    usable = sum(1 for _ in _records(reader, findings))
    refusal = ""
    try:
        refuse_unreadable(reader, findings)
    except DeliveryRefused as problem:
        refusal = str(problem)
    dates = {} if reader.kind == "register" else reader.dates.counts
    return FileCheck(
        file=reader.file,
        layout=layout,
        profile=profile,
        kind=reader.kind,
        fitting=fitting,
        read_as=() if reader.kind == "register" else tuple(reader.read_as),
        unread=reader.unread,
        lines=reader.lines_read,
        empty=reader.empty_lines,
        usable=usable,
        refusal=refusal or ("" if usable else f"{reader.file} holds nothing that can be used{findings.reasons()}."),
        dates=dict(sorted(dates.items())),
        findings=findings,
    )


class _Fit(NamedTuple):
    """The built-in profile that names the columns of this file, with the encoding, separator and header of the file."""

    name: str
    adapted: Profile
    reader: ListReader


def _fitting(path: Path, file: FileSection) -> Iterator[_Fit]:
    """The built-in profiles whose columns the file has, each changed to how the file is written."""
    for name in built_in_profiles():
        profile = load_profile(name)
        if profile.file.type != file.type:
            continue
        own = profile.file.model_copy(update=file.model_dump(include=_FOUND[file.type]))
        adapted = profile.model_copy(update={"file": own})
        try:
            yield _Fit(name, adapted, open_list(adapted, path))
        except DeliveryRefused:
            if file.type == "edexml":
                raise


def _to_be_written(fit: _Fit, fitting: tuple[str, ...]) -> FileCheck:
    name, adapted, reader = fit
    own = load_profile(name).file.model_dump()
    changed = {key: value for key, value in adapted.file.model_dump().items() if value != own[key]}
    lines = [f'base = "{name}"']
    if changed:
        lines += ["", "[file]", *(f"{key} = {_toml(value)}" for key, value in changed.items())]
    if adapted.open_fields():
        lines += ["", "[constants]", *(f'{key} = "…"' for key in adapted.open_fields())]
    return FileCheck(
        file=reader.file,
        layout=_layout(adapted.file),
        fitting=fitting,
        read_as=tuple(reader.read_as),
        unread=reader.unread,
        to_write=tuple(lines),
    )


class _Found(NamedTuple):
    """How a file seems to be written, and its header as far as it may be shown."""

    file: FileSection
    header: tuple[str, ...]


def _look(path: Path) -> _Found:
    """Look at the beginning of the file."""
    try:
        with open_ordinary(path) as stream:
            start = stream.read(_LOOKED_AT)
    except FileNotFoundError:
        raise UsageProblem(f"The file {path} does not exist; check the path.") from None
    except OSError as problem:
        raise UsageProblem(f"The file {path} cannot be opened ({problem.strerror}); check path and rights.") from None
    if not start:
        raise DeliveryRefused(f"{path.name} is empty; export the file again.")
    if zipfile.is_zipfile(path):
        rows = first_rows(path, _HIGHEST_HEADER)
        row = _header_row(rows)
        return _Found(FileSection(type="xlsx", header_row=row), _header_unless_values(rows, row))
    encoding = _encoding(start)
    if b"\0" in start and encoding != "utf-16":
        raise DeliveryRefused(f"{path.name} is no text, workbook or XML, or is damaged; export the file again.")
    text = start.decode(encoding, errors="replace").removeprefix("\ufeff")
    if text.lstrip().startswith("<"):
        return _Found(FileSection(type="edexml"), ())
    lines = text.splitlines()[:_HIGHEST_HEADER]
    separator = max(_SEPARATORS, key=lambda mark: sum(line.count(mark) for line in lines))
    rows = _cells(lines, separator)
    row = _header_row(rows)
    file = FileSection(type="csv", encoding=encoding, separator=separator, header_row=row)
    return _Found(file, _header_unless_values(rows, row))


def _encoding(start: bytes) -> Any:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def _cells(lines: list[str], separator: str) -> list[list[str]]:
    try:
        return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=separator)]
    except csv.Error:
        return []


def _header_row(rows: list[list[str]]) -> int:
    """Return the first row with more than one filled cell: rows above it are titles."""
    filled = (number for number, row in enumerate(rows, start=1) if sum(map(bool, row)) > 1)
    return next(filled, 1)


def _layout_of(profile: str) -> dict[str, Any]:
    return {"type": "register"} if profile in REGISTER_PROFILES else _layout(load_profile(profile).file)


def _layout(file: FileSection) -> dict[str, Any]:
    return file.model_dump(include={"type", *_FOUND[file.type]})


def _header_unless_values(rows: list[list[str]], row: int) -> tuple[str, ...]:
    header = rows[row - 1] if row <= len(rows) else []
    return () if any(map(_VALUE.search, header)) else tuple(filter(None, header))


def _layout_words(name: str, value: Any) -> str:
    return f"{name.replace('_', ' ')} {value!r}" if name == "separator" else f"{name.replace('_', ' ')} {value}"


def _toml(value: Any) -> str:
    return str(value) if isinstance(value, int) else '"' + str(value).replace("\t", "\\t") + '"'
