"""Nights as the program takes them: a year of the town as it is, and weeks in which one thing went wrong.

A change begins where the town stood that night: the state folder of the night before is copied, so that what the watch
remembers is what it would remember.
"""

import gc
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import polars as pl

from benchmarks.watch.calendar import NIGHTS, night
from benchmarks.watch.change import STRENGTHS, Change, Moment, Subject
from benchmarks.watch.schools import School
from benchmarks.watch.town import Tables, Town, settings, write_delivery
from brp_signals import pipeline
from brp_signals.base.errors import DeliveryRefused
from brp_signals.state.ledger import FILE
from brp_signals.steps.judging import Suite

if TYPE_CHECKING:
    import duckdb

_TEXTS: Final = ("subject_kind", "subject", "source", "measure", "check_name", "unit", "side", "season")
_NUMBERS: Final = ("value", "n", "least_noise", "noise_share")
POINTS: Final = {**dict.fromkeys(_TEXTS, pl.String), **dict.fromkeys(_NUMBERS, pl.Float64), "seen_on": pl.Date}
#: What a change of many subjects at once is told as a change of.
_PARTS: Final = {"enrolments": "school", "traces": "source", "persons": "municipality"}


@dataclass(frozen=True)
class Alarm:
    """What the watch said of one subject on one night."""

    detector: str
    subject: Subject
    source: str
    measure: str
    is_new: bool
    what: str
    parts: frozenset[Subject] = frozenset()
    """What it is about, where it tells of many schools or sources at once."""

    @property
    def subjects(self) -> frozenset[Subject]:
        """All that it names."""
        return self.parts | {self.subject}


@dataclass(frozen=True)
class Seen:
    """A night: its alarms, its series (one row each) and, where the delivery was refused, why."""

    day: date
    alarms: tuple[Alarm, ...]
    points: pl.DataFrame
    refused: str = ""

    def keep(self, folder: Path) -> None:
        """Write the series down, for whoever wants to see what the watch saw."""
        folder.mkdir(parents=True, exist_ok=True)
        self.points.write_parquet(folder / f"{self.day}.parquet")

    @property
    def keys(self) -> frozenset[tuple[Subject, str]]:
        """Subjects and measures with an alarm, new or not."""
        return frozenset((alarm.subject, alarm.measure) for alarm in self.alarms)


def take_night(
    work: Path, state: Path, tables: Tables, day: date, is_enough: Callable[[Seen], bool] = lambda seen: False
) -> Seen:
    """Run a night on `state`; a night that showed enough once the watch had spoken is not published."""
    write_delivery(work / "delivery", tables, day)
    folders: dict[str, Any] = {"state": state, "output": work / "output", "config": work / "brp-signals.toml"}
    steps = pipeline.STEPS
    watched = steps.index("watch") if "watch" in steps else steps.index("validate")
    judging = patch("brp_signals.steps.judging.judge", judged_plainly)
    with judging, pipeline.open_night(work / "delivery", threads=1, **folders) as opened:
        try:
            for step in steps[: watched + 1]:
                opened.run_step(step)
        except DeliveryRefused as refusal:
            return Seen(day, _alarms(opened.night.account), _points(opened), str(refusal))
        seen = Seen(day, _alarms(opened.night.account), _points(opened))
        if not is_enough(seen):
            for step in steps[watched + 1 :]:
                opened.run_step(step)
    gc.collect()
    return seen


def _alarms(account: dict[str, Any]) -> tuple[Alarm, ...]:
    return tuple(
        Alarm(
            alarm["detector"],
            (alarm["subject_kind"], alarm["subject"]),
            alarm.get("source") or "",
            alarm.get("measure") or "",
            bool(alarm["is_new"]),
            f"{alarm['expected']} -> {alarm['value']}",
            _parts(alarm),
        )
        for alarm in account.get("watch", [])
    )


def _parts(alarm: dict[str, Any]) -> frozenset[Subject]:
    named = alarm.get("subjects", ())
    kind = alarm["subject_kind"] if len(named) < 2 else _PARTS.get(alarm["subject"], alarm["subject_kind"])
    return frozenset((kind, subject) for subject in named)


