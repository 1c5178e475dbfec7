"""Make keys for pseudonyms, and replace one by another without losing the way back."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final

from brp_signals.base.errors import UsageProblem
from brp_signals.base.private_files import create_secret
from brp_signals.base.sealing import Identities, Recipients
from brp_signals.gateway.pseudonyms import Pseudonymiser, Space, read_key
from brp_signals.gateway.way_back.key_map import KeyMap, KeyMapWriter, MappedPerson, read_key_map, sealed_part
from brp_signals.gateway.way_back.state_keys import RekeyedState, held_state

_BATCH: Final = 50_000


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did: persons in the new key map, persons that the old key does not account for, and what became
    of the state folder, if one was given.
    """

    rekeyed: int
    not_rekeyed: int
    new_key_id: str
    state: RekeyedState | None = None


def new_key(path: Path) -> str:
    """Write a new key file, 64 hex characters that only its owner may read, and return the key's id."""
    create_secret(path, secrets.token_hex(32) + "\n")
    return read_key(path).key_id


def rekey_map(persons: Iterable[MappedPerson], old: Pseudonymiser, new: Pseudonymiser) -> dict[str, str]:
    """Return the new pseudonym of each person by the old one.

    A person is left out when its pseudonym does not follow from its own numbers under the old key. A caller that keeps
    records under pseudonyms must then leave all of them as they are, or set those of that person aside and count them.
    """
    mapping = {}
    for person in persons:
        for space, number in ((Space.BSN, person.bsn), (Space.A_NUMBER, person.a_number)):
            if number and old.pseudonym(space, number) == person.person_id:
                mapping[person.person_id] = new.pseudonym(space, number)
                break
    return mapping


def rotate(
    key_file: Path,
    new_key_file: Path,
    key_map: Path,
    identities: Identities,
    recipients: Recipients,
    out: Path,
    sealed_identities: Identities = (),
    sealed_recipients: Recipients = (),
    state: Path | None = None,
) -> Rotation:
    """Write `out`, the key map under the new key, both its parts or none that counts; the old map stays as it is.

    A state folder comes under the new key as well, after `out` is whole, all of it or nothing. Raises UsageProblem when
    a key, a part, an identity or the ledger does not fit, or `out` exists, and RunLocked while a run uses the state.
    """
    old, new = read_key(key_file), read_key(new_key_file)
    if old.key_id == new.key_id:
        raise UsageProblem("The old and the new key file hold the same key; make a new one with brp-signals key new.")
    if out.exists():
        raise UsageProblem(f"{out} exists already; give another --out, and put it in place when the new key is in use.")
    parts = [(read_key_map(key_map, identities), False)]
    if sealed_part(key_map).exists():
        if not sealed_identities or not sealed_recipients:
            raise UsageProblem(
                f"{sealed_part(key_map)} must change with the key map: add --sealed-identity and --sealed-recipient."
            )
        parts.append((read_key_map(sealed_part(key_map), sealed_identities), True))
    for part, _ in parts:
        if part.header.key_id != old.key_id:
            raise UsageProblem(f"The key map was made under key {part.header.key_id}, not under {old.key_id}.")
    header = replace(parts[0][0].header, key_id=new.key_id)
    writer = KeyMapWriter(out, header, recipients, sealed_recipients if len(parts) > 1 else ())
    with held_state(state, old.key_id, new.key_id) if state else nullcontext() as held:
        pseudonyms: dict[str, str] = {}
        not_rekeyed = sum(_copy(part, is_sealed, old, new, writer, pseudonyms) for part, is_sealed in parts)
        if held:
            held.check_persons(pseudonyms, date.fromisoformat(header.reference_date))
        writer.close()
        rekeyed_state = held.rekey(pseudonyms, new.key_id) if held else None
    return Rotation(writer.ordinary + writer.sealed, not_rekeyed, new.key_id, rekeyed_state)


def _copy(
    part: KeyMap,
    is_sealed: bool,
    old: Pseudonymiser,
    new: Pseudonymiser,
    writer: KeyMapWriter,
    pseudonyms: dict[str, str],
) -> int:
    """Hand every person to the writer under its new pseudonym and note that; returns how many have none."""
    not_rekeyed = 0
    for batch in _batches(part):
        mapping = rekey_map(batch, old, new)
        pseudonyms |= mapping
        not_rekeyed += len(batch) - len(mapping)
        for person in batch:
            if person.person_id in mapping:
                writer.add(mapping[person.person_id], person.a_number, person.bsn, is_sealed)
    return not_rekeyed


def _batches(persons: Iterable[MappedPerson]) -> Iterator[list[MappedPerson]]:
    rest = iter(persons)
    while batch := list(islice(rest, _BATCH)):
        yield batch
