"""One fault tried on one night: what the run said, what was on show afterwards, and what the next run did."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.faults.processes import Harm, Outcome
from tests.faults.sequence import Sequence as Nights
from tests.faults.site import Site, is_one_plain_sentence

#: The night that faults are tried on; those before it went well.
NIGHT: Final = 2


@contextmanager
def nothing_else(site: Site) -> Iterator[None]:
    """No harm from outside the run."""
    yield


@dataclass(frozen=True)
class Fault:
    """What is done to a run, and what must come of it.

    `harm` works inside its process, `around` on its folders from outside. `codes` are the exit codes it may have
    (negative: ended by that signal), `says` are words of its sentence, by which a person knows what to do. `mend` is
    what the sentence asks for, when the next run cannot succeed without; `options` go with the harmed run, `run` takes
    its place.
    """

    name: str
    done: str
    codes: frozenset[int]
    harm: Harm | None = None
    around: Callable[[Site], AbstractContextManager[None]] = nothing_else
    says: str = ""
    mend: Callable[[Site], None] | None = None
    options: Callable[[Site], Sequence[str | Path]] = lambda site: ()
    run: Callable[[Site], Outcome] | None = None

    def __str__(self) -> str:
        """For people who read a failed test."""
        return f"{self.name}: {self.done}"


@dataclass(frozen=True)
class Observed:
    """What came of a fault: exit code and sentence, the lists on show then, what the next run did."""

    fault: Fault
    outcome: Outcome
    shown: str
    next_run: str


class Bench:
    """A site on the evening before `NIGHT`, and what an undisturbed `NIGHT` makes of it."""

    def __init__(self, folder: Path, is_judged: bool) -> None:
        self.folder = folder
        self.sequence = Nights(folder / "deliveries", NIGHT + 1)
        self.evening = Site(folder / "evening", self.sequence, is_judged)
        for night in range(NIGHT):
            self.evening.decide(night)
            assert self.evening.run(night).code == 0
        self.evening.decide(NIGHT)
        self.decisions = self.evening.decisions()
        morning = self.evening.copy(folder / "morning")
        assert morning.run(NIGHT).code == 0
        self.before, self.after = self.evening.lists(), morning.lists()
        self.dump, self.leftovers = morning.dump(), morning.leftovers()

    def try_out(self, fault: Fault) -> Observed:
        """Do the harm to the night, look, run the night again, look again. Raises AssertionError for any damage."""
        site = self.evening.copy(self.folder / "tried")
        try:
            with fault.around(site):
                outcome = fault.run(site) if fault.run else site.run(NIGHT, fault.harm, fault.options(site))
            assert outcome.code in fault.codes, f"{fault}: code {outcome.code}: {outcome.said}"
            if outcome.code > 0:
                assert is_one_plain_sentence(outcome), f"{fault}: {outcome.said}"
                assert fault.says in outcome.said, f"{fault}: {outcome.said}"
            shown = self._shown(site, str(fault))
            assert outcome.code != 0 or site.lists() == self.after, f"{fault}: code 0, but the lists are not out"
            return Observed(fault, outcome, shown, self._run_again(site, fault))
        finally:
            shutil.rmtree(site.folder, ignore_errors=True)

    def _shown(self, site: Site, name: str) -> str:
        """Which lists are on show; they are whole, and those of one of the two nights."""
        assert not site.torn(), f"{name}: {site.torn()}"
        lists = site.lists()
        assert lists in (self.before, self.after), f"{name}: the lists are of no night"
        return "those of the run" if lists == self.after else "those of the run before"

    def _run_again(self, site: Site, fault: Fault) -> str:
        told = "succeeded"
        if fault.mend:
            refused = site.run(NIGHT)
            assert refused.code > 0 and is_one_plain_sentence(refused), f"{fault}: {refused}"
            fault.mend(site)
            told = "said the same until a person did what it says, then succeeded"
        again = site.run(NIGHT)
        assert again.code == 0, f"{fault}, the next run: {again.said}"
        assert site.lists() == self.after, f"{fault}: other lists than an undisturbed night"
        assert not site.torn(), f"{fault}: {site.torn()}"
        assert site.decisions() == self.decisions, f"{fault}: decisions lost"
        assert site.dump() == self.dump, f"{fault}: another ledger than an undisturbed night"
        return told
