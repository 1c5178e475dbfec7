"""Recall: what earlier runs left, as ordinary tables. Without a ledger yet, these are empty."""

from brp_signals.night import Night

DECISIONS = {"person_id": "VARCHAR", "departed_on": "DATE", "outcome_code": "VARCHAR", "decided_on": "DATE"}
INQUIRIES = {"person_id": "VARCHAR", "first_seen_on": "DATE"}


def run(night: Night) -> dict[str, int]:
    """Make `recall_decisions` (what people decided) and `recall_inquiries` (when an inquiry was first seen)."""
    night.warehouse.load("recall_decisions", DECISIONS, [])
    night.warehouse.load("recall_inquiries", INQUIRIES, [])
    return {"decisions": 0}
