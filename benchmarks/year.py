"""A year of nights in one go: does a night in month twelve cost what it cost in month two?

`python -m benchmarks.year` makes a synthetic town as it is a year from now and hands it over night after night as it
was known that day: a departure once it was recorded, a school list once it was drawn up, a trace once it happened.
Every night is run, judged and purged as the schedule does. Prints what nights and ledger cost, and fails when a target
is missed. `--write-docs` puts the table into docs/performance.md.

The look-back is a year instead of two: as far as the town's departures reach back before the first night. Runs are
remembered half a year, the shortest term there is, so that they too leave as they come before the year is over.
"""

import argparse
import gc
import hashlib
import itertools
import json
import shutil
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import polars as pl

from benchmarks.measuring import PAGE, machine, write_between
from brp_signals import pipeline
from brp_signals.base.dates import add_months
from brp_signals.sample.writer import SAMPLE_DATE, write_sample

BEGIN, END = "<!-- year: begin -->", "<!-- year: end -->"
WORK = Path(__file__).parent / "work" / "year"
NIGHTS: Final = 365
LOOK_BACK_MONTHS: Final = 12
RUN_MONTHS: Final = 6
#: Nights compared, by number from 1. Cases are kept seven months after they left the look-back, which is full on the
#: first night: from FULL on as many cases and runs leave the ledger as come in.
EARLY, FULL, LATE = range(31, 61), range(216, 246), range(336, 366)
MOST_GROWTH: Final = 1.2
#: Signs of a sample fill some fourteen months before its date; samples so many months before the end fill three years.
_SAMPLES: Final = (0, 10, 20)
_PERSONS, _DEPARTURE_FACTOR = 2500, 10
#: The day of the last school lists, and how many months of lists there are.
_LISTS_ON, _MONTHS_OF_LISTS = date(2026, 11, 10), 16
_MUNICIPALITY: Final = "0363"
_TABLES: Final = ("persons", "residences", "enrolments", "traces")


class Town:
    """What is known about a town on each day of a year, from all that is known at the end of it."""

    def __init__(self, deliveries: list[Path]) -> None:
        self._persons, self._residences, enrolments, self._traces = (
            pl.concat(_read(delivery / f"{name}.csv") for delivery in deliveries) for name in _TABLES
        )
        self._lists = _monthly_lists(enrolments)

    def known_on(self, day: date) -> dict[str, pl.DataFrame]:
        """The four tables of a delivery of that day."""
        text, iso = f"{day:%Y%m%d}", day.isoformat()
        is_known = (pl.col("recorded_on").fill_null("") <= text) & pl.col("seq").str.contains(r"^[0-9]+$")
        residences = self._residences.filter(is_known)
        residences = residences.with_columns(
            (pl.col("seq").cast(pl.Int64).rank("ordinal").over("person_id") - 1).cast(pl.String).alias("seq")
        )
        left = residences.filter((pl.col("seq") == "0") & pl.col("departure_date").is_not_null())["person_id"].implode()
        is_early = (pl.col("suspension_reason") == "E") & ~pl.col("person_id").is_in(left)
        persons = self._persons.filter(pl.col("person_id").is_in(residences["person_id"].implode())).with_columns(
            pl.when(~is_early).then(pl.col("suspension_reason")).alias("suspension_reason"),
            pl.when(~is_early).then(pl.col("suspension_date")).alias("suspension_date"),
            pl.when(is_early)
            .then(pl.lit(_MUNICIPALITY))
            .otherwise(pl.col("municipality_code"))
            .alias("municipality_code"),
        )
        drawn_up = self._lists.filter(pl.col("seen_on") <= iso)
        newest = pl.col("seen_on").rank("dense", descending=True).over("source", "school_id") <= 2
        traces = self._traces.filter(pl.col("event_on") <= iso).with_columns(_not_after("ended_on", pl.lit(iso)))
        return {"persons": persons, "residences": residences, "enrolments": drawn_up.filter(newest), "traces": traces}


