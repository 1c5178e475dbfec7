"""How right a list is: every measure of the benchmark, from the truth, what was given, and the list that a tool made.

A list is a CSV file with at least `person_id`, `municipality_code` and `rank` (1 = first in its municipality);
`level` and `chance_pct` are judged where they are there. Departures of the last 60 days, children who were registered
again and who has become 18 are left out of every figure, and of every list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pandas as pd

from benchmarks.departed_on_paper import upper_mark
from benchmarks.departed_on_paper.reading import Given, is_wrong, read_nights, read_truth
from benchmarks.departed_on_paper.spreadsheets import SPREADSHEETS

_TOO_RECENT = pd.Timedelta(days=60)
#: Compulsory education, for which the lists are made, ends at this age at the latest.
_GROWN_UP = 18
_FIRST_LINES = (10, 25, 50)
_FIFTHS = 5


@dataclass(frozen=True, slots=True)
class AtEqualWork:
    """Hits when every list of a town is cut at the length of a spreadsheet's: `looked_at` cases over all towns."""

    looked_at: int
    spreadsheet: int
    tool: int
    upper_mark: int
    chance: float

    @property
    def against_spreadsheet(self) -> float:
        return self.tool / self.spreadsheet if self.spreadsheet else float("nan")

    @property
    def against_upper_mark(self) -> float:
        return self.tool / self.upper_mark if self.upper_mark else float("nan")


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many: precision when `of` is a list, recall when it is all that is wrong."""

    right: int
    of: int

    @property
    def value(self) -> float:
        return self.right / self.of if self.of else float("nan")


@dataclass(frozen=True, slots=True)
class Score:
    """All figures of one world; days and shares, no persons."""

    departures: int
    wrong: int
    at_equal_work: dict[str, AtEqualWork]
    precision: dict[str, Share]
    recall: dict[str, Share]
    first_lines: dict[int, Share]
    average_precision: float
    days_to_first_list: float
    false_per_thousand: float
    calibration: list[tuple[float, Share]]
    groups: dict[str, AtEqualWork]
    new_lines_a_night: float


def score(world: Path, lists: Mapping[str, Path]) -> Score:
    """Judge the lists that a tool made of `world`: a CSV file under the name of each night, the last one among them.

    Raises KeyError when a list lacks a column and FileNotFoundError when the world or a list is missing.
    """
    folders = sorted(folder for folder in world.iterdir() if folder.is_dir())
    given, truth = read_nights(folders), judged(read_truth(world), pd.Timestamp(folders[-1].name))
    listed = [folder for folder in folders if folder.name in lists]
    nights = [_read_list(lists[folder.name]) for folder in listed]
    last = nights[-1][nights[-1]["person_id"].isin(truth.index)]
    wrong = truth["is_wrong"]
    best = upper_mark.order(given, wrong)
    by_level = {"A": last[last["level"] == "A"], "A + B": last}
    return Score(
        departures=len(truth),
        wrong=int(wrong.sum()),
        at_equal_work={name: _at_equal_work(truth, sheet(given), last, best) for name, sheet in SPREADSHEETS.items()},
        precision={name: _share(wrong, part) for name, part in by_level.items()},
        recall={name: Share(_share(wrong, part).right, int(wrong.sum())) for name, part in by_level.items()},
        first_lines={n: _share(wrong, last.groupby("municipality_code").head(n)) for n in _FIRST_LINES},
        average_precision=_average_precision(truth, last),
        days_to_first_list=_days_to_first_list(truth, listed, nights),
        false_per_thousand=1000 * (len(last) - _share(wrong, last).right) / len(truth),
        calibration=_calibration(wrong, last),
        groups=_by_group(given, truth, last, best),
        new_lines_a_night=_new_lines(nights),
    )


def judged(truth: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """The departures that are judged on `day`, by `person_id`, with `is_wrong`."""
    is_again = truth["registered_again_on"] <= day
    is_recent = truth["departed_on"] > day - _TOO_RECENT
    is_grown_up = truth["born"] <= day - pd.DateOffset(years=_GROWN_UP)
    return truth.assign(is_wrong=is_wrong(truth, day))[~is_again & ~is_recent & ~is_grown_up].set_index("person_id")


def _read_list(file: Path) -> pd.DataFrame:
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    frame = frame.assign(rank=frame["rank"].astype(int), level=frame.get("level", ""))
    return frame.sort_values(["municipality_code", "rank"])


def _share(wrong: pd.Series, lines: pd.DataFrame) -> Share:
    return Share(int(wrong[lines["person_id"]].sum()), len(lines))


def _at_equal_work(truth: pd.DataFrame, sheet: set[str], lines: pd.DataFrame, best: pd.Series) -> AtEqualWork:
    """Cut everybody's list of each town at the length of the spreadsheet's, and count who is right."""
    looked_at, sheet_right, right, upper, chance = 0, 0, 0, 0, 0.0
    for town, of_town in truth.groupby("town"):
        wrong = of_town["is_wrong"]
        chosen = wrong[wrong.index.isin(sheet)]
        n = len(chosen)
        first = lines.loc[(lines["municipality_code"] == town) & lines["person_id"].isin(wrong.index), "person_id"]
        likeliest = best[wrong.index].sort_values(ascending=False, kind="stable").index[:n]
        looked_at, sheet_right = looked_at + n, sheet_right + int(chosen.sum())
        right, upper = right + int(wrong[first.head(n)].sum()), upper + int(wrong[likeliest].sum())
        chance += n * float(wrong.mean())
    return AtEqualWork(looked_at, sheet_right, right, upper, chance)


def _by_group(given: Given, truth: pd.DataFrame, lines: pd.DataFrame, best: pd.Series) -> dict[str, AtEqualWork]:
    """The first spreadsheet's comparison for parts of the departures that a tool does not see, or may not weigh."""
    name, sheet = next(iter(SPREADSHEETS.items()))
    chosen = sheet(given)
    carefulness = pd.to_numeric(truth["school_carefulness"])
    is_careful = carefulness >= carefulness.median()
    has_siblings = truth["children_of_family"].astype(int) > 1
    is_unknown = truth["is_destination_unknown"] == "1"
    parts = {
        "declared": ~is_unknown,
        "ex officio": is_unknown,
        "careful schools": is_careful,
        "careless schools": ~is_careful,
        "only children": ~has_siblings,
        "siblings": has_siblings,
    }
    return {f"{part}, {name}": _at_equal_work(truth[where], chosen, lines, best) for part, where in parts.items()}


