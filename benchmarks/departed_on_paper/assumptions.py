"""Every number that the world is made of, with its source, or the word "assumed".

Life is the same at every level of noise: the levels differ in how careful the offices are. Each assumption can be
multiplied by a factor, so that the effect of halving or doubling it can be measured.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

#: The levels of noise; at level `drift` the noise grows from low to high during the year of the nights.
LEVELS = ("low", "mid", "high", "drift")
#: The first and the last day between which the noise of the level `drift` grows.
DRIFT_FROM, DRIFT_UNTIL = date(2025, 9, 1), date(2026, 8, 31)
_CBS = "CBS, webmagazine 2011 week 47 (persons entered as departed to an unknown destination)"


@dataclass(frozen=True, slots=True)
class Assumption:
    """One number of the world at each level of noise; `source` is "assumed" where no public figure is known."""

    name: str
    low: float
    mid: float
    high: float
    unit: str
    meaning: str
    source: str = "assumed"


def _life(name: str, value: float, unit: str, meaning: str, source: str = "assumed") -> Assumption:
    return Assumption(name, value, value, value, unit, meaning, source)


TABLE = (
    # Households and what becomes of them.
    _life("ex_officio", 0.35, "share", "of departing households, deregistered by the municipality itself"),
    _life("declared_stays", 0.04, "share", "of declared departures, the family stays where it is"),
    _life("declared_elsewhere", 0.04, "share", "of declared departures, the family lives elsewhere in the country"),
    _life("declared_halves", 0.03, "share", "of declared departures, some children stay with one parent"),
    _life("ex_officio_stays", 0.16, "share", "of departures ex officio, the family still lives in the town"),
    _life("ex_officio_elsewhere", 0.18, "share", "of departures ex officio, the family lives elsewhere in the country"),
    _life("ex_officio_halves", 0.05, "share", "of departures ex officio, some children stay with one parent"),
    _life("declared_returns", 0.10, "share", "of families that declared and left, back within two years"),
    _life("ex_officio_returns", 0.35, "share", "of families that left without a word, back within two years", _CBS),
    _life("return_days", 200, "days", "mean time abroad of families that come back", _CBS),
    _life("registers_again", 0.75, "share", "of families that came back, registered again soon"),
    _life("registers_again_days", 25, "days", "mean time from the return to the new registration"),
    _life("found_again", 0.15, "share", "of wrong departures, put right by chance within a year"),
    _life("leaves_later", 0.10, "share", "of families that stayed, really gone within a year"),
    # Children and their schools.
    _life("same_school", 0.80, "share", "of children who are still in the town, still at their own school"),
    _life("other_school", 0.10, "share", "of children who are still in the town, at another school; the rest at none"),
    _life("school_after_return", 0.85, "share", "of children who came back, at a school within two months"),
    _life("school_elsewhere", 0.85, "share", "of children elsewhere in the country, at a school there"),
    _life("school_elsewhere_tells", 0.50, "share", "of those schools, on the lists that the town receives"),
    _life("careful_alpha", 4.0, "shape", "first parameter of the Beta law from which an office's carefulness is drawn"),
    _life("careful_beta", 2.0, "shape", "second parameter of that law"),
    # Offices: withdrawals.
    Assumption("withdrawal_days", 7, 14, 25, "days", "mean time until a careless school tells that a pupil left"),
    Assumption("withdrawal_forgotten", 0.05, 0.15, 0.35, "share", "of pupils who left, forgotten by a careless school"),
    Assumption("new_year_cleans", 0.85, 0.65, 0.45, "share", "of forgotten pupils, taken off in the new school year"),
    Assumption("taken_off_with_register", 0.05, 0.10, 0.15, "share", "of pupils who stayed, taken off all the same"),
    _life("enrolled_again", 0.60, "share", "of pupils taken off though they stayed, enrolled anew"),
    Assumption("enrolled_in_advance", 0.01, 0.02, 0.04, "share", "of pupils who left, enrolled for the next year"),
    Assumption("advance_lapses_days", 30, 50, 80, "days", "mean time until an enrolment in advance lapses"),
    Assumption("re_keyed", 0.01, 0.02, 0.04, "share a year", "of enrolments, entered anew under another date"),
    # Offices: lists.
    Assumption("list_of_last_year", 0.005, 0.015, 0.03, "share", "of lists, that of a year ago with a new date"),
    Assumption("list_in_term_only", 0.2, 0.3, 0.4, "share", "of schools that send no list in July and August"),
    Assumption("list_missing", 0.02, 0.05, 0.10, "share", "of monthly lists, not sent"),
    # Offices: absence, results, exemptions, reports of doubt.
    _life("absence_present", 0.06, "a month", "absence reports of a pupil who is there"),
    Assumption(
        "absence_gone", 0.02, 0.04, 0.07, "a month", "absence reports of a pupil who left and was not taken off"
    ),
    _life("result_present", 0.65, "share", "of pupils who are there, with a result in each of two rounds a year"),
    Assumption("result_late", 0.02, 0.05, 0.09, "share", "of pupils who left, with an older result entered late"),
    Assumption("result_wrong_child", 0.002, 0.004, 0.008, "share", "of pupils who left, given another pupil's result"),
    _life("exemption_present", 0.01, "share a year", "of children who are there, with an exemption"),
    Assumption("exemption_renews", 0.01, 0.03, 0.06, "share", "of children who left, with one that renews itself"),
    _life("leave_present", 0.04, "share a year", "of pupils who are there, with leave"),
    _life("doubt_present", 0.08, "share a year", "of wrong departures, a body reports its doubt"),
    Assumption("doubt_mistaken", 0.005, 0.015, 0.03, "share a year", "of right departures, a mistaken report of doubt"),
    # Offices: the register.
    _life("declared_recorded_days", 3, "days", "mean time from a declared departure to its recording"),
    Assumption("ex_officio_recorded_days", 20, 35, 60, "days", "mean time from the announcement to the recording"),
    _life("notice_days", 60, "days", "mean time until somebody notices that a family seems gone"),
    _life("inquiry_days", 70, "days", "length of an address inquiry until the intention is announced"),
)
_BY_NAME = {row.name: row for row in TABLE}
NAMES = tuple(_BY_NAME)


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The numbers of one world: a level of noise, and factors on single assumptions (1 where none is given).

    Raises KeyError for a level or a name that does not exist.
    """

    level: str
    factors: Mapping[str, float]

    def __post_init__(self) -> None:
        unknown = [name for name in self.factors if name not in _BY_NAME]
        if unknown or self.level not in LEVELS:
            raise KeyError(f"No such level or assumption: {unknown or self.level}.")

    def value(self, name: str, on: date | None = None) -> float:
        """The number `name`, which at level `drift` depends on the day; a share stays at most 0.95."""
        row = _BY_NAME[name]
        value = self._of_level(row, on) * self.factors.get(name, 1.0)
        return min(value, 0.95) if row.unit.startswith("share") else value

    def _of_level(self, row: Assumption, on: date | None) -> float:
        if self.level != "drift":
            return float(getattr(row, self.level))
        day = min(max(on or DRIFT_FROM, DRIFT_FROM), DRIFT_UNTIL)
        progress = (day - DRIFT_FROM) / (DRIFT_UNTIL - DRIFT_FROM)
        return row.low + progress * (row.high - row.low)
