"""The detection in Polars, with its streaming engine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from benchmarks.peers import BORN_FROM, BORN_UNTIL, CHILD, LEFT_FROM, LEFT_UNTIL, PARENT, REGISTER_DATE, UNKNOWN, write
from benchmarks.reference_scan import TYPES

if TYPE_CHECKING:
    import pyarrow


def detect(delivery: Path) -> dict[str, pyarrow.Table]:
    """The five tables of the answer."""
    files = {table: _read(delivery, table) for table in TYPES}
    left_on = pl.col("departure_date")
    departed = _collect(
        files["residences"]
        .filter((left_on == UNKNOWN) | left_on.is_between(pl.lit(LEFT_FROM), pl.lit(LEFT_UNTIL)))
        .select("person_id")
        .unique()
    )
    born_on, suspended_on = pl.col("birth_date"), pl.col("suspension_date")
    children = _collect(
        files["persons"]
        .select(CHILD)
        .filter((born_on == UNKNOWN) | born_on.is_between(pl.lit(BORN_FROM), pl.lit(BORN_UNTIL)))
        .filter(
            pl.col("person_id").is_in(departed["person_id"].implode())
            | ((pl.col("suspension_reason") == "E") & suspended_on.is_between(pl.lit(LEFT_FROM), pl.lit(LEFT_UNTIL)))
        )
        .filter(_is_date("birth_date") & _is_date("suspension_date"))
    )
    of_children = children.lazy().select("person_id").unique()
    parents = (
        pl.concat([children.lazy().select(person_id=name) for name in ("parent1_id", "parent2_id")])
        .unique()
        .join(of_children, on="person_id", how="anti")
    )
    found = _collect(
        files["persons"].select(PARENT).join(parents, on="person_id", how="semi").filter(_is_date("suspension_date"))
    )
    people = pl.concat([children, found], how="diagonal")
    enrolments = files["enrolments"].filter(pl.col("enrolled_on").is_not_null())
    # Collected together, so that one reading of enrolments serves both.
    residences, of_pupils, traces, lists = pl.collect_all(
        [
            files["residences"]
            .join(people.lazy().select("person_id").unique(), on="person_id", how="semi")
            .filter(*(_is_date(name) for name in ("address_from", "departure_date", "valid_from", "recorded_on"))),
            enrolments.join(of_children, on="person_id", how="semi"),
            files["traces"].filter(pl.col("event_on").is_not_null()).join(of_children, on="person_id", how="semi"),
            enrolments.group_by("source", "school_id", "seen_on").agg(n_rows=pl.len()),
        ],
        engine="streaming",
    )
    return {
        "persons": people.to_arrow(),
        "residences": residences.to_arrow(),
        "enrolments": of_pupils.to_arrow(),
        "traces": traces.to_arrow(),
        "school_deliveries": lists.to_arrow(),
    }


def _read(delivery: Path, table: str) -> pl.LazyFrame:
    """The file with its types; a cell that does not fit becomes null. Register dates stay text, as in DuckDB."""
    schema = {name: pl.Date if kind == "DATE" else pl.String for name, kind in TYPES[table].items()}
    return pl.scan_csv(delivery / f"{table}.csv", schema=schema, ignore_errors=True)


def _is_date(name: str) -> pl.Expr:
    return pl.col(name).is_null() | pl.col(name).str.contains(f"^(?:{REGISTER_DATE})$")


def _collect(frame: pl.LazyFrame) -> pl.DataFrame:
    return frame.collect(engine="streaming")


if __name__ == "__main__":
    write(Path(sys.argv[2]), detect(Path(sys.argv[1])))
