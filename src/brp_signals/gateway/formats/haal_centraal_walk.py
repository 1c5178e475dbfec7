"""Follows a file of answers of Haal Centraal event by event, so that it is never held whole.

A person is an object at the top, an element of an array at the top, or an element of `personen` in one of these. Any
number of answers and persons may follow one another.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

import ijson

from brp_signals.base.errors import DeliveryRefused
from brp_signals.gateway.formats.byte_files import BOM
from brp_signals.gateway.formats.haal_centraal_shape import NUMBERS, PERSONS, STAYS, Picked

_OUTERMOST: Final = ("", "[]")
_IN_ANSWER: Final = f"{PERSONS}[]"
#: Without any of these an object at the top is no person and no answer.
_OF_PERSON: Final = frozenset((*NUMBERS, STAYS))
_CHUNK: Final = 1 << 16
_LARGEST_PERSON: Final = 4 << 20
_DEEPEST: Final = 32
#: A key as the sources write them; any other could look like a path.
_PLAIN_KEY = re.compile(r"\w+", re.ASCII)
_ODD_KEY: Final = "?"


@dataclass(slots=True)
class _Level:
    """An object or array that is open, with the keys that an object has had so far."""

    path: str
    is_object: bool
    keys: set[str] = field(default_factory=set)


class Walk:
    """One pass over one file."""

    def __init__(self, file: str, stream: BinaryIO) -> None:
        self._file = file
        self._bytes = _Bytes(file, stream)
        self._levels: list[_Level] = []
        self._key = ""
        self._person: Picked | None = None
        self._number = 0
        self._depth = 0
        self._is_list_found = False

    def persons(self) -> Iterator[Picked]:
        """Yield what is kept of each person. Raises DeliveryRefused for a file without one, or not JSON to its end."""
        try:
            for event, value in ijson.basic_parse(self._bytes, use_float=True, multiple_values=True):
                path = self._path(event, value)
                if (picked := self._follow(event, value, path)) is not None:
                    self._bytes.start_person()
                    yield picked
        except (ijson.JSONError, UnicodeDecodeError):
            raise DeliveryRefused(
                f"{self._file} is not JSON to its end: it breaks off or goes wrong after person {self._number};"
                " export the file again as UTF-8."
            ) from None
        if not self._is_list_found:
            raise DeliveryRefused(
                f"{self._file} holds no list of persons, at the top or under {PERSONS}; check that it is the right"
                " file."
            )

    def _path(self, event: str, value: Any) -> str:
        """Return the path of this event, within the person once inside one. It notes a key that occurs twice."""
        if not self._levels:
            return ""
        level = self._levels[-1]
        if event == "map_key":
            if value in level.keys and self._person is not None:
                self._person.problem = "record_key_twice"
            level.keys.add(value)
            self._key = value if _PLAIN_KEY.fullmatch(value) else _ODD_KEY
        if not level.is_object:
            return f"{level.path}[]"
        return f"{level.path}.{self._key}" if level.path else self._key

    def _follow(self, event: str, value: Any, path: str) -> Picked | None:
        """Take one event; return the person that ends with it, if any does."""
        if event in ("start_map", "start_array"):
            self._open(event == "start_map", path)
        elif event in ("end_map", "end_array"):
            return self._close()
        elif event != "map_key":
            if self._person is not None:
                self._person.take(path, value)
            elif path in (*_OUTERMOST, _IN_ANSWER):
                self._number += 1
                return Picked(problem="record_broken")
        return None

    def _open(self, is_object: bool, path: str) -> None:
        if len(self._levels) >= _DEEPEST:
            number = self._number + (self._person is None)
            raise DeliveryRefused(
                f"{self._file}: person {number} is nested deeper than {_DEEPEST} levels, which no person is;"
                " check what was exported."
            )
        if self._person is None:
            path = self._open_outside(is_object, path)
        elif path == PERSONS and not is_object and len(self._levels) == self._depth + 1:
            # What looked like a person is an answer that holds persons.
            self._person, self._is_list_found = None, True
            self._number -= 1
        else:
            self._person.open(path, "object" if is_object else "array")
        self._levels.append(_Level(path, is_object))

    def _open_outside(self, is_object: bool, path: str) -> str:
        """Begin a person or a list of them; the path from here on."""
        if not is_object and not self._levels:
            self._is_list_found = True
        elif path in (*_OUTERMOST, _IN_ANSWER):
            self._person = Picked(problem="" if is_object else "record_broken")
            self._number, self._depth = self._number + 1, len(self._levels)
            return ""
        return path

    def _close(self) -> Picked | None:
        level = self._levels.pop()
        if self._person is None:
            return None
        if len(self._levels) > self._depth:
            self._person.close(level.path)
            return None
        picked, self._person = self._person, None
        if not self._levels:
            is_person = not level.keys.isdisjoint(_OF_PERSON)
            self._is_list_found = self._is_list_found or is_person
            picked.problem = picked.problem or ("" if is_person else "record_broken")
        return picked


class _Bytes:
    """The bytes of the file, without a byte order mark; one person may take only so many."""

    def __init__(self, file: str, stream: BinaryIO) -> None:
        self._file, self._stream = file, stream
        self._is_first = True
        self._of_person = 0

    def start_person(self) -> None:
        """Count from here on."""
        self._of_person = 0

    def read(self, most: int) -> bytes:
        """The next bytes, as the parser asks for them."""
        content = self._stream.read(min(most, _CHUNK))
        if self._is_first and most:
            content = content.removeprefix(BOM)
            self._is_first = False
        self._of_person += len(content)
        if self._of_person > _LARGEST_PERSON:
            raise DeliveryRefused(f"{self._file}: a person takes more than 4 MB; check what was exported.")
        return content
