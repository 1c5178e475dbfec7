"""Read XML from outside as events and within bounds: no document types or entities, no great depth, no endless tags.

The parser hands over names of elements, and text only while the caller asks for it. It never opens anything.
"""

from collections.abc import Callable, Mapping
from typing import Final
from xml.parsers import expat

from brp_signals.base.errors import DeliveryRefused

_LARGEST_TOKEN: Final = 1 << 20
_DEEPEST: Final = 64


class BoundedXml:
    """One pass over one XML file or part; `file` is how messages name it."""

    def __init__(self, file: str, start: Callable[[str, Mapping[str, str]], None], end: Callable[[str], None]) -> None:
        self._file, self._start = file, start
        self._depth = 0
        self._n_fed = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type
        self._parser.StartElementHandler = self._enter
        self._parser.EndElementHandler = self._leave
        self._end = end

    @property
    def line(self) -> int:
        """The line where the parser is."""
        return self._parser.CurrentLineNumber

    @property
    def position(self) -> int:
        """The byte where the parser is."""
        return max(self._parser.CurrentByteIndex, 0)

    def ask_for_text(self, handler: Callable[[str], None] | None) -> None:
        """Have the text that follows handed to `handler`, or to nobody."""
        self._parser.CharacterDataHandler = handler

    def feed(self, chunk: bytes) -> None:
        """Read the next bytes; b"" ends the file. Raises DeliveryRefused, with the line and no content, for XML that is
        not allowed.
        """
        try:
            self._parser.Parse(chunk, not chunk)
        except (expat.ExpatError, LookupError):
            if not chunk and not self._n_fed:
                raise DeliveryRefused(f"{self._file} is empty; export the file again.") from None
            raise self.refusal("not well-formed XML, cut off or damaged") from None
        self._n_fed += len(chunk)
        if chunk and self._n_fed - self.position > _LARGEST_TOKEN:
            raise self.refusal("a tag is longer than 1 MB")

    def refusal(self, what: str) -> DeliveryRefused:
        """Return the refusal of the file, for `what` was found in this line."""
        return DeliveryRefused(f"{self._file}, line {self.line}: {what}; export the file again.")

    def _refuse_document_type(self, *_: object) -> None:
        raise self.refusal("a document type or entity, which no such file needs")

    def _enter(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self.refusal("elements stand deeper in each other than in any such file")
        self._start(name, attributes)

    def _leave(self, name: str) -> None:
        self._depth -= 1
        self._end(name)
