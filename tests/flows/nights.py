"""Nights that go wrong on purpose, opened by the worker's child process instead of the pipeline's.

Each leaves what it was asked in `steps.txt` of its state folder, so that a test can read it afterwards.
"""

import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from brp_signals import pipeline
from brp_signals.base.errors import DeliveryRefused, InternalFailure
from tests.support.unjudged import UNJUDGED

CANARY = "Canarinho Zwartvogel 19991231"


class QuietNight:
    """A night in which every step succeeds and the watch finds nothing."""

    alarms: Sequence[dict[str, Any]] = ()

    def __init__(self, state: Path, output: Path) -> None:
        self.state = state
        self.output = output
        state.mkdir(parents=True, exist_ok=True)

    def run_step(self, name: str) -> dict[str, int | str]:
        with (self.state / "steps.txt").open("a") as steps:
            steps.write(f"{name}\n")
        self.work(name)
        return {"output": str(self.output), "L-02": 3} if name == "publish" else {"rows": 7}

    def work(self, name: str) -> None:
        """What a night of this kind does in a step."""

    def close(self) -> None:
        (self.state / "closed.txt").touch()


class ChangedNight(QuietNight):
    """A night in which the watch finds a change of tonight, beside one that stands longer."""

    alarms = (
        {
            "id": "W-0000A1",
            "detector": "level",
            "subject_kind": "school",
            "subject": "99ZZ00",
            "consequence": "hold",
            "is_new": True,
            "sentence_nl": "School 99ZZ00 (bron schoollijst): aantal leerlingen sinds 20-11-2026 32, gewoonlijk 61.",
        },
        {
            "id": "W-0000A2",
            "detector": "flag",
            "subject_kind": "source",
            "subject": "verzuim",
            "consequence": "warn",
            "is_new": False,
            "sentence_nl": "Bron verzuim: sinds 19-11-2026 komt er geen bruikbare regel meer.",
        },
    )


class EndlessNight(QuietNight):
    """A night whose facts are one query that would take days."""

    def work(self, name: str) -> None:
        if name == "facts":
            (self.state / "in_query.txt").touch()
            duckdb.sql("SELECT sum(hash(a.range + b.range)) FROM range(9000000) a, range(9000000) b").fetchall()


class FaultyNight(QuietNight):
    """A night with a fault in the software, whose text quotes a person."""

    def work(self, name: str) -> None:
        if name == "stage":
            raise ValueError(f"cannot cast '{CANARY}'")


class ShakyNight(QuietNight):
    """A night whose share is away the first time."""

    def work(self, name: str) -> None:
        gone = self.state / "was_away.txt"
        if name == "stage" and not gone.exists():
            gone.touch()
            raise OSError(116, f"Stale file handle: {CANARY}")


class WrappedShakyNight(QuietNight):
    """As the shaky one, with the machine's error behind a sentence."""

    def work(self, name: str) -> None:
        if name == "stage":
            try:
                raise OSError(28, CANARY)
            except OSError:
                raise InternalFailure("The disk is full.") from None


class RefusingNight(QuietNight):
    """A night that refuses its delivery."""

    def work(self, name: str) -> None:
        if name == "delivery":
            raise DeliveryRefused("persons.csv has another hash than the manifest; send it again.")


class DyingNight(QuietNight):
    """A night whose process ends by itself."""

    def work(self, name: str) -> None:
        if name == "rules":
            os._exit(9)


def _opener(kind: type[QuietNight]) -> Callable[..., QuietNight]:
    def open_night(
        delivery: Path, *, reference_date: date | None, state: Path, output: Path, config: Path | None
    ) -> QuietNight:
        return kind(state, output)

    return open_night


def unjudged(delivery: Path, **opening: Any) -> pipeline.OpenNight:
    """Open the pipeline's own night, without Great Expectations."""
    pipeline._STEPS.update(UNJUDGED)
    return pipeline.open_night(delivery, **opening)


quiet = _opener(QuietNight)
changed = _opener(ChangedNight)
endless = _opener(EndlessNight)
faulty = _opener(FaultyNight)
shaky = _opener(ShakyNight)
wrapped_shaky = _opener(WrappedShakyNight)
refusing = _opener(RefusingNight)
dying = _opener(DyingNight)
