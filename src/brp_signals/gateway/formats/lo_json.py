"""Reads messages of the register as JSON, one a line (profile `lo-json`): the bulk zip, or its lines alone.

    line    = {"berichtKenmerken": …, "berichtInhoud": {"berichtType": "Sv01", …, "plData": {"c01": [block], …}}}
    block   = {"e0110": text, …, "historie": [block, …]}         newest first

A line may also be the content alone, and messages may be pretty-printed: then each object is a message. The decoder is
given a hook that drops every key which is not asked for the moment its object is closed: a refused element never gets
a name in this program, and a refused category goes as a whole. A line that cannot be used costs its own person only.
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from brp_signals.base.errors import DeliveryRefused
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats import bulk_zip
from brp_signals.gateway.formats.byte_files import BOM, open_bytes, refuse_empty
from brp_signals.gateway.formats.lo_messages import (
    LIST_TYPES,
    NAMED,
    Block,
    is_well_formed,
    loss_of,
    note_unread,
    stacks_of,
    taken_text,
)
from brp_signals.gateway.formats.records import Person
from brp_signals.gateway.formats.register_person import person_of

_LONGEST_LINE: Final = 1 << 20
_CATEGORY = re.compile(r"c(0[1-9]|1[0-9]|2[01])", re.ASCII)
_ELEMENT = re.compile(r"e(\d\d)(\d\d)", re.ASCII)
_HISTORY: Final = "historie"
#: The elements that are read, by category and key.
_NAMES: Final = {category: {f"e{name[3:5]}{name[6:]}": name for name in names} for category, names in NAMED.items()}
_ENVELOPE: Final = ("berichtInhoud", "berichtType", "plData", _HISTORY)
#: The only keys whose values outlive their object: names of the envelope, categories and elements asked for.
_KEPT: Final = frozenset(
    (*_ENVELOPE, *(f"c{category}" for category in _NAMES), *(key for names in _NAMES.values() for key in names))
)
#: The first line of pretty-printed messages: it opens an object or an array and holds no more than a key.
_OPENS_PRETTY = re.compile(rb'\s*(?:\[|\[?\s*\{\s*(?:"\w+"\s*:\s*\{?)?)\s*$|\s*\[\s*\{')
_BRACES_AND_TEXTS = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}]')
#: Replaces a value that is no text; it lies outside every domain.
_NO_TEXT: Final = "?"


class LoJsonReader:
    """The persons of one file of messages; iterating twice reads the file twice."""

    kind: Final = "register"

    def __init__(self, path: Path) -> None:
        self._path = path
        self.file = path.name
        self.unread: tuple[str, ...] = ()
        self.lines_read = 0
        self.empty_lines = 0
        refuse_empty(path)
        self._is_zip = bulk_zip.is_zip(path)
        if self._is_zip:
            bulk_zip.check(path)

    def persons(self, findings: Findings) -> Iterator[Person]:
        """Every person of the file in its order, what is odd about them in `findings`.

        Raises DeliveryRefused when the file holds no message at all.
        """
        self.lines_read = self.empty_lines = 0
        unread: set[str] = set()
        any_message = False
        with self._open() as stream:
            for line in _messages(_lines(stream)):
                self.lines_read += 1
                if line is not None and not line.strip():
                    self.empty_lines += 1
                    continue
                try:
                    message = _read(line)
                except _Unusable as problem:
                    is_of_other_type = problem.kind == "record_of_other_type"
                    note = findings.add if is_of_other_type else findings.broken
                    note(problem.kind, self.file, self.lines_read)
                    if problem.loss:
                        findings.add(problem.loss, self.file, self.lines_read)
                    any_message = any_message or is_of_other_type
                    continue
                any_message = True
                unread |= message.unread
                for _ in range(message.unknown_keys):
                    findings.add("key_unknown", self.file, self.lines_read)
                yield person_of(stacks_of(self.file, self.lines_read, message.categories), findings)
        if not any_message:
            raise DeliveryRefused(
                f"{self.file} holds no message in JSON, one a line; check that it is the right file"
                f"{findings.reasons()}."
            )
        note_unread(unread, self.file, findings)

    def _open(self) -> AbstractContextManager["_Stream"]:
        return bulk_zip.open_messages(self._path) if self._is_zip else open_bytes(self._path)


class _Stream(Protocol):
    def readline(self, most: int, /) -> bytes: ...


class _Unusable(Exception):
    """A line that is set aside; `kind` is the finding, `loss` the one that says what is lost with it."""

    def __init__(self, kind: str, loss: str = "") -> None:
        super().__init__(kind)
        self.kind, self.loss = kind, loss


class _Object(NamedTuple):
    """A JSON object after the hook: what was asked for, and the names of the rest."""

    kept: dict[str, Any]
    left: tuple[str, ...]


@dataclass(slots=True)
class _Message:
    """The named elements of one message, and an account of the rest."""

    categories: dict[str, list[list[Block]]] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    unknown_keys: int = 0


def _lines(stream: _Stream) -> Iterator[bytes | None]:
    """Yield the lines of the file; None for a line that is too long, the rest of which is skipped."""
    is_first = True
    while line := stream.readline(_LONGEST_LINE + 1):
        if is_first:
            line = line.removeprefix(BOM)
            is_first = False
        if len(line) > _LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = stream.readline(_LONGEST_LINE)
            yield None
        else:
            yield line


def _messages(lines: Iterator[bytes | None]) -> Iterator[bytes | None]:
    """The messages: a line each, or, when the file opens as pretty-printed JSON does, one object each."""
    for line in lines:
        if line is None or not _OPENS_PRETTY.match(line):
            yield line
            if line is None or line.strip():
                yield from lines
            continue
        yield from _objects(chain((line,), lines))


def _objects(lines: Iterable[bytes | None]) -> Iterator[bytes | None]:
    """Each outermost object of these lines, in an array or one after the other; None for one that is too long.

    A text in JSON never holds a raw line end, so that every line can be cut by itself.
    """
    parts: list[bytes] = []
    depth = size = 0
    for line in lines:
        if line is None:
            depth, size = depth or 1, _LONGEST_LINE + 1
            continue
        if depth and line.startswith(b"{"):  # an object that does not end costs itself only
            yield b"".join(parts) if size <= _LONGEST_LINE else None
            parts, depth, size = [], 0, 0
        start = 0
        for found in _BRACES_AND_TEXTS.finditer(line):
            if found[0] == b"{":
                start = start if depth else found.start()
                depth += 1
            elif found[0] == b"}" and depth:
                depth -= 1
                if not depth:
                    parts.append(line[start : found.end()])
                    yield b"".join(parts) if size <= _LONGEST_LINE else None
                    parts, size, start = [], 0, found.end()
        if depth:
            size += len(line)
            if size <= _LONGEST_LINE:
                parts.append(line[start:])
    if depth:
        yield b"".join(parts) if size <= _LONGEST_LINE else None


def _read(line: bytes | None) -> _Message:
    """The named elements of the message on this line. Raises _Unusable, with nothing of the line in it."""
    if line is None:
        raise _Unusable("record_too_long")
    try:
        message = json.loads(
            line.decode("utf-8"), object_pairs_hook=_asked_for, parse_int=str, parse_float=str, parse_constant=str
        )
    except (ValueError, RecursionError):
        raise _Unusable("record_broken") from None
    return _message_from(_content(message))


def _asked_for(pairs: list[tuple[str, Any]]) -> _Object:
    """The hook of the decoder: called for each object when it closes, innermost first."""
    kept = {key: value for key, value in pairs if key in _KEPT}
    left = tuple(key for key, _ in pairs if key not in _KEPT)
    if len(kept) + len(set(left)) != len(pairs):
        raise _Unusable("record_key_twice")
    return _Object(kept, left)


def _content(message: Any) -> _Object:
    """The list of the person in a message of a kind that has one."""
    message = _object(message)
    content = _object(message.kept.get("berichtInhoud", message))
    kind = content.kept.get("berichtType")
    if not isinstance(kind, str):
        raise _Unusable("record_broken")
    if kind not in LIST_TYPES:
        raise _Unusable("record_of_other_type", loss_of(kind))
    return _object(content.kept.get("plData"))


def _message_from(person_list: _Object) -> _Message:
    taken = _Message()
    for key in person_list.left:
        if found := _CATEGORY.fullmatch(key):
            taken.unread.add(f"{found[1]}.00.00")
        else:
            taken.unknown_keys += 1
    for key, entries in person_list.kept.items():
        category = key[1:]
        if category not in _NAMES:
            taken.unknown_keys += 1
            continue
        taken.categories[category] = [_stack(category, _object(entry), taken) for entry in _list(entries)]
    if not is_well_formed(taken.categories):
        raise _Unusable("record_broken")
    return taken


def _stack(category: str, entry: _Object, taken: _Message) -> list[Block]:
    """The blocks of an entry: itself and its history, which has no history of its own."""
    history = [_object(block) for block in _list(entry.kept.pop(_HISTORY, []))]
    if any(_HISTORY in block.kept for block in history):
        raise _Unusable("record_broken")
    return [_block(category, block, taken) for block in (entry, *history)]


def _block(category: str, block: _Object, taken: _Message) -> Block:
    """The elements that are asked for in this category; what else there is goes into the account of `taken`."""
    names = _NAMES[category]
    elements: Block = {}
    for key, value in block.kept.items():
        if (name := names.get(key)) is not None:
            elements[name] = taken_text(
                name, value if isinstance(value, str) else _NO_TEXT if value is not None else ""
            )
        else:
            _account(category, key, taken)
    for key in block.left:
        _account(category, key, taken)
    return elements


def _account(category: str, key: str, taken: _Message) -> None:
    if found := _ELEMENT.fullmatch(key):
        taken.unread.add(f"{category}.{found[1]}.{found[2]}")
    else:
        taken.unknown_keys += 1


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else _NO_TEXT


def _object(value: Any) -> _Object:
    if not isinstance(value, _Object):
        raise _Unusable("record_broken")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _Unusable("record_broken")
    return value
