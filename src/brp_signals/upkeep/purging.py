"""Purge: remove what is over its term, from the ledger, the state folder and the output folder.

`retention` holds the terms and their reasons. All terms are counted back from one day, so that what is kept fits
together.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from brp_signals.base.config import Retention, load_configuration
from brp_signals.base.dates import add_months, today
from brp_signals.base.errors import InternalFailure
from brp_signals.pipeline import finish_last_run
from brp_signals.publish import explanations
from brp_signals.publish.commit import holds, remove_dated
from brp_signals.publish.ownership import ForeignOutput, hold_output, refuse_older_ledger
from brp_signals.state import memory_files
from brp_signals.state.ledger import BACKUPS, FILE, Ledger, Run, nothing_published, open_ledger
from brp_signals.state.lock import WORK, lock_state

#: "Grensleerling" holds for every departure of the child to the end of the school year (S-01).
_DECISION_MONTHS: Final = 12


@dataclass(frozen=True)
class Purged:
    """What was removed, in numbers per kind, and the day from which terms were counted back.

    `is_output_ours` is false when the output folder was left alone.
    """

    seen_from: date
    removed: dict[str, int]
    is_output_ours: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers for other programs."""
        return {
            "seen_from": self.seen_from.isoformat(),
            "removed": self.removed,
            "output_looked_at": self.is_output_ours,
        }

    def sentences(self) -> list[str]:
        """Return the numbers in sentences for people."""
        told = ", ".join(f"{what} {number}" for what, number in self.removed.items() if number)
        sentences = [f"Removed what was over its term on {self.seen_from.isoformat()}: {told or 'nothing'}."]
        if not self.is_output_ours:
            sentences.append("The output folder does not hold the newest run of this state folder and was left alone.")
        return sentences


def purge(
    *,
    state: Path = Path("state"),
    output: Path = Path("output"),
    config: Path | None = None,
    before: date | None = None,
) -> Purged:
    """Remove what is over its term on the day `before`; without one, on the date of the newest run, or today if that is
    earlier.

    So everything that the newest run and a rerun of it need is kept, and a wrong clock removes nothing; only a day that
    a person names goes further. It may be cut off at any instant; a second time it removes nothing more. Raises
    UsageProblem, RunLocked while a run is busy, InternalFailure when something cannot be read or removed.
    """
    configuration = load_configuration(config)
    if not (state / FILE).is_file():
        raise nothing_published(state)
    try:
        with lock_state(state), _held_if_ours(output, state) as is_output_ours, open_ledger(state) as ledger:
            finish_last_run(state, output)
            runs = ledger.runs()
            day = before or _day(runs)
            retention, look_back = configuration.retention, configuration.look_back_months
            removed = _purge_ledger(ledger, day, retention, look_back)
            removed["school list rows"] = memory_files.forget_lists(state, configuration.school_lists_from(day))
            removed["left by cut-off runs"] = _remove_leftovers(state, runs)
            lists_before = day - timedelta(retention.output_days)
            removed["explanations"] = _remove_explanations(state, runs, lists_before)
            removed["ledger copies"] = _remove_backups(state, day - timedelta(retention.backup_days))
            is_output_ours = is_output_ours and bool(runs) and holds(output, runs[-1].run_id)
            removed["lists"] = remove_dated(output, lists_before) if is_output_ours else 0
    except OSError as problem:
        raise InternalFailure(
            f"What is over its term could not all be removed ({problem.strerror or type(problem).__name__}); check "
            "disk space and rights, then purge again."
        ) from problem
    return Purged(day, removed, is_output_ours)


@contextmanager
def _held_if_ours(output: Path, state: Path) -> Iterator[bool]:
    """Hold the output folder, unless it belongs to another state folder. Raises UsageProblem for an older ledger: lists
    of runs that it does not know would be removed as if no run had made them.
    """
    try:
        lock = hold_output(output, state, adopting=False)
    except ForeignOutput:
        yield False
        return
    with lock or nullcontext():
        refuse_older_ledger(state, output)
        yield lock is not None


def _day(runs: list[Run]) -> date:
    return min([today(), *(run.reference_date for run in runs[-1:])])


def _purge_ledger(ledger: Ledger, day: date, retention: Retention, look_back_months: int) -> dict[str, int]:
    removed = ledger.purge(
        departed_before=add_months(day, -(look_back_months + retention.case_months)),
        decided_before=add_months(day, -_DECISION_MONTHS),
        runs_before=add_months(day, -retention.run_months),
        named_before=add_months(day, -retention.decided_by_months),
        watched_before=add_months(day, -retention.watch_months),
    )
    ledger.compact()
    return removed


def _remove_leftovers(state: Path, runs: list[Run]) -> int:
    """Remove what runs that were cut off left in the state folder: no run names it, and the lock shows that no process
    uses it.
    """
    n_before = _n_files(state)
    memory_files.forget_others(state, [run.enrolment_memory for run in runs])
    explanations.forget_others(state, runs[-1].run_id if runs else None)
    shutil.rmtree(state / WORK, ignore_errors=True)
    for unfinished in (state / BACKUPS).glob("*.unfinished"):
        unfinished.unlink(missing_ok=True)
    return n_before - _n_files(state)


def _n_files(state: Path) -> int:
    found = (*state.glob("*"), *(state / WORK).rglob("*"), *(state / BACKUPS).glob("*"))
    return sum(path.is_file() for path in found)


def _remove_explanations(state: Path, runs: list[Run], before: date) -> int:
    """Remove the files that `explain` reads when the list of their run is removed."""
    return explanations.forget_others(state, None) if runs and runs[-1].reference_date < before else 0


def _remove_backups(state: Path, before: date) -> int:
    old = [
        file
        for file in (state / BACKUPS).glob("*.sqlite3")
        if datetime.fromtimestamp(file.stat().st_mtime, UTC).date() < before
    ]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
