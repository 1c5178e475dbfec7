"""The backtest: what the rules would have listed in each earlier month on what was recorded by then, and what the
register said of it afterwards. It is made from one delivery, in a place of its own that goes away; no ledger and no
list is touched.

The delivery is staged once. For each month, sql/backtest/*_then.sql takes away the rows that were recorded later; no
other place does so. The steps facts, rules and cases then look from that day (decision 0004).
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from brp_signals import pipeline
from brp_signals.base import unfinished
from brp_signals.base.config import Configuration
from brp_signals.base.dates import add_months
from brp_signals.base.errors import UsageProblem
from brp_signals.base.warehouse import resource
from brp_signals.steps import cases, facts, rules, validate, watch
from brp_signals.steps.night import Night, points_of_chance

MOST_MONTHS: Final = 60
#: Tables of which a night in an earlier month would have had other rows.
_CUT: Final = ("residences", "enrolments", "traces", "sign_days")
#: Chances from which a case could be listed, whatever the thresholds of the configuration.
CHANCES: Final = ("0.05", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6")
_COLLECTED: Final = ("sources_then", "listed", "evidence")


@dataclass(frozen=True)
class Counted:
    """One group of departures in one month, or (`month_on` None) over all months, each from its first.

    `kind`: 'listed' (on the list), 'level' (A, B, weak or B-03), 'rule' and 'against' (on the list with that rule),
    'alone' (on it by that rule alone), 'kept_off' (off it by that rule alone), 'from' (with that chance or more, listed
    or not). `hits` is how many departures the register corrected or ended since; a quarter, half and three quarters of
    them were corrected or ended within so many days. These counts are exact, so they may not be published.
    """

    month_on: date | None
    kind: str
    code: str
    n: int
    hits: int
    n_corrected: int
    n_returned: int
    n_was_back: int
    days_first_quarter: int | None
    days_half: int | None
    days_third_quarter: int | None


@dataclass(frozen=True)
class Sources:
    """What a month could rely on: the number of school lists in the two months before it, and whether there was any
    report in the year before it.
    """

    month_on: date
    n_lists: int
    has_traces: bool


@dataclass(frozen=True)
class Backtest:
    """A backtest before its counts are rounded for publication: months from old to new, and everything that was
    counted.
    """

    delivery_id: str
    reference_date: date
    configuration: Configuration
    months: tuple[Sources, ...]
    counts: tuple[Counted, ...]


def backtest(
    delivery: Path,
    months: int,
    config: Path | None = None,
    on_month: Callable[[date], None] = lambda day: None,
) -> Backtest:
    """Look at a delivery from the same day of each of the `months` months before its reference date.

    Weights are those of the configuration: learned ones lie in a state folder and know later decisions. Children under
    secrecy, as the delivery tells today, are in no count, and neither are children on no school list (R-01, R-02).

    Raises UsageProblem, DeliveryRefused and InternalFailure, as a run does.
    """
    with opened_for(delivery, months, config) as night:
        return look_back(night, months, on_month)


def look_back(night: Night, months: int, on_month: Callable[[date], None] = lambda day: None) -> Backtest:
    """Look from each month in turn, then hold what was found against the register of today."""
    today = night.reference_date
    for back in range(months, 0, -1):
        day = add_months(today, -back)
        on_month(day)
        look_from(night, day)
        _collect(night, is_first=back == months)
    night.requested_date = today
    return Backtest(
        night.delivered.delivery_id,
        today,
        night.configuration,
        tuple(Sources(**row) for row in _rows(night, "SELECT * FROM backtest_sources_then ORDER BY month_on")),
        _count(night),
    )


@contextmanager
def opened_for(delivery: Path, months: int, config: Path | None = None) -> Iterator[Night]:
    """A delivery that was staged and judged once, so that `look_from` can look at it from any day of these months.

    What it works in goes away with it. Raises what `backtest` raises.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise UsageProblem(f"--months: write a number from 1 to {MOST_MONTHS}.")
    with (
        unfinished.folder(Path(tempfile.gettempdir()), "brp-signals-backtest") as place,
        pipeline.open_night(delivery, state=place, output=place, config=config) as opened,
    ):
        night = opened.night
        chosen = night.configuration.model_copy(update={"absence": None})
        # Wide enough for the look-back of the oldest month: facts decide for each month what is in view.
        night.configuration = chosen.model_copy(update={"look_back_months": chosen.look_back_months + months})
        for step in ("delivery", "recall", "stage", "absence"):
            opened.run_step(step)
        _keep(night)
        opened.run_step("validate")
        night.configuration = chosen
        yield night


def _keep(night: Night) -> None:
    """Keep what was staged under names of its own, to be cut for each month."""
    night.create("backtest_residences", "backtest/residences.sql")
    for kept, staged in (
        *((table, f"stage_{table}") for table in (*_CUT[1:], "quarantine")),
        ("school_lists", "_stage_school_lists"),
    ):
        night.warehouse.execute(f"CREATE TABLE backtest_{kept} AS SELECT * FROM {staged}", "backtest")


def look_from(night: Night, day: date) -> None:
    """Take away what a night of this day could not know, then find cases as that night would have.

    The checks put rows aside again, since some do so by the date; what they say of the delivery was judged once.
    """
    night.requested_date = day
    for table in _CUT:
        night.create(f"stage_{table}", f"backtest/{table}_then.sql")
    night.create("_stage_school_lists", "backtest/school_lists_then.sql")
    night.create("stage_school_deliveries", "stage/school_deliveries.sql")
    night.warehouse.execute("CREATE OR REPLACE TABLE stage_quarantine AS SELECT * FROM backtest_quarantine", "backtest")
    validate.set_aside(night, validate.load_checks(resource("expectations")))
    validate.make_valid(night)
    watch.hold(night, [])
    for step in (facts, rules, cases):
        step.run(night)


def _collect(night: Night, *, is_first: bool) -> None:
    """Note what this month would have listed, and which sources it could rely on."""
    make = night.warehouse.create if is_first else night.warehouse.insert
    for table in _COLLECTED:
        make(f"backtest_{table}", f"backtest/{table}.sql", **night.parameters)


def _count(night: Night) -> tuple[Counted, ...]:
    """Hold every departure against the register of today, and count."""
    bounds = [(chance, points_of_chance(Decimal(chance))) for chance in CHANCES]
    night.warehouse.load("backtest_bounds", {"chance": "VARCHAR", "points": "INTEGER"}, bounds)
    night.create("backtest_outcomes", "backtest/outcomes.sql", delivered_on=night.reference_date)
    rows = night.warehouse.fetch("backtest/counted.sql")
    return tuple(sorted((Counted(**row) for row in rows), key=lambda row: (str(row.month_on), row.kind, row.code)))


def _rows(night: Night, statement: str) -> list[dict[str, Any]]:
    return night.warehouse.query(statement, "backtest")
