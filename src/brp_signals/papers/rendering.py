"""Facts to Markdown: a template for each paper, values escaped, and what only the municipality knows marked."""

import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from brp_signals.papers.facts import Facts, number_nl

if TYPE_CHECKING:
    from jinja2 import Environment

#: How every place that a municipality fills in is marked, in all papers.
BLANK: Final = "[IN TE VULLEN: {}]"
IS_BLANK: Final = re.compile(r"(?<!\\)\[IN TE VULLEN: [^\]]+\]")
_HEADING: Final = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)
_SPECIAL: Final = re.compile(r"([\\|*`<\[\]])")
_LAYOUT: Final = re.compile(r"\n{3,}")


class _Ready(str):
    """Text that is Markdown already."""

    __slots__ = ()


def blank(question: str) -> str:
    """Mark a place that the municipality fills in."""
    return _Ready(BLANK.format(question))


def markdown(template: str, facts: Facts, **more: Any) -> str:
    """Make the paper of `template` from the facts."""
    text = _environment().get_template(template).render(facts=facts, settings=facts.configuration, **more)
    return _LAYOUT.sub("\n\n", text).strip() + "\n"


def sections(text: str) -> dict[str, str]:
    """Give each section of a paper a fingerprint, by its heading; what stands before the first has the empty one."""
    parts = _HEADING.split(text)
    texts = {"": parts[0]}
    for heading, body in zip(parts[1::2], parts[2::2], strict=True):
        texts[heading] = texts.get(heading, "") + body
    return {heading: fingerprint(body) for heading, body in texts.items()}


def fingerprint(text: str) -> str:
    """Say in twelve letters what a text was, so that a change of it shows."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _escaped(value: Any) -> Any:
    """Keep a value from being read as Markdown."""
    return value if isinstance(value, _Ready) else _SPECIAL.sub(r"\\\1", str(value))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(  # noqa: S701 -- the result is Markdown; `finalize` escapes what that reads
        loader=PackageLoader("brp_signals.papers", "templates"),
        finalize=_escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.globals["blank"] = blank
    environment.filters["number"] = number_nl
    return environment
