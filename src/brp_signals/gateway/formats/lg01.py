"""Reads messages of the register as bytes (profile `lg01`): headers, lengths, categories, groups, elements.

    message  = header, body length (5 digits), body
    header   = key 8, "Lg01", date-time 17, A-number 10, old A-number 10      "La01" the same, or the key alone
             | key 8, "Sv01", status 1, date 8
             | key 8, "Rb01", repeat 1, status 1, date 8
    body     = categories; category = number 2, length 3, elements; element = group and element 4, length 3, value

The history of category 08 has number 58 and follows its present block directly, and so on. All lengths count bytes.
Text is Teletex, where an accented letter takes two bytes; every element that this reader asks for holds digits or a
code, so the bytes are cut first and only the named ones become text, as ASCII. Names and other Teletex text are stepped
over as bytes and never decoded; of a foreign address line only its presence is looked at.

How a bulk file separates its messages is not public. This reader takes them one after the other, with or without
line ends between. A message whose lengths do not add up costs its own person only: the reader goes on at the next
bytes that look like a header. Places in findings are numbers of messages.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from brp_signals.base.errors import DeliveryRefused
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats.byte_files import BOM, open_bytes, refuse_empty
from brp_signals.gateway.formats.lo_messages import (
    LIST_TYPES,
    NAMED,
    OTHER_TYPES,
    Block,
    is_well_formed,
    loss_of,
    note_unread,
    stacks_of,
    taken_text,
)
from brp_signals.gateway.formats.records import Person
from brp_signals.gateway.formats.register_person import ADDRESS_LINES, person_of

_HEADER = re.compile(
    rb"[0-9A-Za-z ]{8}"
    rb"(?:La01(?=[0-9]{5}01[0-9]{3}(?:0110010|0120009))|L[ag]01[0-9]{17}[0-9 ]{20}"
    rb"|Sv01[A-Z ][0-9]{8}|Rb01[0-9 ][A-Z ][0-9]{8})"
    rb"(?P<body_length>[0-9]{5})"
)
_KINDS: Final = tuple(kind.encode("ascii") for kind in LIST_TYPES)
_KEY_LENGTH: Final = 8
_LONGEST_HEADER: Final = 54
#: A message that carries no list: of a kind that is known, or of any kind where a line begins.
_OTHER_MESSAGE = re.compile(
    rb"[0-9A-Za-z ]{8}(?:Null|(?:" + "|".join(OTHER_TYPES).encode("ascii") + rb")(?=[0-9A-Z]{2}))"
    rb"|(?<=[\r\n])[0-9A-Za-z ]{8}[A-Z][a-z][0-9]{2}(?=[0-9A-Z]{2})"
)
#: A message of any kind. A category never looks so: it begins with twelve digits.
_ANY_MESSAGE = re.compile(rb"[0-9A-Za-z ]{8}(?P<kind>[A-Z][a-z][0-9]{2}|Null)")
_CATEGORY = re.compile(rb"(?P<number>[0-9]{2})(?P<length>[0-9]{3})")
_ELEMENT = re.compile(rb"(?P<number>[0-9]{4})(?P<length>[0-9]{3})")
#: The elements that are read, by category, as they occur in a message.
_NAMES: Final = {
    category: {name[3:].replace(".", "").encode("ascii"): name for name in names} for category, names in NAMED.items()
}
_LINE_ENDS: Final = b"\r\n"
#: Present categories are 01 to 21; the history of a category has its number + 50.
_HIGHEST_CATEGORY: Final = 21
_HISTORY: Final = 50
#: Replaces a foreign address line, of which only its presence counts.
_SOMETHING: Final = "x"
_LONGEST_MESSAGE: Final = _LONGEST_HEADER + 99_999
_CHUNK: Final = 1 << 20


class Lg01Reader:
    """The persons of one file of messages; iterating twice reads the file twice."""

    kind: Final = "register"

    def __init__(self, path: Path) -> None:
        self._path = path
        self.file = path.name
        self.unread: tuple[str, ...] = ()
        self.lines_read = 0
        self.empty_lines = 0
        refuse_empty(path)

    def persons(self, findings: Findings) -> Iterator[Person]:
        """Every person of the file in its order, what is odd about them in `findings`.

        Raises DeliveryRefused when the file holds no message that this reader knows.
        """
        findings.place_is("message", self.file)
        self.lines_read = 0
        unread: set[str] = set()
        any_message = False
        with open_bytes(self._path) as stream:
            window = _Window(stream)
            while window.is_at_bytes():
                self.lines_read += 1
                header = window.header()
                if header is None:
                    findings.add("stretch_without_list", self.file, self.lines_read)
                    if window.other_kind:
                        findings.add(loss_of(window.other_kind), self.file, self.lines_read)
                    continue
                any_message = True
                body = window.body(header)
                if body is None or not is_well_formed(body.categories):
                    findings.broken("record_broken", self.file, self.lines_read)
                    if body is None and window.is_converted:
                        findings.add("text_converted", self.file, self.lines_read)
                    continue
                unread |= body.unread
                for _ in range(body.not_ascii):
                    findings.add("byte_not_ascii", self.file, self.lines_read)
                yield person_of(stacks_of(self.file, self.lines_read, body.categories), findings)
        if not any_message:
            raise DeliveryRefused(
                f"{self.file} holds no message Lg01, La01, Sv01 or Rb01; check that it is the right file"
                f"{findings.reasons()}."
            )
        note_unread(unread, self.file, findings)


class _LengthsDisagree(Exception):
    """The lengths in a message do not add up, or an element occurs twice in a block."""


@dataclass(slots=True)
class _Body:
    """The named elements of one message."""

    categories: dict[str, list[list[Block]]] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    not_ascii: int = 0


class _Window:
    """A part of the file, from the message at hand up to at least its end."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._data = stream.read(_CHUNK).removeprefix(BOM)
        self._at = 0
        self.is_converted = False
        """Whether the last broken body adds up when a conversion of its text is undone."""
        self.other_kind = ""
        """The kind of message as which the last stretch without a list begins; empty for rubbish and a broken list."""

    def is_at_bytes(self) -> bool:
        """Step over line ends; return whether anything is left."""
        while True:
            while self._at < len(self._data) and self._data[self._at] in _LINE_ENDS:
                self._at += 1
            if self._at < len(self._data):
                return True
            if not self._read_on():
                return False

    def header(self) -> re.Match[bytes] | None:
        """Return the header at this place; when there is none, go on to the next header and return None."""
        while len(self._data) - self._at < 2 * _LONGEST_MESSAGE and self._read_on():
            pass
        header = _HEADER.match(self._data, self._at)
        if header is None:
            other = _ANY_MESSAGE.match(self._data, self._at)
            kind = other["kind"].decode("ascii") if other else ""
            self.other_kind = "" if kind in LIST_TYPES else kind
            self._step_to_header(self._at + 1)
        return header

    def body(self, header: re.Match[bytes]) -> _Body | None:
        """Return the body below this header and step past it; when the body is broken, go on to the next header and
        return None.
        """
        start = header.end()
        end = start + int(header["body_length"])
        try:
            if end > len(self._data) or self._holds_header(start, end) or self._is_cut_short(end):
                raise _LengthsDisagree
            body = _body(self._data, start, end)
        except _LengthsDisagree:
            following = self._next_message(start)
            stop = following.start() if following else min(len(self._data), start + 2 * _LONGEST_MESSAGE)
            self.is_converted = _is_converted(self._data[start:stop], int(header["body_length"]))
            self._step_to_header(start)
            return None
        self._at = end
        return body

    def _holds_header(self, start: int, end: int) -> bool:
        """Whether another message begins before the body says that it ends."""
        for kind in _KINDS:
            at = start + _KEY_LENGTH
            while (at := self._data.find(kind, at, end + _KEY_LENGTH + len(kind) - 1)) >= 0:
                if _HEADER.match(self._data, at - _KEY_LENGTH):
                    return True
                at += 1
        return False

    def _is_cut_short(self, end: int) -> bool:
        """Whether another category follows where the body says it ends, so that its length is too small."""
        if _ANY_MESSAGE.match(self._data, end):
            return False
        try:
            _block(self._data, end, len(self._data), _Body())
        except _LengthsDisagree:
            return False
        return True

    def _step_to_header(self, start: int) -> None:
        self._at = start
        while True:
            if found := self._next_message(self._at):
                self._at = found.start()
                return
            self._at = max(self._at, len(self._data) - _LONGEST_HEADER)
            if not self._read_on():
                self._at = len(self._data)
                return

    def _next_message(self, start: int) -> re.Match[bytes] | None:
        """The next header of a list, or the beginning of another message if that comes first."""
        header = _HEADER.search(self._data, start)
        return _OTHER_MESSAGE.search(self._data, start, header.start() if header else len(self._data)) or header

    def _read_on(self) -> bool:
        more = self._stream.read(_CHUNK)
        self._data = self._data[self._at :] + more
        self._at = 0
        return bool(more)


