"""The schools of the town: who goes where, and on which days each school draws up its list.

Some schools hand in a list every week and some every month, on their own day, and none in the summer holidays. The
secondary school year begins on the 1st of August; a primary school takes children in all year, from four years on.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from benchmarks.watch.calendar import (
    FIRST_NIGHT,
    HOLIDAYS,
    LAST_NIGHT,
    NEVER,
    SUMMERS,
    Days,
    as_dates,
    first_of_august,
    is_in,
    iso_text,
    years_and_months,
)
from benchmarks.watch.people import hex_ids

_YEAR = 365.25
_DRAWS = np.random.Generator
_LISTS_FROM = FIRST_NIGHT.toordinal() - 300
_KINDS: Final = ("PO",) * 34 + ("SBO",) + ("VO",) * 4 + ("MBO",)
#: The last secondary school and the vocational one come with the national list.
_FROM_DUO: Final = (len(_KINDS) - 2, len(_KINDS) - 1)
#: A year's share of pupils who change school in town, of primary and of secondary education.
_CHANGES: Final = {"PO": 0.05, "VO": 0.03}


@dataclass(frozen=True)
class School:
    """A school; `lists` are the days of its lists, `keeps` whether a pupil who left stays on it until the summer."""

    school_id: str
    kind: str
    weight: float
    source: str
    is_weekly: bool
    keeps: bool
    lists: tuple[int, ...]

    def newest_list(self, day: int) -> int:
        """The day of the newest list that a delivery of `day` can hold: it takes a day to get there."""
        return max(list_day for list_day in self.lists if list_day < day)


def make_schools(rng: _DRAWS) -> tuple[School, ...]:
    """Forty schools, their sizes as real ones: many small, few large."""
    duo_lists = _list_days(rng, is_weekly=False, has_summer=False)
    schools = []
    for at, kind in enumerate(_KINDS):
        spread = {"PO": (170, 0.45, 60, 400), "SBO": (110, 0.01, 60, 200), "VO": (900, 0.25, 600, 1500)}
        middle, width, least, most = spread.get(kind, (1100, 0.05, 900, 1300))
        source = "leerplicht" if kind == "SBO" else "duo" if at in _FROM_DUO else "school"
        is_weekly = bool(rng.random() < 0.45)
        lists = duo_lists if source == "duo" else _list_days(rng, is_weekly=is_weekly, has_summer=True)
        weight = float(np.clip(rng.lognormal(np.log(middle), width), least, most))
        keeps = bool(rng.random() < 0.4) and source != "duo"
        letters = chr(65 + at // 26) + chr(65 + at % 26)
        schools.append(School(f"9{at % 10}{letters}00", kind, weight, source, is_weekly, keeps, lists))
    return tuple(schools)


def _list_days(rng: _DRAWS, *, is_weekly: bool, has_summer: bool) -> tuple[int, ...]:
    """Days of lists: on an own weekday, now and then one forgotten or late, none in (most) holidays."""
    last, weekday = LAST_NIGHT.toordinal(), int(rng.integers(0, 5))
    start = _LISTS_FROM - (_LISTS_FROM - 1) % 7 + weekday + (0 if is_weekly else int(rng.integers(0, 4)) * 7)
    days = []
    for planned in range(start, last + 1, 7 if is_weekly else 28):
        day = planned if is_weekly else planned + int(rng.choice([0, 0, 0, 1, 4, 7]))
        if has_summer and is_in(day, SUMMERS):
            continue
        is_quiet = is_in(day, HOLIDAYS) and rng.random() < (0.8 if is_weekly else 0.4)
        if (has_summer and is_quiet) or rng.random() < 0.03:
            continue
        days.append(day)
    return tuple(days)


@dataclass(frozen=True)
class Careers:
    """Every stretch of every child at every school, days as numbers."""

    spells: pl.DataFrame

    def listed(self, school_at: np.ndarray[Any, Any], days: Days, schools: tuple[School, ...]) -> pl.DataFrame:
        """The rows of the lists that schools (by place) drew up on `days`."""
        of_list = pl.DataFrame(
            {
                "school": school_at,
                "seen": days,
                "year_from": first_of_august(years_and_months(days)[0] - (years_and_months(days)[1] < 8)),
                "keeps": [schools[at].keeps for at in school_at],
                "is_duo": [schools[at].source == "duo" for at in school_at],
                "source": [schools[at].source for at in school_at],
                "school_id": [schools[at].school_id for at in school_at],
            }
        )
        rows = self.spells.join(of_list, on="school").filter(
            (pl.col("since") <= pl.col("seen")) & (pl.col("shown") <= pl.col("seen"))
        )
        is_ended = pl.col("dropped") <= pl.col("seen")
        is_kept = pl.col("keeps") & (pl.col("until") >= pl.col("year_from"))
        is_resident = (pl.col("registered") <= pl.col("seen")) & (pl.col("deregistered") > pl.col("seen"))
        rows = rows.filter((~is_ended | is_kept) & (~pl.col("is_duo") | is_resident))
        text = rows.select("person_id", "school_id", "education_type", "source", "since_text", "seen")
        withdrawn = rows.select(pl.when(is_ended).then(pl.col("until_text")).alias("withdrawn_on"))["withdrawn_on"]
        seen = iso_text(rows["seen"].to_numpy())
        return text.select(
            "person_id",
            "school_id",
            "education_type",
            pl.col("since_text").alias("enrolled_on"),
            withdrawn,
            "source",
            seen.alias("seen_on"),
        )


def make_careers(rng: _DRAWS, schools: tuple[School, ...], children: dict[str, Any]) -> Careers:
    """Send every child to school, those of other towns too, and let school lists learn of changes some days late."""
    pupils = _with_outsiders(rng, children)
    primary, secondary, vocational = _stretches(rng, schools, pupils)
    spells = pl.concat(
        [*_with_changes(rng, schools, primary, "PO"), *_with_changes(rng, schools, secondary, "VO"), vocational]
    )
    spells = spells.filter(pl.col("since") < pl.col("until"))
    return Careers(_as_known(rng, _within_residence(rng, spells, pupils)))


def _with_outsiders(rng: _DRAWS, children: dict[str, Any]) -> pl.DataFrame:
    """The children of the town, and pupils from elsewhere: few in primary, more in secondary and vocational schools."""
    here = pl.DataFrame(children).with_columns(pl.lit("").alias("only"))
    n_births = len(here)
    parts = [here]
    for kind, share in (("PO", 0.05), ("VO", 0.11), ("MBO", 0.4)):
        n = round(share * n_births)
        births = rng.choice(here["birth"].to_numpy(), n)
        never = np.full(n, NEVER)
        columns = {
            "person_id": hex_ids(rng, n),
            "household": np.full(n, -1),
            "birth": births,
            "came": np.zeros(n, np.int64),
        }
        columns |= {"went": never, "left": never, "left_known": never, "back": never}
        parts.append(pl.DataFrame(columns).with_columns(pl.lit(kind).alias("only")))
    return pl.concat(parts)


def _stretches(
    rng: _DRAWS, schools: tuple[School, ...], pupils: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    births, only, n = pupils["birth"].to_numpy(), pupils["only"].to_numpy(), len(pupils)
    years, months = years_and_months(births)
    begins = births + round(4 * _YEAR) + rng.integers(0, 18, n)
    month = years_and_months(begins)[1]
    begins = np.where((month == 7) | ((month == 8) & (rng.random(n) < 0.9)), first_of_august(years + 4), begins)
    begins = np.where(begins < births + round(3.97 * _YEAR), first_of_august(years + 5), begins)
    to_secondary = first_of_august(years + np.where(months < 10, 12, 13))
    length = rng.choice([4, 5, 6], n, p=[0.45, 0.33, 0.22])
    to_work = first_of_august(years_and_months(to_secondary)[0] + length)
    goes_on = ((length == 4) & (rng.random(n) < 0.8)) | (only == "MBO")
    after = first_of_august(years_and_months(to_work)[0] + np.where(goes_on, 3, 0))
    is_special = rng.random(n) < 0.016
    first = np.where(is_special, _pick(rng, schools, "SBO", n), _pick(rng, schools, "PO", n))
    return (
        _spells(pupils, first, begins, to_secondary, (only == "") | (only == "PO"), is_special),
        _spells(
            pupils,
            _pick(rng, schools, "VO", n),
            to_secondary,
            to_work,
            ((only == "") & (rng.random(n) < 0.9)) | (only == "VO"),
        ),
        _spells(pupils, _pick(rng, schools, "MBO", n), to_work, after, (only == "") | (only == "MBO")),
    )


def _pick(rng: _DRAWS, schools: tuple[School, ...], kind: str, n: int) -> np.ndarray[Any, Any]:
    places = [at for at, school in enumerate(schools) if school.kind == kind]
    weights = np.array([schools[at].weight for at in places])
    return rng.choice(places, n, p=weights / weights.sum())


def _spells(
    pupils: pl.DataFrame, school: Any, since: Days, until: Days, goes: Any, is_special: Any = False
) -> pl.DataFrame:
    rows = pupils.select("person_id", "came", "went", "left", "left_known", "back", "only").with_columns(
        pl.Series("school", school),
        pl.Series("since", since),
        pl.Series("until", until),
        pl.Series("special", is_special & goes),
    )
    return rows.filter(pl.Series(goes))


def _with_changes(
    rng: _DRAWS, schools: tuple[School, ...], spells: pl.DataFrame, kind: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Let some go to another school half-way: half of them at the beginning of a school year."""
    n = len(spells)
    since, until = spells["since"].to_numpy(), spells["until"].to_numpy()
    changes = rng.random(n) < _CHANGES[kind] * (until - since) / _YEAR
    day = since + (rng.random(n) * np.maximum(until - since, 1)).astype(np.int64)
    year, month = years_and_months(day)
    day = np.where((rng.random(n) < 0.5) | (month == 7) | (month == 8), first_of_august(year), day)
    changes &= (day > since + 30) & (day < until - 30) & ~spells["special"].to_numpy()
    to = _pick(rng, schools, kind, n)
    stays = spells.with_columns(pl.Series("until", np.where(changes, day, until)))
    goes = spells.with_columns(pl.Series("since", day), pl.Series("school", to)).filter(pl.Series(changes))
    return stays, goes


