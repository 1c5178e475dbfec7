"""The state of one run, handed from step to step: where it reads, works and writes, and what it counted."""

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from brp_signals.base.config import Absence, Configuration
from brp_signals.base.dates import add_months
from brp_signals.base.errors import InternalFailure
from brp_signals.base.rule_files import ABSENCE, Rule, load_rules
from brp_signals.base.sealing import PLAIN, Handover
from brp_signals.base.warehouse import Value, Warehouse, resource
from brp_signals.delivery.files import DataFile, Delivery
from brp_signals.state.ledger import NATIONAL, Run
from brp_signals.steps.files_as_tables import FilesAsTables, refusing_damage

#: Ages between which education may be compulsory, a year wider on either side.
YOUNGEST, OLDEST = 4, 19


def hundredths(points: Decimal) -> int:
    """Points as the whole hundredths in which they are counted."""
    return int(points * 100)


def points_of_chance(chance: Decimal) -> int:
    """The points, in hundredths, that make a chance: ten points for each unit of log-odds."""
    return math.ceil(1000 * math.log(chance / (1 - chance)))


@dataclass
class Night:
    """One run. `work` is its private folder, `account` becomes run.json.

    `run_no` and `earlier_runs` come from the ledger (steps.recall), `files_as_tables` from stage; `accepted_drift` is
    why a person lets a much smaller delivery pass. `started` is when it began, on a clock that nobody sets back.
    """

    folder: Path
    state: Path
    output: Path
    work: Path
    configuration: Configuration
    warehouse: Warehouse
    requested_date: date | None = None
    delivery: Delivery | None = None
    handover: Handover = PLAIN
    accepted_drift: str | None = None
    run_no: int = 1
    earlier_runs: tuple[Run, ...] = ()
    rules_sha256: dict[str, str] = field(default_factory=dict)
    files_as_tables: FilesAsTables | None = None
    account: dict[str, Any] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)

    @property
    def delivered(self) -> Delivery:
        """The verified delivery; it exists once the delivery step has run."""
        if self.delivery is None:
            raise InternalFailure("A step ran before the delivery was opened; run the steps in their order.")
        return self.delivery

    def files_of(self, table: str) -> list[DataFile]:
        """The files that one table was delivered in."""
        return [file for file in self.delivered.files if file.table == table]

    @contextmanager
    def showing(self, table: str, *files: DataFile, where: str = "true") -> Iterator[Sequence[DataFile]]:
        """Show `files` of a table to SQL as `delivered_<table>`, all of them when none is named (FilesAsTables.show).

        Raises DeliveryRefused when one of them is a damaged Parquet file.
        """
        shown = files or self.files_of(table)
        with refusing_damage(*shown):
            self.files.show(table, *shown, where=where)
            yield shown

    @property
    def files(self) -> FilesAsTables:
        """The files of the delivery as tables; they exist once stage has begun."""
        if self.files_as_tables is None:
            raise InternalFailure("A step ran before stage; run the steps in their order.")
        return self.files_as_tables

    @property
    def scope(self) -> tuple[str, ...]:
        """The municipalities of the delivery, as the ledger keeps them."""
        return NATIONAL if self.delivered.is_national else self.delivered.municipalities

    @property
    def reference_date(self) -> date:
        """The date the run looks from: nothing dated after it counts."""
        return self.requested_date or self.delivered.reference_date

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that may run, switched off or not; those about absence only when the configuration asks."""
        rules = load_rules(resource("sql") / "rules", self.warehouse.overrides_below("rules"))
        return tuple(rule for rule in rules if self.configuration.absence or rule.level != ABSENCE)

    @property
    def parameters(self) -> dict[str, Value]:
        """The `$names` that any SQL file may use."""
        configuration, today = self.configuration, self.reference_date
        look_back = add_months(today, -configuration.look_back_months)
        thresholds, weights = configuration.thresholds, configuration.weights
        absence = configuration.absence or Absence()
        return {
            "reference_date": today,
            "look_back_from": look_back,
            # Bounds in register text, whole years, deliberately too wide: facts decide exactly.
            "look_back_text": f"{look_back.year:04d}0000",
            "reference_text": f"{today.year:04d}1231",
            "born_from_text": f"{look_back.year - OLDEST:04d}0000",
            "born_until_text": f"{today.year - YOUNGEST:04d}1231",
            "duty_born_from_text": f"{today.year - 18:04d}0000",
            "duty_born_until_text": f"{today.year - 5:04d}1231",
            "school_year_from": date(today.year if today.month >= 8 else today.year - 1, 8, 1),
            "explained_from": add_months(today, -thresholds.explained_months),
            "is_national": self.delivered.is_national,
            "grace_new_enrolment": configuration.grace_days.l_02,
            "lapse_days": thresholds.lapse_days,
            "inquiry_days": thresholds.inquiry_days,
            "stale_days": thresholds.stale_days,
            "stale_days_summer": thresholds.stale_days_summer,
            "slow_recording_days": thresholds.slow_recording_days,
            "school_gap_days": thresholds.school_gap_days,
            "early_return_months": thresholds.early_return_months,
            "points_base": hundredths(weights.base),
            "points_level_a": points_of_chance(configuration.levels.a),
            "points_level_b": points_of_chance(configuration.levels.b),
            "transfer_days": absence.transfer_days,
            "arrival_days": absence.arrival_days,
        }

    def create(self, table: str, file: str, **parameters: Value) -> None:
        """Make `table` from the SELECT in the SQL `file`, with the run's own parameters at hand."""
        self.warehouse.create(table, file, **{**self.parameters, **parameters})
