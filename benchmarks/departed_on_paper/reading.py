"""Reading a world back: what a tool was given, night after night, as pandas frames with typed dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

_DATES = ("event_on", "ended_on", "enrolled_on", "withdrawn_on", "seen_on")
_REGISTER_DATES = ("birth_date", "departure_date", "valid_from", "recorded_on")


@dataclass(frozen=True, slots=True)
class Given:
    """All that the nights up to the last one held.

    `departures` has one row for each child that is deregistered on the last night: `person_id`, `town`,
    `departed_on`, `recorded_on`, `is_unknown`, `born`. `lists` has one row for each child on each school list,
    `is_newest` when it is the newest list of that school; `traces` one row for each different sign.
    """

    last_night: pd.Timestamp
    departures: pd.DataFrame
    lists: pd.DataFrame
    traces: pd.DataFrame


def read_nights(folders: Sequence[Path]) -> Given:
    """Read the nights, oldest first. Raises FileNotFoundError when a file of one is missing."""
    last = folders[-1]
    persons, residences = _table(last, "persons"), _table(last, "residences")
    lists = pd.concat([_table(folder, "enrolments") for folder in folders]).drop_duplicates()
    newest = lists.groupby("school_id")["seen_on"].transform("max")
    return Given(
        pd.Timestamp(last.name),
        _departures(persons, residences),
        lists.assign(is_newest=lists["seen_on"] == newest),
        pd.concat([_table(folder, "traces") for folder in folders]).drop_duplicates(),
    )


def read_truth(world: Path) -> pd.DataFrame:
    """The truth beside the nights, for the scorer alone; `is_wrong` tells how it is on the last night."""
    truth = pd.read_csv(world / "truth.csv", dtype=str, keep_default_na=False)
    for column in ("departed_on", "recorded_on", "born", "registered_again_on", "wrong_from", "wrong_until"):
        truth[column] = pd.to_datetime(truth[column], format="%Y-%m-%d", errors="coerce")
    return truth


def is_wrong(truth: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """Whether the registration of each departure was wrong on `day`."""
    ended = truth[["wrong_until", "registered_again_on"]].min(axis=1)
    return (truth["wrong_from"] <= day) & ~(ended <= day)


def _table(folder: Path, name: str) -> pd.DataFrame:
    table = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
    for column in table.columns.intersection(_DATES):
        table[column] = pd.to_datetime(table[column], format="%Y-%m-%d", errors="coerce")
    for column in table.columns.intersection(_REGISTER_DATES):
        table[column] = pd.to_datetime(table[column], format="%Y%m%d", errors="coerce")
    return table


def _departures(persons: pd.DataFrame, residences: pd.DataFrame) -> pd.DataFrame:
    """Children who are deregistered, with the newest departure and the town of the row before it."""
    gone = persons[(persons["suspension_reason"] == "E") & (persons["parent1_id"] != "")]
    newest = residences[residences["seq"] == "0"].set_index("person_id")
    before = residences[residences["seq"] == "1"].set_index("person_id")["municipality_code"]
    frame = gone[["person_id", "birth_date"]].join(
        newest[["departure_date", "recorded_on", "is_destination_unknown"]], on="person_id"
    )
    frame = frame.join(before.rename("town"), on="person_id")
    frame["is_unknown"] = frame.pop("is_destination_unknown") == "1"
    return frame.rename(columns={"departure_date": "departed_on", "birth_date": "born"})
