"""Writes docs/guardrails.md from the table in declared.py: `python -m tests.guardrails.page`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.guardrails.declared import GUARDRAILS, Guardrail

PAGE: Final = Path(__file__).parents[2] / "docs/guardrails.md"
_OPENING: Final = """\
<!-- Written by `python -m tests.guardrails.page` from tests/guardrails/declared.py; change that. -->

# Guardrails

What the software may never do, what keeps it from doing so, and the test that notices when that is taken away.
`make guardrails` takes each away on purpose, in a copy, and sees its test fail (a few minutes); `make test` sees that
every place and every test named here is still there, and `make test-all` takes away one.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_OPENING, *(line for each in GUARDRAILS for line in _section(each))])


def _section(guardrail: Guardrail) -> Iterator[str]:
    seen = tuple(dict.fromkeys(broken.test for broken in guardrail.breaks))
    yield f"## {guardrail.code}"
    yield guardrail.requirement
    yield ""
    yield f"- **Enforced by**: {guardrail.enforced_by}."
    if seen:
        yield "- **Seen to fail**: " + ", ".join(f"`{test}`" for test in seen)
    if also := [test for test in guardrail.tests if test not in seen]:
        yield "- **Also**: " + ", ".join(f"`{test}`" for test in also)
    if guardrail.people:
        yield f"- **Remains for people**: {guardrail.people}"
    yield ""


def main() -> int:
    """Bring docs/guardrails.md of this checkout up to date."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
