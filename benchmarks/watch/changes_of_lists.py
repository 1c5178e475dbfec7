"""What goes wrong with school lists."""

from typing import Final

import polars as pl

from benchmarks.watch.calendar import iso_text
from benchmarks.watch.change import Change, Moment, Subject, among, double, drop, of_schools, put, write
from benchmarks.watch.schools import School
from benchmarks.watch.town import Tables
from brp_signals.delivery.contract import ENROLMENT_SOURCES

_NEW_NUMBER = "8"


def _school(moment: Moment) -> frozenset[Subject]:
    return frozenset(("school", school.school_id) for school in moment.schools)


def _school_or_table(moment: Moment) -> frozenset[Subject]:
    return _school(moment) | {("table", "enrolments"), ("code", "*")}


def _any_school(moment: Moment) -> frozenset[Subject]:
    sources = {("source", source) for source in ENROLMENT_SOURCES}
    return frozenset({("school", "*"), ("table", "enrolments"), ("code", "*"), *sources})


def _is_school(school: School) -> bool:
    return school.source == "school"


def _is_weekly(school: School) -> bool:
    return _is_school(school) and school.is_weekly


def _halved(tables: Tables, moment: Moment) -> Tables:
    return drop(tables, "enrolments", of_schools(moment) & among(moment.value))


def _leaked(moment: Moment) -> float:
    return float(1 - (1 - moment.value) ** (moment.weeks + 1))


def _leaking(tables: Tables, moment: Moment) -> Tables:
    return drop(tables, "enrolments", of_schools(moment) & among(_leaked(moment)))


def _with_list(tables: Tables, moment: Moment, rows: pl.DataFrame) -> Tables:
    """The tables with another list for the school."""
    others = tables["enrolments"].filter(~of_schools(moment).fill_null(value=False))
    return put(tables, "enrolments", pl.concat([others, rows]))


def _newest_day(moment: Moment, school: School) -> str:
    return str(iso_text(pl.Series([school.newest_list(moment.day.toordinal())]).to_numpy())[0])


def _frozen(tables: Tables, moment: Moment) -> Tables:
    rows = moment.town.list_of(moment.school.school_id, moment.list_before(moment.school))
    return _with_list(tables, moment, rows.with_columns(seen_on=pl.lit(_newest_day(moment, moment.school))))


def _not_renewed(tables: Tables, moment: Moment) -> Tables:
    lists = [moment.town.list_of(school.school_id, moment.list_before(school)) for school in moment.schools]
    return _with_list(tables, moment, pl.concat(lists))


def _older(tables: Tables, moment: Moment) -> Tables:
    day = moment.school.newest_list(moment.began.toordinal()) - moment.value
    return _with_list(tables, moment, moment.town.list_of(moment.school.school_id, day))


def _of_another(tables: Tables, moment: Moment) -> Tables:
    """The list of a school of the same kind, its size nearest to so many times the own one."""
    sizes = dict(tables["enrolments"].group_by("school_id").len().iter_rows())
    own = moment.school
    alike = [other for other in moment.town.schools if other.kind == own.kind and other is not own]
    wanted = sizes[own.school_id] * moment.value
    other = min(alike, key=lambda school: abs(sizes[school.school_id] - wanted))
    rows = tables["enrolments"].filter(pl.col("school_id") == other.school_id)
    named = rows.with_columns(school_id=pl.lit(own.school_id), source=pl.lit(own.source))
    return _with_list(tables, moment, named.with_columns(seen_on=pl.lit(_newest_day(moment, own))))


def _renumbered(tables: Tables, moment: Moment) -> Tables:
    return write(tables, "enrolments", of_schools(moment), school_id=_NEW_NUMBER + pl.col("school_id").str.slice(1))


def _both_numbers(moment: Moment) -> frozenset[Subject]:
    return _school(moment) | {("school", _NEW_NUMBER + moment.school.school_id[1:])}


def _doubled(tables: Tables, moment: Moment) -> Tables:
    return double(tables, "enrolments", of_schools(moment) & among(moment.value))


def _without_classes(tables: Tables, moment: Moment) -> Tables:
    """Without those who came in the newest school years."""
    since = f"{moment.began.year - moment.value - (moment.began.month < 8) + 1}-08-01"
    return drop(tables, "enrolments", of_schools(moment) & (pl.col("enrolled_on") >= since))


def _without_grown(tables: Tables, moment: Moment) -> Tables:
    born = f"{moment.day.year - moment.value}{moment.day:%m%d}"
    grown = tables["persons"].filter(pl.col("birth_date") <= born)["person_id"].implode()
    return drop(tables, "enrolments", of_schools(moment) & pl.col("person_id").is_in(grown))


def _rekeyed(tables: Tables, moment: Moment) -> Tables:
    day = pl.lit(_first_list_day(moment))
    is_open = pl.col("withdrawn_on").is_null() & (pl.col("enrolled_on") <= day)
    return write(tables, "enrolments", of_schools(moment) & is_open & among(moment.value), enrolled_on=day)


def _first_list_day(moment: Moment) -> str:
    return str(iso_text(pl.Series([moment.list_before(moment.school)]).to_numpy())[0])


def _recoded(tables: Tables, moment: Moment) -> Tables:
    where = pl.col("education_type") == "VO" if moment.value == "all" else of_schools(moment) & among(moment.value)
    return write(tables, "enrolments", where, education_type=pl.lit("PO"))


def _without_kind(tables: Tables, moment: Moment) -> Tables:
    return drop(tables, "enrolments", pl.col("education_type") == moment.value)


def _open_again(tables: Tables, moment: Moment) -> Tables:
    return write(tables, "enrolments", of_schools(moment) & among(moment.value), withdrawn_on=pl.lit(None, pl.String))