def _read(file: Path) -> pl.DataFrame:
    """Rows of a file of a sample, as text; school lists with whether a row stood on the newest list of its school."""
    rows = pl.read_csv(file, infer_schema=False, truncate_ragged_lines=True)
    if "seen_on" not in rows.columns:
        return rows
    is_on_newest = pl.col("seen_on") == pl.col("seen_on").max().over("source", "school_id")
    return rows.with_columns(is_on_newest.alias("is_on_newest"))


def _monthly_lists(enrolments: pl.DataFrame) -> pl.DataFrame:
    """The school lists of every month; a row stands on them as long as it stood on those of its sample."""
    spell = ["person_id", "school_id", "education_type", "enrolled_on", "withdrawn_on", "source"]
    last_seen = (pl.col("seen_on").max().alias("last_seen_on"), pl.col("is_on_newest").any())
    spells = enrolments.group_by(spell, maintain_order=True).agg(*last_seen)
    days = [str(add_months(_LISTS_ON, -months)) for months in range(_MONTHS_OF_LISTS)]
    is_held = (pl.col("enrolled_on") <= pl.col("seen_on")) & (
        pl.col("is_on_newest") | (pl.col("seen_on") <= pl.col("last_seen_on"))
    )
    rows = spells.join(pl.DataFrame({"seen_on": days}), how="cross").filter(is_held)
    return rows.with_columns(_not_after("withdrawn_on", pl.col("seen_on"))).select(*spell, "seen_on")


def _not_after(column: str, day: pl.Expr) -> pl.Expr:
    """A date that was not known before its day, empty until then."""
    return pl.when(pl.col(column) <= day).then(pl.col(column)).alias(column)


def write_delivery(folder: Path, tables: dict[str, pl.DataFrame], day: date) -> None:
    """Hand the tables over as a delivery of one municipality."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    entries = {}
    for name, rows in tables.items():
        content = rows.write_csv().encode()
        (folder / f"{name}.csv").write_bytes(content)
        entry = {
            "name": f"{name}.csv",
            "format": "csv",
            "rows": len(rows),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        entries[name] = {"files": [entry]}
    manifest = {
        "schema": "brp-signals/delivery/1",
        "delivery_id": f"{day.isoformat()}-{_MUNICIPALITY}",
        "reference_date": day.isoformat(),
        "scope": {"municipalities": [_MUNICIPALITY]},
        "pseudonym_key_id": "sample",
        "tables": entries,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@dataclass(frozen=True)
class Night:
    """What one night cost and left: CPU seconds, bytes of the ledger after the purge, cases on the list."""

    cpu: float
    ledger: int
    listed: int
    flow: dict[str, Any]


def take_night(work: Path) -> Night:
    """Run and purge the delivery that lies in `work`, as the schedule would."""
    from brp_signals.upkeep.purging import purge

    folders: dict[str, Any] = {"state": work / "state", "output": work / "output", "config": work / "brp-signals.toml"}
    started = time.process_time()
    with pipeline.open_night(work / "delivery", **folders) as night:
        for step in pipeline.STEPS:
            night.run_step(step)
        account = night.night.account
    purge(**folders)
    spent = time.process_time() - started
    cases = account["cases"]
    return Night(spent, (work / "state" / "ledger.sqlite3").stat().st_size, cases["listed"], cases["flow"])


def make_town(work: Path) -> Town:
    """Write samples of several dates, and the configuration that declares their sources; together they are one town."""
    samples = [work / f"sample-{months}" for months in _SAMPLES]
    for seed, (months, sample) in enumerate(zip(_SAMPLES, samples, strict=True)):
        write_sample(sample, _PERSONS, seed, add_months(SAMPLE_DATE, -months), _DEPARTURE_FACTOR, _MUNICIPALITY)
    settings = samples[0].with_name(f"{samples[0].name}.brp-signals.toml").read_text(encoding="utf-8")
    (work / "brp-signals.toml").write_text(
        f"look_back_months = {LOOK_BACK_MONTHS}\n{settings}\n[retention]\nrun_months = {RUN_MONTHS}\n", encoding="utf-8"
    )
    return Town(samples)


def take_year(work: Path, nights: int) -> list[Night]:
    """All nights, one after the other, in this process."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    town, taken = make_town(work), []
    for number in range(nights):
        day = SAMPLE_DATE - timedelta(nights - 1 - number)
        write_delivery(work / "delivery", town.known_on(day), day)
        taken.append(take_night(work))
        gc.collect()
        sys.stderr.write(f"\rnight {number + 1}/{nights}: {taken[-1].cpu:.1f} s, {taken[-1].listed} cases listed ")
    sys.stderr.write("\n")
    return taken


