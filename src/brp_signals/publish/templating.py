"""Templates of the two pages: everything in them is escaped, nothing in them comes from outside the file."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_FOLDER = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _style() -> Markup:
    return Markup((_FOLDER / "style.css").read_text(encoding="utf-8"))  # noqa: S704  (our own file)


def render(template: str, **values: Any) -> str:
    """The text of one page; a name that the template misses is an error, not a blank."""
    return _environment().get_template(template).render(style=_style(), **values)
