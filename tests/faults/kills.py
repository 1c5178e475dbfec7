"""A whole sequence of nights, killed again and again at random instants, beside the same sequence left in peace."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.harms import TellAt
from tests.faults.sequence import Sequence
from tests.faults.site import Site

#: From when on a kill may fall, and how often: anywhere in a run, in publish, and from the ledger's commit on, which
#: takes but a moment and matters most.
_COMMIT = "ledger and links"
_FROM = {"": 0.4, "publish": 0.3, _COMMIT: 0.3}
_TELL = TellAt("brp_signals.publish.output:record", _COMMIT)


@dataclass(frozen=True)
class Peace:
    """A sequence that nobody disturbed: lists per night, ledger, names; seconds to the end from each of `_FROM`."""

    lists: list[dict[str, bytes]]
    seconds: dict[str, float]
    dump: str
    leftovers: list[str]


@dataclass
class Killed:
    """What came of the kills: how many hit, in which step, how many after the commit, how many after the links."""

    n_kills: int = 0
    n_too_late: int = 0
    n_recorded: int = 0
    n_shown: int = 0
    steps: Counter[str] = field(default_factory=Counter)


def in_peace(folder: Path, sequence: Sequence, is_judged: bool) -> Peace:
    """Run the whole sequence undisturbed."""
    site = Site(folder, sequence, is_judged)
    lists: list[dict[str, bytes]] = []
    seconds: dict[str, float] = {}
    for night in range(sequence.n_nights):
        site.decide(night)
        running = site.start(night, _TELL)
        moments = {"": time.monotonic()}
        for word in ("publish", _COMMIT):
            running.wait_for_step(word)
            moments[word] = time.monotonic()
        outcome = running.end()
        assert outcome.code == 0, outcome.said
        seconds = {word: time.monotonic() - moment for word, moment in moments.items()}
        lists.append(site.lists())
    return Peace(lists, seconds, site.dump(), site.leftovers())


class Disturbed:
    """The same sequence under fire."""

    def __init__(self, folder: Path, sequence: Sequence, peace: Peace, is_judged: bool, seed: int) -> None:
        self.site = Site(folder, sequence, is_judged)
        self.peace, self.killed = peace, Killed()
        self._random = random.Random(seed)

    def go(self, n_kills: int) -> Killed:
        """Kill so often, spread over the nights, and hold everything against the undisturbed sequence.

        Raises AssertionError for a torn output, a lost decision, other lists or another ledger.
        """
        n_nights = self.site.sequence.n_nights
        for night in range(n_nights):
            self.site.decide(night)
            decisions = self.site.decisions()
            n_tonight = n_kills * (night + 1) // n_nights - n_kills * night // n_nights
            for word in self._aims(n_tonight):
                while not self._is_killed(night, word):
                    self.killed.n_too_late += 1
                self._look(night, decisions)
            outcome = self.site.run(night)
            assert outcome.code == 0, outcome.said
            self._look(night, decisions)
            assert self.site.lists() == self.peace.lists[night], f"night {night}: other lists than in peace"
        assert self.site.dump() == self.peace.dump, "another ledger than in peace"
        assert self.site.leftovers() == self.peace.leftovers, "something was left lying about"
        return self.killed

    def _aims(self, n_kills: int) -> list[str]:
        """From when on each kill of a night may fall; the late ones come last, for a run that is recorded stays so."""
        return sorted(self._random.choices(list(_FROM), list(_FROM.values()), k=n_kills), key=list(_FROM).index)

    def _is_killed(self, night: int, word: str) -> bool:
        """Start the night and kill it; False when it had ended before."""
        earlier = self.site.last_run_id()
        running = self.site.start(night, _TELL)
        if word:
            running.wait_for_step(word)
        running.kill_after(self._random.uniform(0, self.peace.seconds[word]))
        outcome = running.end()
        assert outcome.code in (0, -9), outcome.said
        if outcome.code == 0:
            return False
        self.killed.n_kills += 1
        self.killed.steps[outcome.told[-1] if outcome.told else "before the first step"] += 1
        if (last := self.site.last_run_id()) != earlier:
            self.killed.n_recorded += 1
            self.killed.n_shown += (self.site.output / "latest").resolve().name == last
        return True

    def _look(self, night: int, decisions: list[tuple[object, ...]]) -> None:
        """Nothing torn, the lists are those of this night or of the one before, no decision lost."""
        assert not self.site.torn(), f"night {night}: {self.site.torn()}"
        before = self.peace.lists[night - 1] if night else {}
        assert self.site.lists() in (before, self.peace.lists[night]), f"night {night}: the lists are of no night"
        assert self.site.decisions() == decisions, f"night {night}: decisions lost"