def unexplained(nights: list[Night]) -> int:
    """Nights on which the cases of the night before and those that came in are not the cases of this night."""
    wrong = 0
    for before, now in itertools.pairwise(nights):
        stood = sum(before.flow["after"][status] for status in ("new", "ongoing", "changed", "suppressed"))
        came_from = now.flow["listed_before"] + now.flow["suppressed_before"]
        came_in = now.flow["came_in"] + now.flow["came_back"]
        wrong += stood != came_from or came_from + came_in != sum(now.flow["after"].values())
    return wrong


def median(nights: list[Night], numbers: range, what: str) -> float:
    """Over the nights of these numbers, counted from 1."""
    return float(statistics.median(getattr(nights[number - 1], what) for number in numbers))


def report(nights: list[Night]) -> tuple[str, list[str]]:
    """The table in Markdown, and the targets that were missed, in words."""
    cost = [median(nights, numbers, "cpu") for numbers in (EARLY, LATE)]
    ledger = [median(nights, numbers, "ledger") for numbers in (EARLY, FULL, LATE)]
    wrong = unexplained(nights)
    turnover = sum(night.flow["came_in"] for night in nights)
    lines = [
        f"{machine('duckdb')}, {datetime.now(UTC).date().isoformat()}.",
        "",
        f"| medians of 30 nights | {_span(EARLY)} | {_span(FULL)} | {_span(LATE)} | growth |",
        "| --- | ---: | ---: | ---: | ---: |",
        f"| CPU of a night, purge included | {cost[0]:.2f} s | {median(nights, FULL, 'cpu'):.2f} s | {cost[1]:.2f} s "
        f"| **{cost[1] / cost[0]:.2f}** |",
        f"| ledger after the purge | {ledger[0] / 1e3:.0f} kB | {ledger[1] / 1e3:.0f} kB | {ledger[2] / 1e3:.0f} kB "
        f"| **{ledger[2] / ledger[1]:.2f}** |",
        "",
        f"{len(nights)} nights, {turnover} cases came in, {nights[-1].listed} on the list at the end; nights on which "
        f"the flow of cases does not add up: {wrong}.",
    ]
    missed = []
    if cost[1] > MOST_GROWTH * cost[0]:
        missed.append(f"a night at the end of the year costs {cost[1] / cost[0]:.2f} times one at its beginning")
    if ledger[2] > MOST_GROWTH * ledger[1]:
        missed.append(f"the ledger still grows: {ledger[2] / ledger[1]:.2f}")
    if wrong:
        missed.append(f"the flow of cases does not add up on {wrong} nights")
    return "\n".join(lines), missed


def _span(numbers: range) -> str:
    return f"{numbers[0]}–{numbers[-1]}"


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="A year of nights on the sample.")
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--write-docs", action="store_true", help="update docs/performance.md")
    given = parser.parse_args()
    table, missed = report(take_year(given.work, NIGHTS))
    print(table)
    if given.write_docs:
        write_between(PAGE, BEGIN, END, table)
    for words in missed:
        print(f"missed: {words}", file=sys.stderr)
    return len(missed)


if __name__ == "__main__":
    raise SystemExit(main())
