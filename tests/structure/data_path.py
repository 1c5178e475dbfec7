"""Writes docs/data_path.md from the steps of a night and the tables that each step reads.

`python -m tests.structure.data_path`, which is a part of `make docs`.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from brp_signals.pipeline import STEPS
from tests.structure.sql_tables import ROOT, SQL, file_of, folders, maker, modules, read_by

PAGE: Final = ROOT / "docs/data_path.md"
#: What each step does, in a few words.
DOES: Final = {
    "delivery": "opens the folder and refuses what breaks the contract",
    "recall": "brings back what earlier nights knew",
    "stage": "reads and judges every row, keeps the few that a case can need",
    "absence": "adds rows of children who are on no school list, when asked",
    "validate": "judges the delivery and sets wrong rows aside",
    "watch": "holds the numbers of tonight against those of earlier nights",
    "facts": "says once what happened in the life of a child",
    "rules": "finds what speaks for and against a wrong departure",
    "cases": "makes a case of it: number, points, status, and what keeps it off the list",
    "control": "draws a few departures that no rule would show",
    "rank": "puts the cases of a municipality in their order",
    "publish": "writes lists, pages and the ledger, all or nothing",
}
_OPENING: Final = """\
<!-- Written by `python -m tests.structure.data_path` from the steps of the night and their SQL; change those. -->

# The path of the data

A night takes one delivery through the steps below, in the order of their numbers. Every step reads tables that earlier
steps made and makes tables for later ones; nothing flows back but through the ledger, to the next night. The name of a
step is also its module, its SQL folder, the beginning of its tables, and its task in the flow.

An arrow goes from the step that made tables to a step that reads them, and says how many. An arrow is left out where a
longer path through other steps leads to the same step; the tables below name every reading.
"""
_BEFORE: Final = """\
flowchart TB
    subgraph trusted["trusted zone: holds the key"]
        files["register extract, school lists, traces"]
        gateway["<b>gateway</b><br/>makes pseudonyms of numbers, drops names"]
        files --> gateway
    end
    gateway -- "CSV or Parquet, manifest.json" --> delivery
    subgraph night["one night: sees no BSN, no name, no nationality"]"""
_AFTER: Final = """\
    end
    publish --> lists["lists, pages and report of the municipality"]
    publish --> ledger[("ledger and enrolment memory")]
    lists -- "what staff decided: review import" --> ledger
    ledger -- "the next night" --> recall"""
_NOT_DRAWN: Final = """\
Three folders belong to no step. [`sql/gateway`](../sql/gateway) runs before the night, in the trusted zone.
[`sql/ledger`](../sql/ledger) holds every statement on the ledger: `recall` reads it, `publish` and `review import`
write it. [`sql/backtest`](../sql/backtest) runs the steps again on what was known in earlier months. Tables
`settings_…` hold the configuration, and any step may read them.
"""


def page() -> str:
    """The whole page. Raises KeyError when a step has no words in `DOES`."""
    reads = {step: read_by(step) for step in STEPS}
    lines = [_OPENING, "```mermaid", *_drawing(reads), "```", "", "## Steps", "", *_steps(reads), ""]
    lines += [_NOT_DRAWN, "## Tables that one step hands to another", "", *_tables(reads)]
    return "\n".join(lines) + "\n"


def _drawing(reads: dict[str, set[str]]) -> Iterator[str]:
    yield _BEFORE
    for number, step in enumerate(STEPS, start=1):
        yield f'        {step}["<b>{number} {step}</b><br/>{DOES[step]}"]'
    for source, reader in shortest({step: _sources(tables) for step, tables in reads.items()}):
        n_tables = sum(maker(table) == source for table in reads[reader])
        yield f'        {source} -- "{n_tables} table{"s" if n_tables > 1 else ""}" --> {reader}'
    yield _AFTER


def _sources(tables: set[str]) -> set[str]:
    return {step for table in tables if (step := maker(table))}


def shortest(sources: dict[str, set[str]]) -> list[tuple[str, str]]:
    """The arrows from source to reader, but those that a longer path through other steps makes superfluous."""
    before: dict[str, set[str]] = {}
    for step in STEPS:
        before[step] = sources[step].union(*(before[source] for source in sources[step]))
    return [
        (source, reader)
        for reader in STEPS
        for source in STEPS
        if source in sources[reader] and not any(source in before[other] for other in sources[reader])
    ]


def _steps(reads: dict[str, set[str]]) -> Iterator[str]:
    yield from ("| | step | what it does | statements | reads tables of |", "| --- | --- | --- | --- | --- |")
    for number, step in enumerate(STEPS, start=1):
        module = modules(step)[0]
        place = module if len(modules(step)) == 1 else module.parent
        sql = ", ".join(f"{len(list((SQL / name).glob('*.sql')))} in {_link(SQL / name)}" for name in folders(step))
        sources = ", ".join(source for source in STEPS if source in _sources(reads[step]))
        yield f"| {number} | {_link(place, step)} | {DOES[step]} | {sql or '–'} | {sources or '–'} |"


def _tables(reads: dict[str, set[str]]) -> Iterator[str]:
    yield from ("| made by | table | read by |", "| --- | --- | --- |")
    for step in STEPS:
        for table in sorted({table for tables in reads.values() for table in tables if maker(table) == step}):
            readers = ", ".join(reader for reader in STEPS if table in reads[reader])
            file = file_of(table)
            yield f"| {step} | {_link(file, table) if file else f'`{table}`'} | {readers} |"


def _link(path: Path, text: str | None = None) -> str:
    where = path.relative_to(ROOT).as_posix()
    return f"[`{text or where}`](../{where})"


def main() -> int:
    """Bring docs/data_path.md of this checkout up to date."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
