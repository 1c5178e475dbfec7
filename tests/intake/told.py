"""What a run up to its ranked cases tells of a delivery on disk, as it lies there."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brp_signals import pipeline
from brp_signals.base.warehouse import resource
from brp_signals.steps import validate, watch
from tests.reference.shapes import Result
from tests.support.engine import read_result


@dataclass
class Told:
    """What is told of one delivery: its result, the lines set aside per file, and its account."""

    result: Result
    set_aside: dict[str, list[int]]
    account: dict[str, Any]


def tell(folder: Path) -> Told:
    """Run `folder`/delivery with the configuration `folder`/c.toml."""
    with pipeline.open_night(
        folder / "delivery",
        state=folder / "state",
        output=folder / "output",
        config=folder / "c.toml",
        threads=1,
    ) as night:
        for step in ("delivery", "recall", "stage"):
            night.run_step(step)
        rows = night.night.warehouse.query(
            "SELECT file, line FROM stage_quarantine "
            "WHERE reason_code NOT IN ('source_not_declared', 'retention_over') ORDER BY ALL",
            "quarantine",
        )
        validate.set_aside(night.night, validate.load_checks(resource("expectations")))
        validate.make_valid(night.night)
        watch.hold(night.night, [])
        for step in ("facts", "rules", "cases", "rank"):
            night.run_step(step)
        set_aside: dict[str, list[int]] = {}
        for row in rows:
            set_aside.setdefault(row["file"], []).append(row["line"])
        return Told(read_result(night), set_aside, night.night.account)
