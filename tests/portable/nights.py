"""The nights that are carried out on both engines: the sample, and one that remembers earlier nights.

The second is the third night of a town that is also asked about children on no school list. People have decided on its
cases by then, and one source of traces is silent, so that the ledger has something to say to every statement.
"""

import csv
import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from brp_signals.base.outcomes import EVERY_OUTCOME
from brp_signals.sample.writer import SAMPLE_DATE, write_sample
from brp_signals.state.ledger import open_ledger
from tests.portable.recording import run
from tests.support.deliveries import describe
from tests.support.ledgers import decide

_SAMPLE: Final = Path(__file__).parents[2] / "data/sample/2026-11-20-0363"
_NIGHTS: Final = 3
_SILENT_SOURCE: Final = "verzuim"


def the_sample(folder: Path) -> Path:
    """Record a first night, that of `make demo`; returns where."""
    _run(_SAMPLE, folder, _SAMPLE.with_name(f"{_SAMPLE.name}.brp-signals.toml"))
    return folder / _SAMPLE.name


def the_third_night(folder: Path) -> Path:
    """Record a night with a past, with absences; returns where."""
    town = folder / "town"
    summary = write_sample(town, departure_factor=20, nights=_NIGHTS, reference_date=SAMPLE_DATE)
    with summary.configuration.open("a", encoding="utf-8") as file:
        file.write(f"\n[absence]\ndeclared_schools = {json.dumps(_schools(summary.delivery))}\n")
    for delivery in sorted(path for path in town.iterdir() if path.is_dir()):
        if delivery == summary.delivery:
            _decide_on_every_second(folder)
            _silence(delivery)
        _run(delivery, folder, summary.configuration)
    return folder / summary.delivery.name


NIGHTS: Final[dict[str, Callable[[Path], Path]]] = {
    "the sample": the_sample,
    "the third night of a town": the_third_night,
}


def _run(delivery: Path, folder: Path, config: Path) -> None:
    run(delivery, folder / delivery.name, state=folder / "state", output=folder / "output", config=config)


def _schools(delivery: Path) -> list[str]:
    with (delivery / "enrolments.csv").open(encoding="utf-8", newline="") as file:
        return sorted({row["school_id"] for row in csv.DictReader(file) if row["source"] == "leerplicht"})


def _decide_on_every_second(folder: Path) -> None:
    """Decide on every second case of the list, with the outcomes in turn."""
    with (folder / "output/latest/signals.csv").open(encoding="utf-8", newline="") as file:
        cases = [row["case_id"] for row in csv.DictReader(file)][::2]
    outcomes = itertools.cycle(outcome.code for outcome in EVERY_OUTCOME)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with open_ledger(folder / "state") as ledger:
        for case_id, outcome in zip(cases, outcomes, strict=False):
            decide(ledger, case_id, outcome, SAMPLE_DATE, now)


def _silence(delivery: Path) -> None:
    """Take one source of traces out of a delivery, as if it had not answered."""
    traces, manifest = delivery / "traces.csv", delivery / "manifest.json"
    rows = [
        line
        for line in traces.read_text(encoding="utf-8").splitlines(keepends=True)
        if f",{_SILENT_SOURCE}," not in line
    ]
    traces.write_text("".join(rows), encoding="utf-8")
    told: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
    told["tables"]["traces"]["files"] = [describe(traces, len(rows) - 1)]
    manifest.write_text(json.dumps(told), encoding="utf-8")
