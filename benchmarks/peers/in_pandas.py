"""The detection in pandas, whole files in memory: `python -m benchmarks.peers.in_pandas DELIVERY FOLDER READER`.

READER is `c` or `pyarrow`, the two fast CSV readers of pandas.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow

from benchmarks.peers import BORN_FROM, BORN_UNTIL, CHILD, LEFT_FROM, LEFT_UNTIL, PARENT, REGISTER_DATE, UNKNOWN, write
from benchmarks.reference_scan import TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable


def detect(delivery: Path, reader: Any) -> dict[str, pyarrow.Table]:
    """The five tables of the answer; a table is read when it is needed and let go of after it."""
    residences = _read(delivery, "residences", reader)
    left_on = residences["departure_date"]
    departed = residences.loc[(left_on == UNKNOWN) | left_on.between(LEFT_FROM, LEFT_UNTIL), "person_id"].unique()
    persons = _read(delivery, "persons", reader)[[*CHILD]]
    born_on, suspended_on = persons["birth_date"], persons["suspension_date"]
    children = persons[
        ((born_on == UNKNOWN) | born_on.between(BORN_FROM, BORN_UNTIL))
        & (
            persons["person_id"].isin(departed)
            | ((persons["suspension_reason"] == "E") & suspended_on.between(LEFT_FROM, LEFT_UNTIL))
        )
    ]
    children = _with_dates(children, ("birth_date", "suspension_date"))
    ids = set(children["person_id"])
    parents = (set(children["parent1_id"]) | set(children["parent2_id"])) - ids
    found = _with_dates(persons.loc[persons["person_id"].isin(parents), [*PARENT]], ("suspension_date",))
    people = pd.concat([children, found])
    del persons
    residences = residences[residences["person_id"].isin(set(people["person_id"]))]
    residences = _with_dates(residences, ("address_from", "departure_date", "valid_from", "recorded_on"))
    enrolments = _on_real_days(_read(delivery, "enrolments", reader), "enrolled_on")
    lists = enrolments.groupby(["source", "school_id", "seen_on"]).size().reset_index(name="n_rows")
    enrolments = enrolments[enrolments["person_id"].isin(ids)]
    traces = _on_real_days(_read(delivery, "traces", reader), "event_on")
    tables = {
        "persons": people,
        "residences": residences,
        "enrolments": enrolments,
        "traces": traces[traces["person_id"].isin(ids)],
        "school_deliveries": lists,
    }
    return {name: pyarrow.Table.from_pandas(frame, preserve_index=False) for name, frame in tables.items()}


def _read(delivery: Path, table: str, reader: Any) -> pd.DataFrame:
    """The file, every cell text."""
    return pd.read_csv(delivery / f"{table}.csv", engine=reader, dtype=dict.fromkeys(TYPES[table], "str"))


def _with_dates(frame: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """The rows whose register dates are in the calendar, or absent."""
    for name in columns:
        frame = frame[frame[name].isna() | frame[name].str.fullmatch(REGISTER_DATE)]
    return frame


def _on_real_days(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame[pd.to_datetime(frame[column], format="%Y-%m-%d", errors="coerce").notna()]


if __name__ == "__main__":
    write(Path(sys.argv[2]), detect(Path(sys.argv[1]), sys.argv[3]))
