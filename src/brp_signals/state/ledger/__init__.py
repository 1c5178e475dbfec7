"""What the state folder remembers of runs, cases and decisions: the ledger, its file and its records."""

from brp_signals.state.ledger.file import BACKUPS, FILE, MEMORY_PREFIX, SCHEMA, Condition, condition
from brp_signals.state.ledger.ledger import Ledger, last_run, nothing_published, open_ledger, read_ledger
from brp_signals.state.ledger.records import (
    NATIONAL,
    Additions,
    Decision,
    DecisionPair,
    Draw,
    Entry,
    Evaluated,
    Held,
    HeldSign,
    Memory,
    Position,
    Rows,
    Run,
    WatchedValue,
)

__all__ = [
    "BACKUPS",
    "FILE",
    "MEMORY_PREFIX",
    "NATIONAL",
    "SCHEMA",
    "Additions",
    "Condition",
    "Decision",
    "DecisionPair",
    "Draw",
    "Entry",
    "Evaluated",
    "Held",
    "HeldSign",
    "Ledger",
    "Memory",
    "Position",
    "Rows",
    "Run",
    "WatchedValue",
    "condition",
    "last_run",
    "nothing_published",
    "open_ledger",
    "read_ledger",
]
