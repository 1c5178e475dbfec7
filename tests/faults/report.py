"""The table of docs/reliability.md: every fault with what was observed."""

import os
import platform
import re
import signal
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from tests.faults.kills import Killed
from tests.faults.trial import Observed

PAGE: Final = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"
_QUICK: Final = " A short version: Great Expectations left out, a full disk and noise at few of the places."
#: More places than this are counted, not named.
_MOST_NAMED: Final = 12
_HEADINGS: Final = ("fault", "what was done", "exit code", "what it said", "lists on show then", "the next run")
#: What differs from run to run in a sentence: paths, and who holds the lock.
_CHANGING: Final = (
    (re.compile(r"\(process .*?\)"), "(process …, since …)"),
    (re.compile(r"/\S+/"), "…/"),
    (re.compile(r"for stage/\S+"), "for …"),
)


def write_page(
    observed: Sequence[Observed], killed: Killed, n_nights: int, is_quick: bool = False, page: Path = PAGE
) -> None:
    """Put the table between the marks in `page`; the text around it stays."""
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    table = "\n".join([_machine() + (_QUICK if is_quick else ""), "", *_kills(killed, n_nights), "", *_table(observed)])
    page.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = f"Python {platform.python_version()}, DuckDB {version('duckdb')}"
    today = datetime.now(UTC).date().isoformat()
    return f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, {versions}, {today}."


def _kills(killed: Killed, n_nights: int) -> list[str]:
    steps = ", ".join(f"{step} {n}" for step, n in killed.steps.most_common())
    return [
        f"**{killed.n_kills} kills at random instants over {n_nights} nights: 0 torn outputs, 0 lost decisions, every "
        "night's lists and the ledger in the end byte for byte those of the same nights left in peace.**",
        f"They fell in: {steps}; {killed.n_recorded} of them after the commit into the ledger, {killed.n_shown} after "
        f"the links were swapped. {killed.n_too_late} more came too late and hit nothing.",
    ]


def _table(observed: Iterable[Observed]) -> list[str]:
    """One row for all places at which the same came of the same fault."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for each in observed:
        key = (each.fault.name, _code(each.outcome.code), _said(each), each.shown, each.next_run)
        rows.setdefault(key, []).append(each.fault.done)
    lines = [_line(_HEADINGS), _line("---" for _ in _HEADINGS)]
    for (name, *rest), places in rows.items():
        lines.append(_line((name, _places(places), *rest)))
    return lines


def _places(places: Sequence[str]) -> str:
    if len(places) > _MOST_NAMED:
        return f"{len(places)} places, from: {places[0]}, to: {places[-1]}"
    return "; ".join(places)


def _code(code: int) -> str:
    return str(code) if code >= 0 else signal.Signals(-code).name


def _said(observed: Observed) -> str:
    if observed.outcome.code == 0:
        return "the usual lines"
    said = observed.outcome.said.strip()
    for pattern, replacement in _CHANGING:
        said = pattern.sub(replacement, said)
    return said or "nothing"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
