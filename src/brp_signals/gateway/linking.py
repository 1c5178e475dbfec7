"""Decide, once everything is read, which pseudonym every person has, by the statements of `sql/gateway` in order.

Lists with one A-number are of one person, and so are lists with one BSN where nothing contradicts that. A BSN on the
lists of one person identifies that person; a BSN on the lists of two persons identifies neither. Everything here works
on pseudonyms: equal numbers have equal pseudonyms, which is all that linking needs.
"""

from collections.abc import Iterator
from typing import Final

from brp_signals.base.warehouse import Warehouse
from brp_signals.gateway.findings import Findings

#: Views instead of tables, since as tables they would be as long as the register.
_VIEWS: Final = frozenset(("lists", "numbers_had", "people", "a_numbers", "listed", "ambiguous_bsns", "list_rows"))
#: Macros that give dates the same meaning as in a run.
_MACROS: Final = ("register_date_form", "is_register_date", "earliest_on", "latest_on")
_STEPS: Final = (
    "bearers",
    "agreed",
    "lists_twice",
    "merged",
    "lists",
    "shared_bsns",
    "exceptions",
    "people",
    "newer",
    "numbers_had",
    "earlier_a_numbers",
    "earlier_bsns",
    "a_numbers",
    "linked",
    "disagreements",
    "claims",
    "filled_in",
    "links",
    "listed",
    "ambiguous_bsns",
    "list_rows",
)


def decide(warehouse: Warehouse) -> Iterator[str]:
    """Make the tables `gateway_*` from the tables `read_*`, saying before each which one it is."""
    for macro in _MACROS:
        file = f"stage/macros/{macro}.sql"
        warehouse.execute(warehouse.sql(file), file)
    for step in _STEPS:
        yield step
        make = warehouse.view if step in _VIEWS else warehouse.create
        make(f"gateway_{step}", f"gateway/{step}.sql")


def count_findings(warehouse: Warehouse, files: list[str], findings: Findings) -> None:
    """Add what was noticed while deciding to `findings`; `files` are the names by their number in the tables."""
    by_kind: dict[str, list[tuple[str, int]]] = {}
    counts: dict[str, int] = {}
    for row in warehouse.fetch("gateway/findings.sql"):
        by_kind.setdefault(row["kind"], []).append((files[row["file"]], row["line"]))
        counts[row["kind"]] = row["n"]
    for kind, places in by_kind.items():
        findings.add_many(kind, counts[kind], places)


def kept_persons(warehouse: Warehouse) -> dict[int, int]:
    """How many persons of each source are in the delivery, by the number of the source."""
    return {row["source"]: row["n"] for row in warehouse.fetch("gateway/kept.sql")}


def n_overlapping(warehouse: Warehouse) -> int:
    """How many persons are in more than one source of the register."""
    return int(warehouse.fetch("gateway/overlap.sql")[0]["n"])
