"""Nights of one state folder, one after the other, through the pipeline."""

import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from brp_signals import pipeline
from brp_signals.state.ledger import Ledger, open_ledger
from tests.spec.builders import delivery_of, settings_of
from tests.spec.notation import NONE, Case
from tests.support.deliveries import write_delivery
from tests.support.engine import configuration
from tests.support.ledgers import decide
from tests.support.unjudged import run_unjudged

TABLES = ("persons", "residences", "enrolments", "traces")


def case_of(children: list[dict[str, str]], today: date) -> Case:
    """Children in the notation of the specs, as one situation."""
    named = [{"child": f"child {number}", **child} for number, child in enumerate(children)]
    empty: dict[str, list[dict[str, str]]] = {name: [] for name in TABLES_OF_A_CASE}
    return Case("life", 1, "life", today, {}, empty | {"children": named})


TABLES_OF_A_CASE = ("children", "parents", "residences", "enrolments", "deliveries", "decisions", "expect")


class Nights:
    """A state and an output folder through which deliveries go night after night."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state, self.output = folder / "state", folder / "output"
        self.delivery = folder / "none yet"
        self.config = folder / "brp-signals.toml"
        self.config.write_text(configuration(settings_of(case_of([], date(2026, 6, 15)))), encoding="utf-8")

    def deliver(
        self,
        today: date,
        children: list[dict[str, str]],
        scope: tuple[str, ...] | None = ("0363",),
        delivery_id: str | None = None,
        tables: Mapping[str, Any] | None = None,
    ) -> Path:
        """Write the delivery of a night, of the whole country without a `scope`; `tables` replaces the rows."""
        rows = delivery_of(case_of(children, today))
        self.delivery = self.folder / "delivery"
        shutil.rmtree(self.delivery, ignore_errors=True)
        name = delivery_id or f"{today}-{'-'.join(scope or ('country',))}"
        chosen = tables or {table: getattr(rows, table) for table in TABLES}
        return write_delivery(self.delivery, chosen, today, scope, name)

    def run(self, is_judged: bool = False, **options: Any) -> dict[str, Any]:
        """Take every step on the delivery; Great Expectations only when asked, since it costs seconds."""
        places: dict[str, Any] = {"state": self.state, "output": self.output, "config": self.config}
        if not is_judged:
            return run_unjudged(self.delivery, **places, **options)
        with pipeline.open_night(self.delivery, threads=1, **places, **options) as night:
            for step in pipeline.STEPS:
                night.run_step(step)
            return night.night.account

    def copy(self, folder: Path) -> "Nights":
        """The same configuration, delivery, state and lists in another folder, to go on from."""
        shutil.copytree(self.folder, folder, symlinks=True, dirs_exist_ok=True)
        made = Nights(folder)
        shutil.copy(self.config, made.config)
        made.delivery = folder / self.delivery.relative_to(self.folder)
        return made

    def decide(self, case_id: str, decision: str) -> None:
        """What people decided: `X-VERKLAARD 2026-06-15`."""
        outcome, day = decision.split()
        with open_ledger(self.state) as ledger:
            decide(ledger, case_id, outcome, date.fromisoformat(day), "2026-06-15T12:00:00+00:00", "0" * 64)

    def states(self) -> dict[str, tuple[str, list[str]]]:
        """Status and reasons of every case as the ledger has them now."""
        with open_ledger(self.state) as ledger:
            return {case_id: last_entry(ledger, case_id) for case_id in case_ids(ledger)}

    def lists(self) -> dict[str, bytes]:
        """Every published list, by name."""
        latest = self.output / "latest"
        return {
            str(path.relative_to(latest)): path.read_bytes()
            for path in sorted(latest.rglob("*"))
            if path.is_file() and path.name not in ("run.json", "report.html")
        }


AfterOneNight = Callable[[Path, date, list[dict[str, str]]], Nights]
"""What the fixture `after_one_night` gives: nights in a folder, of which that of these children is over."""


def case_ids(ledger: Ledger) -> list[str]:
    """The numbers of all cases."""
    return sorted({str(case[0]) for case in ledger.recall(10**6).cases})


def last_entry(ledger: Ledger, case_id: str) -> tuple[str, list[str]]:
    """Status of a case now, and why."""
    entry = ledger.history(case_id)[-1]
    return entry.status, list(entry.reasons)


def child(**cells: str) -> dict[str, str]:
    """The standard child with one absence report, and what the caller says."""
    return {"trace": "absence_report 2026-03-16", **cells}


__all__ = ["NONE", "AfterOneNight", "Nights", "case_ids", "case_of", "child", "last_entry"]