def _within_residence(rng: _DRAWS, spells: pl.DataFrame, pupils: pl.DataFrame) -> pl.DataFrame:
    """End and begin stretches with the residence: who comes, goes, leaves the country, or is back from there."""
    n = len(spells)
    came, went, left, back = (spells[name].to_numpy() for name in ("came", "went", "left", "back"))
    since, until = spells["since"].to_numpy(), spells["until"].to_numpy()
    arrives = np.maximum(since, np.where(came > 0, came + rng.integers(-4, 20, n), since))
    # A tenth keep their school when they move to elsewhere, and of those abroad a ninth still stand on a list for long.
    leaves = np.where(rng.random(n) < 0.1, until, went + rng.integers(-10, 10, n))
    abroad = left + np.where(rng.random(n) < 0.11, rng.integers(90, 600, n), rng.integers(-12, 12, n))
    ends = np.minimum(until, np.minimum(leaves, np.where(left < NEVER, abroad, NEVER)))
    home = spells.with_columns(pl.Series("since", arrives), pl.Series("until", ends))
    returned = spells.with_columns(
        pl.Series("since", np.maximum(since, np.where(back < NEVER, back + rng.integers(3, 25, n), NEVER)))
    )
    both = pl.concat([home, returned.filter(pl.col("back") < NEVER)])
    return both.filter(pl.col("since") < pl.col("until"))


