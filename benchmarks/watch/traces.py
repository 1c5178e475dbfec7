"""Signs of life of the town's pupils: five sources, each with its own rhythm and its own delay before it tells."""

from typing import Any, Final

import numpy as np
import polars as pl

from benchmarks.watch.calendar import (
    FIRST_NIGHT,
    LAST_NIGHT,
    NEVER,
    Days,
    first_of_august,
    in_holidays,
    iso_text,
    years_and_months,
)

_DRAWS = np.random.Generator
_FROM, _UNTIL = FIRST_NIGHT.toordinal() - 400, LAST_NIGHT.toordinal()
_YEARS = (_UNTIL - _FROM) / 365.25
RETENTION_DAYS: Final = 365
#: Source, kind and legal basis.
SOURCES: Final = (
    ("verzuim", "absence_report", "Leerplichtwet 1969, artikel 21a"),
    ("verlof", "leave", "Leerplichtwet 1969, artikelen 11, 13a en 14"),
    ("toetsen", "school_result", "Leerplichtwet 1969, artikel 4, tweede lid"),
    ("terugmelding", "tmv_report", "Wet basisregistratie personen, artikel 2.34"),
    ("vrijstelling", "exemption", "Leerplichtwet 1969, artikelen 5 tot en met 9"),
)


def make_traces(rng: _DRAWS, children: dict[str, Any]) -> pl.DataFrame:
    """Traces with the columns of the contract, `happened` and `known`, the day from which a delivery can hold it."""
    parts = [_absences(rng), _leaves(rng), _results(rng), _reports(rng), _exemptions(rng)]
    rows = [_of_children(rng, children, *part) for part in parts]
    return pl.concat(rows).sort("happened", "person_id")


_Part = tuple[str, str, Days, Days, Days, tuple[int, int]]


def _absences(rng: _DRAWS) -> _Part:
    """Working days in term, more in winter, reported after some days, a few after weeks."""
    days = _school_days(rng, round(1500 * _YEARS), weekdays=[0.24, 0.2, 0.17, 0.19, 0.2])
    known = days + np.minimum(1 + rng.geometric(0.22, len(days)), 40)
    return "verzuim", "absence_report", days, known, np.full(len(days), NEVER), (12, 18)


def _leaves(rng: _DRAWS) -> _Part:
    days = _school_days(rng, round(520 * _YEARS), weekdays=[0.3, 0.1, 0.1, 0.15, 0.35])
    known = days - rng.integers(-8, 16, len(days))
    return "verlof", "leave", days, known, days + rng.integers(1, 12, len(days)), (5, 17)


def _results(rng: _DRAWS) -> _Part:
    """Tests in January and in June, a few all year."""
    n = round(6000 * _YEARS)
    years = rng.integers(FIRST_NIGHT.year - 1, LAST_NIGHT.year + 1, n)
    begin = first_of_august(years) - np.where(rng.random(n) < 0.5, 61, 195)
    days = np.where(rng.random(n) < 0.9, begin + rng.integers(0, 22, n), rng.integers(_FROM, _UNTIL, n))
    days = days[((days - 1) % 7 < 5) & ~in_holidays(days)]
    return "toetsen", "school_result", days, days + rng.integers(2, 16, len(days)), np.full(len(days), NEVER), (6, 12)


def _reports(rng: _DRAWS) -> _Part:
    days = rng.integers(_FROM, _UNTIL, round(150 * _YEARS))
    days = days[(days - 1) % 7 < 5]
    return "terugmelding", "tmv_report", days, days + rng.integers(1, 6, len(days)), np.full(len(days), NEVER), (4, 19)


def _exemptions(rng: _DRAWS) -> _Part:
    """Asked for every year before July, from the 1st of August; some in between."""
    n = round(130 * _YEARS)
    starts = first_of_august(rng.integers(FIRST_NIGHT.year - 1, LAST_NIGHT.year + 1, n))
    days = np.where(rng.random(n) < 0.75, starts, rng.integers(_FROM, _UNTIL, n))
    ends = first_of_august(years_and_months(days)[0] + (years_and_months(days)[1] >= 8))
    return "vrijstelling", "exemption", days, days + rng.integers(-40, 20, n), ends, (5, 17)


def _school_days(rng: _DRAWS, n: int, weekdays: list[float]) -> Days:
    """Working days in term."""
    mondays = np.arange(_FROM - (_FROM - 1) % 7, _UNTIL, 7)
    days = rng.choice(mondays, 2 * n) + rng.choice(5, 2 * n, p=weekdays)
    days = days[~in_holidays(days) & (days <= _UNTIL)]
    winter = np.isin(years_and_months(days)[1], (11, 12, 1, 2))
    return days[rng.random(len(days)) < np.where(winter, 0.75, 0.58)]


def _of_children(
    rng: _DRAWS,
    children: dict[str, Any],
    code: str,
    kind: str,
    days: Days,
    known: Days,
    ends: Days,
    ages: tuple[int, int],
) -> pl.DataFrame:
    """Give every event to a child of that age; most who left are not met any more."""
    n = len(days)
    pupil = rng.integers(0, len(children["birth"]), n)
    age = (days - children["birth"][pupil]) / 365.25
    is_gone = (children["left"][pupil] < days) & (children["back"][pupil] > days)
    is_here = (children["came"][pupil] <= days) & (children["went"][pupil] > days)
    fits = (age >= ages[0]) & (age < ages[1]) & is_here & (~is_gone | (rng.random(n) < 0.12))
    for _ in range(40):
        if fits.all():
            break
        again = ~fits
        pupil[again] = rng.integers(0, len(children["birth"]), int(again.sum()))
        age = (days - children["birth"][pupil]) / 365.25
        is_gone = (children["left"][pupil] < days) & (children["back"][pupil] > days)
        is_here = (children["came"][pupil] <= days) & (children["went"][pupil] > days)
        fits = (age >= ages[0]) & (age < ages[1]) & is_here & (~is_gone | (rng.random(n) < 0.12))
    return pl.DataFrame(
        {
            "person_id": children["person_id"][pupil],
            "kind": np.full(n, kind),
            "source_code": np.full(n, code),
            "event_on": iso_text(days),
            "ended_on": iso_text(ends),
            "happened": days,
            "known": known,
        }
    ).filter(pl.Series(fits))
