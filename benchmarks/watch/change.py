"""What a change of a delivery is: one thing that goes wrong from some night on, in three strengths.

A change rewrites the tables of a delivery; it knows the night, how many weeks ago it began, how strong it is and, where
it concerns one school, which. Whose rows are hit is told by their pseudonyms, so that it is the same ones every night.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl

from benchmarks.watch.people import MUNICIPALITY
from benchmarks.watch.schools import School
from benchmarks.watch.town import Tables, Town

#: A subject of an alarm: its kind and its name; `*` is any name.
Subject = tuple[str, str]
STRENGTHS: Final = ("weak", "middle", "strong")
REGISTER: Final[frozenset[Subject]] = frozenset(
    {("municipality", MUNICIPALITY), ("table", "persons"), ("table", "residences")}
)
_LOTS = 16**6


@dataclass(frozen=True)
class Moment:
    """A night with a change: `value` is its strength, `weeks` how many nights came before with it."""

    town: Town
    day: date
    began: date
    value: Any
    schools: tuple[School, ...] = ()

    @property
    def weeks(self) -> int:
        """Weeks since the first night with the change, 0 on that night."""
        return (self.day - self.began).days // 7

    @property
    def school(self) -> School:
        """The school that it concerns."""
        return self.schools[0]

    def list_before(self, school: School) -> int:
        """The day of the newest list that was there before the change began."""
        return school.newest_list(self.began.toordinal() - 7)


@dataclass(frozen=True)
class Change:
    """One kind of change. `finds` are the subjects whose alarm names it, `fair` further ones that are no false alarm.

    `harm` is the share of what it concerns (pupils of the school, rows of the source, children who left) that is wrong
    on a night; a slow change must be found before a tenth is. `school_like` picks the schools it may concern.
    """

    code: str
    what: str
    values: tuple[Any, Any, Any]
    apply: Callable[[Tables, Moment], Tables]
    finds: Callable[[Moment], frozenset[Subject]]
    harm: Callable[[Moment], float] | None = None
    school_like: Callable[[School], bool] | None = None
    n_schools: Callable[[Any], int] = field(default=lambda value: 1)
    by_size: bool = False
    """Whether the strength is how large the school is: of the smallest, middle or largest third."""

    @property
    def is_slow(self) -> bool:
        """Whether it grows from night to night."""
        return self.harm is not None


def among(share: float, column: str = "person_id") -> pl.Expr:
    """Whether a row is among a share of all rows, drawn by its pseudonym."""
    return pl.col(column).str.slice(0, 6).str.to_integer(base=16, strict=False).fill_null(0) < share * _LOTS


def put(tables: Tables, name: str, rows: pl.DataFrame) -> Tables:
    """The tables with one of them replaced."""
    return {**tables, name: rows}


def write(tables: Tables, name: str, where: pl.Expr, **columns: pl.Expr) -> Tables:
    """The tables with columns of some rows of one of them rewritten."""
    cells = [pl.when(where).then(value).otherwise(pl.col(column)).alias(column) for column, value in columns.items()]
    return put(tables, name, tables[name].with_columns(*cells))


def drop(tables: Tables, name: str, where: pl.Expr) -> Tables:
    """The tables without some rows of one of them."""
    return put(tables, name, tables[name].filter(~where.fill_null(value=False)))


def double(tables: Tables, name: str, where: pl.Expr) -> Tables:
    """The tables with some rows of one of them twice."""
    return put(tables, name, pl.concat([tables[name], tables[name].filter(where)]))


def of_schools(moment: Moment) -> pl.Expr:
    """Rows of the lists that the change concerns."""
    return pl.col("school_id").is_in([school.school_id for school in moment.schools])


def choose_schools(change: Change, town: Town, day: date, strength: int, draw: int) -> tuple[School, ...] | None:
    """Schools that such a change may concern, of those with a new list that night; nothing where there are too few."""
    if change.school_like is None:
        return ()
    today = day.toordinal()
    fits = [
        school
        for school in town.schools
        if change.school_like(school) and school.newest_list(today) >= today - 7 and school.newest_list(today - 7) > 0
    ]
    wanted = change.n_schools(change.values[strength])
    if change.by_size:
        fits.sort(key=lambda school: school.weight)
        third = max(1, len(fits) // 3)
        fits = fits[strength * third : (strength + 1) * third]
    if len(fits) < wanted:
        return None
    picked = np.random.default_rng([town.seed, draw, today]).permutation(len(fits))[:wanted]
    return tuple(fits[at] for at in picked)