def _average_precision(truth: pd.DataFrame, lines: pd.DataFrame) -> float:
    """The mean over the towns of the precision at each hit, with hits that are on no list counted as never found."""
    values = []
    for town, of_town in truth.groupby("town"):
        of_list = lines.loc[lines["municipality_code"] == town, "person_id"]
        hits = of_town["is_wrong"].reindex(of_list, fill_value=False).to_numpy()
        at_hits = [hits[: nth + 1].mean() for nth in range(len(hits)) if hits[nth]]
        values.append(sum(at_hits) / max(int(of_town["is_wrong"].sum()), 1))
    return float(sum(values) / len(values))


def _days_to_first_list(truth: pd.DataFrame, folders: Sequence[Path], nights: Sequence[pd.DataFrame]) -> float:
    """The median of the days from the day a registration became wrong to the first list with the child, if any."""
    first_listed: dict[str, pd.Timestamp] = {}
    for folder, lines in zip(folders, nights, strict=True):
        for person_id in lines["person_id"]:
            first_listed.setdefault(person_id, pd.Timestamp(folder.name))
    begun = truth.loc[truth["is_wrong"] & (truth["wrong_from"] >= pd.Timestamp(folders[0].name)), "wrong_from"]
    listed_on = pd.to_datetime(begun.index.to_series().map(first_listed))  # of an empty list a column of nothing
    days = (listed_on - begun).dropna()
    return float(days.dt.days.median())


def _calibration(wrong: pd.Series, lines: pd.DataFrame) -> list[tuple[float, Share]]:
    """The stated chance against how often it was right, in fifths of the list; nothing where no chance is stated."""
    if "chance_pct" not in lines or not len(lines):
        return []
    ordered = lines.assign(chance_pct=pd.to_numeric(lines["chance_pct"])).sort_values("chance_pct", kind="stable")
    cuts = [len(ordered) * nth // _FIFTHS for nth in range(_FIFTHS + 1)]
    fifths = [ordered.iloc[begin:end] for begin, end in pairwise(cuts)]
    return [(float(fifth["chance_pct"].mean()) / 100, _share(wrong, fifth)) for fifth in fifths]


def _new_lines(nights: Sequence[pd.DataFrame]) -> float:
    """The mean share of a night's lines that were not on the list of the night before."""
    listed = [set(lines["person_id"]) for lines in nights]
    shares = [len(now - before) / len(now) for before, now in pairwise(listed) if now]
    return sum(shares) / len(shares) if shares else float("nan")