def _all_ended(tables: Tables, moment: Moment) -> Tables:
    is_open = pl.col("withdrawn_on").is_null() & (pl.col("enrolled_on") < pl.col("seen_on"))
    return write(
        tables, "enrolments", of_schools(moment) & is_open & among(moment.value), withdrawn_on=pl.col("seen_on")
    )


def _strangers(tables: Tables, moment: Moment) -> Tables:
    return write(
        tables, "enrolments", of_schools(moment) & among(moment.value), person_id=pl.col("person_id").str.reverse()
    )


def _cut_off(tables: Tables, moment: Moment) -> Tables:
    rows = tables["enrolments"].sort("school_id", "person_id", maintain_order=True)
    return put(tables, "enrolments", rows.head(round((1 - moment.value) * len(rows))))


def _missing(tables: Tables, moment: Moment) -> Tables:
    return drop(tables, "enrolments", of_schools(moment))


def _days_and_months(tables: Tables, moment: Moment) -> Tables:
    year, month, day = (pl.col("enrolled_on").str.slice(at, n) for at, n in ((0, 4), (5, 2), (8, 2)))
    swapped = year + "-" + day + "-" + month
    can = (day <= "12") & (swapped <= pl.col("seen_on"))
    return write(tables, "enrolments", of_schools(moment) & can & among(moment.value), enrolled_on=swapped)


def _other_source(tables: Tables, moment: Moment) -> Tables:
    return write(tables, "enrolments", of_schools(moment), source=pl.lit("leerplicht"))


def _as_value(value: int) -> int:
    return value


def _never_renewed_harm(moment: Moment) -> float:
    # A list counts no more after two months (S-08); until then ever more of it is out of date.
    return 0.012 * moment.weeks


def _frozen_harm(moment: Moment) -> float:
    return 0.003 * (moment.weeks + 1)


CHANGES: Final = (
    Change("list-halved", "a school's list lost pupils", (0.15, 0.3, 0.5), _halved, _school, school_like=_is_school),
    Change(
        "list-leaks", "a school loses pupils every week", (0.015, 0.03, 0.05), _leaking, _school, _leaked, _is_weekly
    ),
    Change(
        "list-frozen",
        "a school delivers the same list under new dates",
        (0, 1, 2),
        _frozen,
        _school,
        _frozen_harm,
        _is_weekly,
        by_size=True,
    ),
    Change(
        "list-not-renewed",
        "schools deliver their old list again and again",
        (1, 2, 8),
        _not_renewed,
        _school,
        _never_renewed_harm,
        _is_weekly,
        _as_value,
    ),
    Change(
        "list-older",
        "an older list of a school, of so many days ago",
        (91, 182, 364),
        _older,
        _school,
        school_like=_is_school,
    ),
    Change(
        "list-of-another",
        "the list of another school, so many times as large",
        (1.0, 1.5, 3.0),
        _of_another,
        _school,
        school_like=_is_school,
    ),
    Change(
        "school-renumbered",
        "a school has a new number",
        (0, 1, 2),
        _renumbered,
        _both_numbers,
        school_like=_is_school,
        by_size=True,
    ),
    Change(
        "list-doubled",
        "rows of a school's list stand twice",
        (0.1, 0.4, 1.0),
        _doubled,
        _school_or_table,
        school_like=_is_school,
    ),
    Change(
        "classes-missing",
        "a school's list lacks the newest school years",
        (1, 2, 4),
        _without_classes,
        _school,
        school_like=lambda school: _is_school(school) and school.kind == "PO",
    ),
    Change(
        "grown-up-missing",
        "pupils of that age are missing",
        (18, 17, 16),
        _without_grown,
        _school_or_table,
        school_like=lambda school: school.kind == "MBO",
    ),
    Change(
        "enrolled-rekeyed",
        "dates of enrolment became one day",
        (0.3, 0.6, 1.0),
        _rekeyed,
        _school,
        school_like=_is_school,
    ),
    Change(
        "kind-recoded",
        "secondary pupils are coded as primary",
        (0.3, 1.0, "all"),
        _recoded,
        _any_school,
        school_like=lambda school: _is_school(school) and school.kind == "VO",
    ),
    Change("kind-dropped", "a kind of education is missing", ("SBO", "MBO", "VO"), _without_kind, _any_school),
    Change(
        "ends-lost",
        "pupils who left look enrolled again",
        (0.4, 0.7, 1.0),
        _open_again,
        _school,
        school_like=lambda school: _is_school(school) and school.keeps,
    ),
    Change(
        "all-ended",
        "pupils of a school look as if they had left",
        (0.1, 0.3, 1.0),
        _all_ended,
        _school,
        school_like=_is_school,
    ),
    Change(
        "pupils-strange",
        "pupils of a school carry other pseudonyms",
        (0.2, 0.5, 1.0),
        _strangers,
        _school_or_table,
        school_like=_is_school,
    ),
    Change("lists-cut-off", "the file of school lists ends too early", (0.03, 0.08, 0.25), _cut_off, _any_school),
    Change(
        "list-missing",
        "lists of schools are missing",
        (1, 2, 5),
        _missing,
        _school,
        school_like=_is_school,
        n_schools=_as_value,
    ),
    Change(
        "enrolled-swapped",
        "day and month of enrolment swapped",
        (0.3, 0.6, 1.0),
        _days_and_months,
        _school,
        school_like=_is_school,
    ),
    Change(
        "source-relabelled",
        "lists of schools come under another source",
        (1, 2, 5),
        _other_source,
        _school_or_table,
        school_like=_is_school,
        n_schools=_as_value,
    ),
)
