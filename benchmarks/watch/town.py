"""The town as it is delivered: four tables for each night, with the noise that every real delivery has."""

import hashlib
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.watch import traces
from benchmarks.watch.calendar import FIRST_NIGHT, LAST_NIGHT
from benchmarks.watch.people import MUNICIPALITY, hex_ids, make_people
from benchmarks.watch.schools import School, make_careers, make_schools
from brp_signals.delivery.contract import PERSONS, REQUIRED, RESIDENCES, TRACES

Tables = dict[str, pl.DataFrame]
#: How many persons at a time stand twice in the register extract or are missing in it though they have residences.
_TWICE, _MISSING, _FAULTY = 2, 2, 3


class Town:
    """What a municipality delivers on any night of a year; the same seed gives the same town."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng([seed, 17])
        self.seed = seed
        self.people = make_people(rng)
        self.schools = make_schools(rng)
        self.careers = make_careers(rng, self.schools, self.people.children)
        self.traces = traces.make_traces(rng, self.people.children)
        self._odd = self._odd_persons(rng)

    def _odd_persons(self, rng: np.random.Generator) -> pl.DataFrame:
        """Who stands twice, and who is missing, from when until when: a fault of a delivery lasts some weeks."""
        first, last = FIRST_NIGHT.toordinal(), LAST_NIGHT.toordinal()
        n = 2 * (last - first) // 60
        since = rng.integers(first - 60, last, n)
        picked = rng.choice(len(self.people.persons), n, replace=False)
        columns = {
            "person_id": self.people.persons["person_id"].to_numpy()[picked],
            "since": since,
            "until": since + rng.integers(7, 90, n),
            "is_twice": np.arange(n) % 2 == 0,
        }
        return pl.DataFrame(columns)

    def school(self, school_id: str) -> School:
        """The school of that number."""
        return next(school for school in self.schools if school.school_id == school_id)

    def tables(self, day: date) -> Tables:
        """The delivery of a night, with its faults."""
        today = day.toordinal()
        rng = np.random.default_rng([self.seed, today])
        odd = self._odd.filter((pl.col("since") <= today) & (pl.col("until") > today))
        twice, missing = (
            odd.filter(pl.col("is_twice") == is_twice)["person_id"].implode() for is_twice in (True, False)
        )
        persons = self._persons(today)
        residences = self._residences(today, persons)
        persons = persons.filter(~pl.col("person_id").is_in(missing))
        persons = pl.concat([persons, persons.filter(pl.col("person_id").is_in(twice))])
        enrolments = self.lists(np.array([school.newest_list(today) for school in self.schools]))
        return {
            "persons": persons,
            "residences": _spoilt(rng, residences, "recorded_on", "20251340"),
            "enrolments": _spoilt(rng, enrolments, "enrolled_on", "00-00-00"),
            "traces": _spoilt(rng, self._traces(today, rng), "event_on", "0"),
        }

    def lists(self, days: np.ndarray[Any, Any]) -> pl.DataFrame:
        """The list of every school as it was drawn up on its day of `days`."""
        return self.careers.listed(np.arange(len(self.schools)), days, self.schools)

    def list_of(self, school_id: str, day: int) -> pl.DataFrame:
        """The list of one school as drawn up on a day."""
        at = next(at for at, school in enumerate(self.schools) if school.school_id == school_id)
        return self.careers.listed(np.array([at]), np.array([day]), self.schools)

    def _persons(self, today: int) -> pl.DataFrame:
        is_shown = (pl.col("first_shown") <= today) & (pl.col("last_shown") > today)
        is_away = (pl.col("left_known") <= today) & (pl.col("back_known") > today)
        return (
            self.people.persons.filter(is_shown)
            .with_columns(
                pl.when(is_away).then(pl.lit("E")).alias("suspension_reason"),
                pl.when(is_away).then(pl.col("left_text")).alias("suspension_date"),
                pl.when(is_away).then(pl.lit("1999")).otherwise(pl.lit(MUNICIPALITY)).alias("municipality_code"),
            )
            .select(PERSONS)
        )

    def _residences(self, today: int, persons: pl.DataFrame) -> pl.DataFrame:
        rows = self.people.residences.filter(pl.col("known") <= today)
        rows = rows.join(persons.select("person_id"), on="person_id", how="semi")
        seq = pl.col("order").rank("ordinal", descending=True).over("person_id") - 1
        is_inquired = (seq == 0) & (pl.col("inquired") <= today) & (pl.col("inquired_until") > today)
        return rows.with_columns(
            seq.cast(pl.String).alias("seq"),
            pl.when(is_inquired.fill_null(value=False))
            .then(pl.lit("1"))
            .otherwise(pl.lit("0"))
            .alias("is_under_inquiry"),
        ).select(RESIDENCES)

    def _traces(self, today: int, rng: np.random.Generator) -> pl.DataFrame:
        is_kept = (pl.col("known") <= today) & (pl.col("happened") >= today - traces.RETENTION_DAYS + 1)
        rows = self.traces.filter(is_kept).select(TRACES)
        strangers = rows.sample(int(rng.integers(0, 4)), seed=today)
        return pl.concat(
            [rows, strangers.with_columns(pl.Series("person_id", hex_ids(rng, len(strangers)), pl.String))]
        )


def _spoilt(rng: np.random.Generator, rows: pl.DataFrame, column: str, value: str) -> pl.DataFrame:
    """A few cells that nobody can read."""
    n = int(rng.integers(0, _FAULTY + 1))
    at = rng.choice(len(rows), n, replace=False)
    return (
        rows.with_row_index()
        .with_columns(pl.when(pl.col("index").is_in(at)).then(pl.lit(value)).otherwise(pl.col(column)).alias(column))
        .drop("index")
    )


def write_delivery(folder: Path, tables: Tables, day: date, part: str = "") -> None:
    """Hand the tables over as a delivery of the municipality."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    entries = {}
    for name in REQUIRED:
        content = tables[name].write_csv().encode()
        (folder / f"{name}.csv").write_bytes(content)
        entry = {"name": f"{name}.csv", "format": "csv", "rows": len(tables[name])}
        entries[name] = {"files": [{**entry, "sha256": hashlib.sha256(content).hexdigest()}]}
    manifest = {
        "schema": "brp-signals/delivery/1",
        "delivery_id": f"{day.isoformat()}-{MUNICIPALITY}{part}",
        "reference_date": day.isoformat(),
        "scope": {"municipalities": [MUNICIPALITY]},
        "pseudonym_key_id": "watch",
        "tables": entries,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def settings() -> str:
    """The configuration that declares the sources of traces."""
    entries = (
        f'[[sources]]\ncode = "{code}"\nkind = "{kind}"\nlegal_basis = "{basis}"\n'
        f"retention_days = {traces.RETENTION_DAYS}\n"
        for code, kind, basis in traces.SOURCES
    )
    return "\n".join(entries)