def _as_known(rng: _DRAWS, spells: pl.DataFrame) -> pl.DataFrame:
    """When a list first shows a stretch and its end; who ends with the school year goes on the 1st of August."""
    n = len(spells)
    since, until = spells["since"].to_numpy(), spells["until"].to_numpy()
    is_yearly = until == first_of_august(years_and_months(until)[0])
    late = np.where(is_yearly, 0, np.minimum(rng.geometric(0.2, n), 45))
    shown = since + np.where(
        since == first_of_august(years_and_months(since)[0]), 0, np.minimum(rng.geometric(0.35, n), 20)
    )
    kinds = np.array(_KINDS)[spells["school"].to_numpy()]
    kinds = np.where(spells["special"].to_numpy(), "SBO", kinds)
    is_resident = spells["only"].to_numpy() == ""
    return pl.DataFrame(
        {
            "person_id": spells["person_id"],
            "school": spells["school"],
            "education_type": kinds,
            "since": since,
            "until": until,
            "shown": shown,
            "dropped": until + late,
            "since_text": as_dates(since).dt.strftime("%Y-%m-%d"),
            "until_text": as_dates(until).dt.strftime("%Y-%m-%d"),
            "registered": np.where(is_resident, spells["came"].to_numpy(), NEVER),
            "deregistered": np.where(
                spells["back"].to_numpy() <= since,
                NEVER,
                np.minimum(spells["went"].to_numpy(), spells["left_known"].to_numpy()),
            ),
        }
    )
