"""Bring a state folder under a new key: the ledger and the school lists that it remembers, all of it or nothing."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from brp_signals.base.dates import add_months, case_date
from brp_signals.base.errors import InternalFailure, UsageProblem
from brp_signals.base.private_files import replace_private
from brp_signals.gateway.way_back.mapped_persons import MONTHS_BACK
from brp_signals.state.ledger import MEMORY_PREFIX, Ledger, Run, open_ledger
from brp_signals.state.lock import lock_state
from brp_signals.state.memory_files import missing, rows_of


@dataclass(frozen=True, slots=True)
class RekeyedState:
    """What became of a state folder: persons of the ledger with a new pseudonym, persons that left too long ago to need
    one, and remembered rows of school lists that were forgotten because the key map does not know their person.
    """

    persons: int
    left_as_they_were: int
    rows_forgotten: int


class HeldState:
    """A state folder under the lock that a run would take, found to be under the old key."""

    def __init__(self, folder: Path, ledger: Ledger, last: Run) -> None:
        self._folder, self._ledger, self._last = folder, ledger, last

    def check_persons(self, pseudonyms: Mapping[str, str], map_date: date) -> None:
        """Raise UsageProblem when a person that a later delivery may hold would get no new pseudonym."""
        left_from = add_months(map_date, -MONTHS_BACK)
        missing = {
            person
            for person, departure_date, is_needed in self._ledger.persons()
            if is_needed and person not in pseudonyms and _may_be_since(departure_date, left_from)
        }
        if missing:
            raise UsageProblem(
                f"{len(missing)} persons of the ledger have no new pseudonym by this key map, so nothing was changed; "
                "make the map anew under the old key, from the newest register (pseudonymise --key-map)."
            )

    def rekey(self, pseudonyms: Mapping[str, str], new_key_id: str) -> RekeyedState:
        """Put everything under the new key.

        The new memory counts for nothing until the ledger's one transaction names it, so this may be cut off anywhere.
        """
        known = {person for person, *_ in self._ledger.persons()}
        memory, rows_forgotten = self._rekey_memory(pseudonyms)
        renamed = {person: pseudonyms[person] for person in known & pseudonyms.keys()}
        self._ledger.rekey(renamed, new_key_id, memory)
        for file in self._folder.glob(f"{MEMORY_PREFIX}*"):
            if file.name not in memory:
                file.unlink()
        return RekeyedState(len(renamed), len(known) - len(renamed), rows_forgotten)

    def _rekey_memory(self, pseudonyms: Mapping[str, str]) -> tuple[tuple[str, ...], int]:
        """Write the memory under the new key as one file; return its name, and how many rows are left out."""
        import polars

        names = self._last.enrolment_memory
        if not names:
            return (), 0
        if name := missing(self._folder, names):
            raise InternalFailure(f"{name} is not in the state folder any more; put the folder back from your backup.")
        rows = rows_of(self._folder, names)
        column = [pseudonyms.get(person) for person in rows["person_id"]]
        rekeyed = rows.with_columns(polars.Series("person_id", column, polars.String)).drop_nulls("person_id")
        if rekeyed.is_empty():
            return (), len(rows)
        digest = hashlib.sha256("".join(rekeyed["person_id"]).encode()).hexdigest()[:16]
        name = f"{MEMORY_PREFIX}{self._last.run_no:06d}-{digest}.parquet"
        replace_private(self._folder / name, lambda stream: rekeyed.write_parquet(stream, compression="zstd"))
        return (name,), len(rows) - len(rekeyed)


@contextmanager
def held_state(folder: Path, old_key_id: str, new_key_id: str) -> Iterator[HeldState]:
    """Hold a state folder that is under the old key.

    Raises RunLocked while a run holds it, and UsageProblem when its ledger is empty or under another key.
    """
    if not folder.is_dir():
        raise UsageProblem(f"The state folder {folder} does not exist; check the path after --state.")
    with lock_state(folder), open_ledger(folder) as ledger:
        last = ledger.last_run()
        if last is None:
            raise UsageProblem("The ledger in the state folder holds no run and needs no new key; leave --state out.")
        if last.pseudonym_key_id == new_key_id:
            raise UsageProblem(f"The ledger is under key {new_key_id} already; leave --state out to make the map over.")
        if last.pseudonym_key_id != old_key_id:
            raise UsageProblem(f"The ledger is under key {last.pseudonym_key_id}, not under {old_key_id}.")
        yield HeldState(folder, ledger, last)


def _may_be_since(departure_date: str, day: date) -> bool:
    """Whether a departure, as delivered, may be on or after `day`; an unknown one may."""
    departed = case_date(departure_date)
    return departed is None or departed.latest >= day
