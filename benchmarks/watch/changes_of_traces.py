"""What goes wrong with signs of life: absence reports, leave and the others."""

from datetime import timedelta
from typing import Final

import polars as pl

from benchmarks.watch.change import Change, Moment, Subject, among, double, drop, put, write
from benchmarks.watch.town import Tables

_ABSENCES = pl.col("source_code") == "verzuim"
_SOURCES = ("terugmelding", "verlof", "verzuim")
_DAY = pl.col("event_on").str.to_date("%Y-%m-%d", strict=False)


def _source(moment: Moment) -> frozenset[Subject]:
    return frozenset({("source", "verzuim")})


def _source_or_table(moment: Moment) -> frozenset[Subject]:
    return frozenset({("source", "verzuim"), ("table", "traces"), ("code", "*")})


def _named(moment: Moment) -> frozenset[Subject]:
    return frozenset({("source", moment.value)})


def _renamed_subjects(moment: Moment) -> frozenset[Subject]:
    return frozenset({("source", moment.value), ("source", f"{moment.value}2"), ("table", "traces"), ("code", "*")})


def _moved(tables: Tables, days: int) -> Tables:
    moved = _DAY.dt.offset_by(f"{days}d").dt.strftime("%Y-%m-%d")
    return write(tables, "traces", _ABSENCES & _DAY.is_not_null(), event_on=moved)


def _later(tables: Tables, moment: Moment) -> Tables:
    return _moved(tables, moment.value)


def _earlier(tables: Tables, moment: Moment) -> Tables:
    """The source still keeps a year, so that what is older is gone."""
    moved = _moved(tables, -moment.value)
    oldest = f"{moment.day - timedelta(364):%Y-%m-%d}"
    return drop(moved, "traces", _ABSENCES & (pl.col("event_on") < oldest))


def _silent(tables: Tables, moment: Moment) -> Tables:
    return drop(tables, "traces", pl.col("source_code") == moment.value)


def _renamed(tables: Tables, moment: Moment) -> Tables:
    return write(tables, "traces", pl.col("source_code") == moment.value, source_code=pl.lit(f"{moment.value}2"))


def _only_new(tables: Tables, moment: Moment) -> Tables:
    return drop(tables, "traces", _ABSENCES & (moment.day - timedelta(moment.value) > _DAY))


def _newest_missing(tables: Tables, moment: Moment) -> Tables:
    return drop(tables, "traces", _ABSENCES & (moment.day - timedelta(moment.value) < _DAY))


def _ever_later(tables: Tables, moment: Moment) -> Tables:
    return drop(tables, "traces", _ABSENCES & (moment.day - timedelta(moment.value * (moment.weeks + 1)) < _DAY))


def _late_harm(moment: Moment) -> float:
    # A sign must come within some ten months to be of use; a month's delay is a tenth.
    return 0.1 * float(moment.value) * (moment.weeks + 1) / 30


def _thinned(moment: Moment) -> float:
    return float(1 - (1 - moment.value) ** (moment.weeks + 1))


def _thinner(tables: Tables, moment: Moment) -> Tables:
    return drop(tables, "traces", _ABSENCES & among(_thinned(moment)))


def _no_new(tables: Tables, moment: Moment) -> Tables:
    return drop(tables, "traces", _ABSENCES & (moment.began - timedelta(7) <= _DAY) & among(moment.value))


def _to_monday(tables: Tables, moment: Moment) -> Tables:
    monday = _DAY.dt.truncate("1w").dt.strftime("%Y-%m-%d")
    return write(tables, "traces", _ABSENCES & _DAY.is_not_null() & among(moment.value), event_on=monday)


def _to_first(tables: Tables, moment: Moment) -> Tables:
    first = pl.col("event_on").str.slice(0, 8) + "01"
    return write(tables, "traces", _ABSENCES & _DAY.is_not_null() & among(moment.value), event_on=first)