def _is_converted(found: bytes, length: int) -> bool:
    """Whether these bytes are a body of this length once a conversion is undone."""
    return any(_adds_up(content, length) for content in _undone(found.rstrip(_LINE_ENDS)))


def _adds_up(content: bytes, length: int) -> bool:
    try:
        return len(content) == length and is_well_formed(_body(content, 0, length).categories)
    except _LengthsDisagree:
        return False


def _undone(found: bytes) -> Iterator[bytes]:
    """What the bytes may have been: line ends put in, or Teletex taken for one letter a byte, or its accents joined."""
    yield found.translate(None, _LINE_ENDS)
    if found.isascii():
        return
    for encoding in ("utf-8", "cp1252"):
        text = found.decode(encoding, errors="replace")
        yield text.encode("latin-1", errors="replace")
        yield b"".join(_as_teletex(letter) for letter in text)


def _as_teletex(letter: str) -> bytes:
    """As many bytes as the letter has in Teletex: one for an accent and one for what is below it."""
    return letter.encode("ascii") if letter.isascii() else b"?" * len(unicodedata.normalize("NFD", letter))


def _body(data: bytes, at: int, end: int) -> _Body:
    body = _Body()
    while at < end:
        at = _block(data, at, end, body)
    return body


def _block(data: bytes, at: int, end: int, body: _Body) -> int:
    """Take one block of a category; return where the next one starts. Raises _LengthsDisagree."""
    head = _CATEGORY.match(data, at, end)
    if head is None:
        raise _LengthsDisagree
    number = int(head["number"])
    is_history = number > _HISTORY
    number -= _HISTORY if is_history else 0
    stop = head.end() + int(head["length"])
    if not 1 <= number <= _HIGHEST_CATEGORY or stop > end:
        raise _LengthsDisagree
    category = f"{number:02d}"
    block = _elements(data, head.end(), stop, category, body)
    if category not in NAMED:
        body.unread.add(f"{category}.00.00")
    elif not is_history:
        body.categories.setdefault(category, []).append([block])
    else:
        body.categories.setdefault(category, [[{}]])[-1].append(block)
    return stop


def _elements(data: bytes, at: int, stop: int, category: str, body: _Body) -> Block:
    """The named elements between `at` and `stop`; all others are stepped over."""
    block: Block = {}
    names = _NAMES.get(category)
    while at < stop:
        head = _ELEMENT.match(data, at, stop)
        if head is None:
            raise _LengthsDisagree
        start, at = head.end(), head.end() + int(head["length"])
        if at > stop:
            raise _LengthsDisagree
        if names is None:
            continue
        name = names.get(head["number"])
        if name is None:
            number = head["number"].decode("ascii")
            body.unread.add(f"{category}.{number[:2]}.{number[2:]}")
        elif name in block:
            raise _LengthsDisagree
        elif name in ADDRESS_LINES:
            block[name] = _SOMETHING if data[start:at].strip() else ""
        else:
            value = data[start:at]
            body.not_ascii += not value.isascii()
            block[name] = taken_text(name, value.decode("ascii", errors="replace"))
    return block
