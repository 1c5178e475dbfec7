"""Whether what a desk keeps is sound, for `brp-signals doctor`; looking changes nothing."""

from pathlib import Path

from brp_signals.base.errors import SignalsError
from brp_signals.desk.audit import AuditLog
from brp_signals.desk.database import FILE, is_whole


def examine(state: Path) -> list[tuple[str, bool]]:
    """What was looked at in a state folder, in a sentence each, and whether it is fine; nothing where no desk was."""
    if not (state / FILE).exists():
        return []
    return [_database(state), _audit_log(state)]


def _database(state: Path) -> tuple[str, bool]:
    if is_whole(state):
        return "desk: database whole", True
    return f"desk: {FILE} is damaged or unreadable; put your backup back (docs/operations.md, Restore)", False


def _audit_log(state: Path) -> tuple[str, bool]:
    try:
        return f"desk: audit log whole, {AuditLog(state).verify()} lines", True
    except SignalsError as problem:
        return f"desk: {problem}", False
