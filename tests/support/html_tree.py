"""A page as a tree, so that a test asks where something stands instead of looking for pieces of text."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

_VOID = frozenset({"meta", "br", "wbr", "img", "input", "link"})


class Element:
    """One element with its attributes and what is inside it, texts and elements in their order."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.inside: list[Element | str] = []

    @property
    def text(self) -> str:
        """All text inside, with one space between words; what is styled or drawn is no text."""
        parts = [each if isinstance(each, str) else each.text for each in self.inside if self.tag != "style"]
        return re.sub(r"\s+", " ", "".join(parts)).strip()

    def all(self, tag: str = "", **attributes: str) -> list["Element"]:
        """Every element inside with this tag and these attributes (`class_` for class), in the order of the page."""
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [
            each
            for each in self._every()
            if tag in ("", each.tag) and all(each.attributes.get(name) == value for name, value in wanted.items())
        ]

    def one(self, tag: str = "", **attributes: str) -> "Element":
        """The one such element."""
        (found,) = self.all(tag, **attributes)
        return found

    def _every(self) -> Iterator["Element"]:
        for each in self.inside:
            if isinstance(each, Element):
                yield each
                yield from each._every()


def tree(html: str) -> Element:
    """The page; an element that is not closed, or closed twice, fails."""
    return _Builder(html).page


class _Builder(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.page = Element("page", {})
        self._open = [self.page]
        self.feed(html)
        assert self._open == [self.page]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)