def _points(opened: pipeline.OpenNight) -> pl.DataFrame:
    warehouse = opened.night.warehouse
    tables = {row["table_name"] for row in warehouse.query("SELECT table_name FROM duckdb_tables()", "watch benchmark")}
    if "watch_series" not in tables:
        return pl.DataFrame(schema=POINTS)
    return pl.DataFrame(warehouse.query(f"SELECT {', '.join(POINTS)} FROM watch_series", "watch benchmark"), POINTS)


def judged_plainly(database: Path, suites: Sequence[Suite], limits: dict[str, float], memory: str) -> dict[str, bool]:
    """The verdicts of Great Expectations without it, which takes a third of a night and must come to the same: each is
    held against the step's own count."""
    import duckdb

    with duckdb.connect(str(database), read_only=True, config={"memory_limit": memory, "threads": 1}) as connection:
        return {
            item["meta"]["check"]: _holds(connection, suite.table, item["kwargs"], limits.get(item["meta"]["check"], 0))
            for suite in suites
            for item in suite.expectations
        }


def _holds(connection: "duckdb.DuckDBPyConnection", table: str, kwargs: dict[str, Any], limit: float) -> bool:
    if "column" in kwargs:
        statement = f'SELECT coalesce(max("{kwargs["column"]}"), 0) FROM {table}'
    else:
        statement = f"SELECT count(*) FROM ({kwargs['unexpected_rows_query'].format(batch=table)})"
    found = connection.execute(statement).fetchone()
    return found is not None and found[0] <= limit


def _acknowledge(state: Path) -> None:
    """Say of every alarm that all is as it should be, as a steward would the morning after a night without a change."""
    with closing(sqlite3.connect(state / FILE)) as ledger, ledger:
        ledger.execute(
            "INSERT OR IGNORE INTO watch_acknowledged (alarm_id, acknowledged_at, reason) "
            "SELECT alarm_id, '2025-01-01', 'benchmark' FROM watch_alarms WHERE gone_run_no IS NULL"
        )


class Year:
    """The nights of a town without any change, and the state folder before each of them.

    Every alarm is acknowledged the morning after, so that a next one is new again.
    """

    def __init__(self, work: Path, seed: int, nights: int = NIGHTS) -> None:
        self.town, self.work = Town(seed), work / f"town-{seed}"
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        (self.work / "brp-signals.toml").write_text(settings(), encoding="utf-8")
        self.nights = [self._take(number) for number in range(nights)]

    def _take(self, number: int) -> Seen:
        state = self.work / "state"
        if state.is_dir():
            shutil.copytree(state, self._before(number))
        day = night(number)
        seen = take_night(self.work, state, self.town.tables(day), day)
        if seen.refused:
            raise AssertionError(f"The town itself was refused on {day}: {seen.refused}")
        _acknowledge(state)
        seen.keep(self.work / "series" / "unchanged")
        sys.stderr.write(f"\rtown {self.town.seed}, {day}: {sum(alarm.is_new for alarm in seen.alarms)} new alarms ")
        return seen

    def _before(self, number: int) -> Path:
        return self.work / "states" / f"{number:03d}"

    def seen_on(self, day: date) -> Seen:
        """The night of a day without any change."""
        return next(seen for seen in self.nights if seen.day == day)

    def series_before(self, day: date) -> list[pl.DataFrame]:
        """The series of all nights before a day, the oldest first."""
        return [seen.points for seen in self.nights if seen.day < day]

    def follow(
        self,
        change: Change,
        strength: int,
        began: date,
        schools: tuple[School, ...],
        nights: int,
        is_enough: Callable[[Moment, Seen], bool],
    ) -> Iterator[tuple[Moment, Seen]]:
        """Take nights with a change from `began` on, until one shows enough or there were so many."""
        work = self.work / "changed"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        shutil.copy(self.work / "brp-signals.toml", work)
        number = next(at for at, seen in enumerate(self.nights) if seen.day == began)
        shutil.copytree(self._before(number), work / "state")
        for weeks in range(min(nights, len(self.nights) - number)):
            day = began + timedelta(weeks=weeks)
            moment = Moment(self.town, day, began, change.values[strength], schools)
            tables = change.apply(self.town.tables(day), moment)
            seen = take_night(work, work / "state", tables, day, lambda seen, at=moment: is_enough(at, seen))  # type: ignore[misc]
            seen.keep(self.work / "series" / f"{change.code}-{STRENGTHS[strength]}-{began}")
            yield moment, seen
            if is_enough(moment, seen):
                return
