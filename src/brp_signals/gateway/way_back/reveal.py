"""Add the A-number to the cases of one list, for a reason, and never without a line in the audit log.

The audit line is on the disk before the list with A-numbers is: a failure after that leaves a line too many, never one
too few.
"""

import hashlib
import os
import pwd
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from brp_signals.base.dates import today
from brp_signals.base.errors import DeliveryRefused, SignalsError, UsageProblem
from brp_signals.base.private_files import open_ordinary, replace_private
from brp_signals.base.reason_text import checked_reason, may_hold_number
from brp_signals.base.sealing import Identities, is_encrypted, read_identities, unseal
from brp_signals.gateway.way_back import audit
from brp_signals.gateway.way_back.key_map import KeyMap, read_key_map, sealed_part
from brp_signals.gateway.way_back.signal_lists import LARGEST, SignalList, open_list
from brp_signals.publish.commit import SEALED


@dataclass(frozen=True, slots=True)
class Revealed:
    """How many cases a list has, how many got their A-number, and the hash of the new line of the audit log."""

    cases: int
    revealed: int
    audit_log: Path
    audit_hash: str


@dataclass(frozen=True, slots=True)
class _Keys:
    """Where the numbers are and what opens them."""

    key_map: Path
    identities: Identities
    sealed_identities: Identities


def reveal(
    signal_list: Path,
    key_map: Path,
    identity: Path,
    out: Path,
    reason: str,
    audit_log: Path | None = None,
    sealed_identity: Path | None = None,
) -> Revealed:
    """Write `out`: the list with the A-number of the cases on it that the key map knows, and nothing else added.

    Without `audit_log` the log is next to the key map. A list that was opened and refused is logged too. Raises
    UsageProblem for a wrong call, identity or key map, DeliveryRefused for a list or log that is not sound.
    """
    reason = checked_reason(reason, "--reason")
    if out.exists():
        raise UsageProblem(f"{out} exists already; give another --out or remove it first.")
    if not out.parent.is_dir():
        raise UsageProblem(f"The folder {out.parent} does not exist; make it or give another --out.")
    log = audit_log or key_map.with_name("reveal-audit.jsonl")
    if log.resolve() == out.resolve():
        raise UsageProblem(f"{out} is the audit log; give another --out.")
    keys = _Keys(key_map, read_identities(identity), read_identities(sealed_identity) if sealed_identity else ())
    content = _read(signal_list)
    entry: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "actor": _actor(),
        "reason": reason,
        "list": "…" if may_hold_number(signal_list.name) else signal_list.name,
        "list_sha256": hashlib.sha256(content).hexdigest(),
        "outcome": "refused",
    }
    try:
        if is_encrypted(content):
            content = unseal(content, (*keys.identities, *keys.sealed_identities), str(signal_list))
        opened = open_list(content, str(signal_list))
        entry["cases"] = len(opened.person_ids)
        if out.suffix != opened.suffix:
            raise UsageProblem(f"This list needs a name for --out that ends in {opened.suffix}.")
        a_numbers = _a_numbers(opened, _is_sealed(opened, signal_list), keys, entry)
    except SignalsError:
        audit.append(log, entry)
        raise
    revealed = sum(person_id in a_numbers for person_id in opened.person_ids)
    made = opened.with_a_numbers(a_numbers, today())
    head = audit.append(log, {**entry, "revealed": revealed, "outcome": "revealed"})
    replace_private(out, lambda stream: stream.write(made))
    return Revealed(len(opened.person_ids), revealed, log, head)


def _read(path: Path) -> bytes:
    """The bytes of a list. A pipe or device is refused, since it could keep the command waiting."""
    try:
        with open_ordinary(path) as stream:
            content = stream.read(LARGEST + 1)
    except OSError as problem:
        raise UsageProblem(f"The list {path} cannot be read ({problem.strerror}).") from None
    if len(content) > LARGEST:
        raise DeliveryRefused(
            f"{path} is larger than {LARGEST >> 20} MB, which no list is; give the list as published."
        )
    return content


def _a_numbers(opened: SignalList, is_sealed: bool, keys: _Keys, entry: dict[str, Any]) -> dict[str, str]:
    """The A-numbers of the persons on the list, and of nobody else, by pseudonym."""
    entry["sealed"] = is_sealed
    if is_sealed and not keys.sealed_identities:
        raise UsageProblem("This is a sealed list: it needs the second identity as well, with --sealed-identity.")
    wanted = set(opened.person_ids)
    ordinary = read_key_map(keys.key_map, keys.identities)
    entry["key_id"] = ordinary.header.key_id
    found = ordinary.find(wanted)
    if keys.sealed_identities:
        sealed = _sealed_map(keys).find(wanted)
        entry["sealed"] = is_sealed or bool(sealed)
        found |= sealed
    if wanted and not found:
        raise UsageProblem(
            "None of the cases of this list is in the key map: it belongs to other deliveries or another key, or the "
            "list is a sealed one, which needs --sealed-identity."
        )
    return {person_id: person.a_number for person_id, person in found.items() if person.a_number}


def _sealed_map(keys: _Keys) -> KeyMap:
    return read_key_map(sealed_part(keys.key_map), keys.sealed_identities)


def _is_sealed(opened: SignalList, path: Path) -> bool:
    """Whether the list says that it is sealed, or is in a folder of sealed lists.

    A sealed CSV that was moved elsewhere is not recognised; its persons are in the sealed part of the map alone, so
    that nothing can be revealed without the second identity either.
    """
    return opened.is_marked_sealed or SEALED in path.resolve().parts


def _actor() -> str:
    """Return the user who runs this, as the system knows it; not from the environment, which anybody can set."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