def _days_and_months(tables: Tables, moment: Moment) -> Tables:
    year, month, day = (pl.col("event_on").str.slice(at, n) for at, n in ((0, 4), (5, 2), (8, 2)))
    where = _ABSENCES & _DAY.is_not_null() & (day <= "12") & among(moment.value)
    return write(tables, "traces", where, event_on=year + "-" + day + "-" + month)


def _strangers(tables: Tables, moment: Moment) -> Tables:
    return write(tables, "traces", _ABSENCES & among(moment.value), person_id=pl.col("person_id").str.reverse())


def _kind_mixed(tables: Tables, moment: Moment) -> Tables:
    return write(tables, "traces", _ABSENCES & among(moment.value), kind=pl.lit("leave"))


def _new_source(tables: Tables, moment: Moment) -> Tables:
    rows = tables["traces"].filter(_ABSENCES).head(moment.value).with_columns(source_code=pl.lit("sportclub"))
    return put(tables, "traces", pl.concat([tables["traces"], rows]))


def _doubled(tables: Tables, moment: Moment) -> Tables:
    return double(tables, "traces", _ABSENCES & among(moment.value))


def _ends_lost(tables: Tables, moment: Moment) -> Tables:
    where = (pl.col("source_code") == "verlof") & among(moment.value)
    return write(tables, "traces", where, ended_on=pl.lit(None, pl.String))


def _gap(tables: Tables, moment: Moment) -> Tables:
    """Days of the last month of term are missing."""
    until = tables["traces"].filter(_ABSENCES).select(_DAY.max()).item() - timedelta(14)
    return drop(tables, "traces", _ABSENCES & (until >= _DAY) & (until - timedelta(moment.value) < _DAY))


CHANGES: Final = (
    Change("signs-later", "absences dated so many days later", (7, 14, 31), _later, _source),
    Change("signs-earlier", "absences dated so many days earlier", (10, 20, 31), _earlier, _source),
    Change("source-silent", "a source is silent", _SOURCES, _silent, _named),
    Change("source-renamed", "a source has another name", _SOURCES, _renamed, _renamed_subjects),
    Change("only-new", "absences of so many days only", (180, 60, 28), _only_new, _source),
    Change("newest-missing", "absences of the last days are missing", (14, 21, 42), _newest_missing, _source),
    Change("ever-later", "absences come so many days later every week", (2, 4, 7), _ever_later, _source, _late_harm),
    Change("ever-fewer", "every week absences are missing", (0.01, 0.02, 0.04), _thinner, _source, _thinned),
    Change(
        "no-new-signs",
        "new absences are missing",
        (0.7, 0.85, 1.0),
        _no_new,
        _source,
        lambda moment: (moment.weeks + 1) / 52,
    ),
    Change("weekday-moved", "absences dated some days later", (1, 2, 3), _later, _source),
    Change("signs-on-monday", "absences dated on the Monday", (0.3, 0.6, 1.0), _to_monday, _source),
    Change("signs-on-the-first", "absences dated on the 1st of the month", (0.3, 0.6, 1.0), _to_first, _source),
    Change("signs-swapped", "day and month of absences swapped", (0.3, 0.6, 1.0), _days_and_months, _source),
    Change("signs-strange", "absences carry other pseudonyms", (0.1, 0.4, 1.0), _strangers, _source_or_table),
    Change("kind-mixed", "absences are called leave", (0.3, 0.6, 1.0), _kind_mixed, _source_or_table),
    Change(
        "source-unknown",
        "so many rows of a source that nobody declared",
        (20, 100, 500),
        _new_source,
        lambda moment: frozenset({("source", "sportclub"), ("table", "traces"), ("code", "*")}),
    ),
    Change("signs-doubled", "absences stand twice", (0.2, 0.5, 1.0), _doubled, _source_or_table),
    Change(
        "leave-without-end",
        "leave has no end",
        (0.5, 0.8, 1.0),
        _ends_lost,
        lambda moment: frozenset({("source", "verlof"), ("table", "traces"), ("code", "*")}),
    ),
    Change("signs-gap", "absences of so many days are missing", (14, 28, 56), _gap, _source),
)
