"""What goes wrong with an extract of the register."""

from datetime import timedelta
from typing import Final

import polars as pl

from benchmarks.watch.change import REGISTER, Change, Moment, Subject, among, double, drop, put, write
from benchmarks.watch.town import Tables

_IS_DEPARTURE = pl.col("departure_date").is_not_null()
_YEAR = slice(0, 4)


def _register(moment: Moment) -> frozenset[Subject]:
    return REGISTER | {("code", "*")}


def _any_table(moment: Moment) -> frozenset[Subject]:
    return _register(moment) | {("table", "enrolments"), ("table", "traces")}


def _left_on_one_day(tables: Tables, moment: Moment) -> Tables:
    """So many residents left on one day of the week before."""
    day = moment.began - timedelta(5)
    residents = tables["persons"].filter(pl.col("suspension_reason").is_null()).unique("person_id").sort("person_id")
    gone = residents["person_id"].head(moment.value)
    return _let_leave(tables, gone, f"{day:%Y%m%d}", f"{day + timedelta(2):%Y%m%d}")


def _let_leave(tables: Tables, gone: pl.Series, day: str, recorded: str) -> Tables:
    is_gone = pl.col("person_id").is_in(gone.implode())
    told = write(
        tables,
        "persons",
        is_gone,
        suspension_reason=pl.lit("E"),
        suspension_date=pl.lit(day),
        municipality_code=pl.lit("1999"),
    )
    rows = told["residences"]
    older = rows.with_columns(
        pl.when(is_gone).then((pl.col("seq").cast(pl.Int64) + 1).cast(pl.String)).otherwise(pl.col("seq")).alias("seq")
    )
    departures = pl.DataFrame({"person_id": gone}).with_columns(
        seq=pl.lit("0"),
        municipality_code=pl.lit("1999"),
        departure_date=pl.lit(day),
        is_destination_unknown=pl.lit("0"),
        declared_by=pl.lit("I"),
        valid_from=pl.lit(day),
        recorded_on=pl.lit(recorded),
        is_under_inquiry=pl.lit("0"),
        is_incorrect=pl.lit("0"),
    )
    return put(told, "residences", pl.concat([older, departures], how="diagonal"))


def _known_destination(tables: Tables, moment: Moment) -> Tables:
    is_unknown = pl.col("is_destination_unknown") == "1"
    return write(tables, "residences", is_unknown & among(moment.value), is_destination_unknown=pl.lit("0"))


def _unknown_destination(tables: Tables, moment: Moment) -> Tables:
    return write(tables, "residences", _IS_DEPARTURE & among(moment.value), is_destination_unknown=pl.lit("1"))


def _ex_officio_lost(tables: Tables, moment: Moment) -> Tables:
    where = _IS_DEPARTURE & (pl.col("declared_by") == "A") & among(moment.value)
    return write(tables, "residences", where, declared_by=pl.lit("I"))


def _all_ex_officio(tables: Tables, moment: Moment) -> Tables:
    return write(tables, "residences", _IS_DEPARTURE & among(moment.value), declared_by=pl.lit("A"))


def _declarants_recoded(tables: Tables, moment: Moment) -> Tables:
    other = pl.col("declared_by").replace({"I": "P", "G": "I", "P": "G"})
    return write(tables, "residences", among(moment.value), declared_by=other)


def _parents_lost(tables: Tables, moment: Moment) -> Tables:
    nobody = pl.lit(None, pl.String)
    return write(tables, "persons", among(moment.value), parent1_id=nobody, parent2_id=nobody)


def _parents_mixed(tables: Tables, moment: Moment) -> Tables:
    """Each child has the parents of the child on the line before."""
    has_parents = pl.col("parent1_id").is_not_null() | pl.col("parent2_id").is_not_null()
    shifted = {name: pl.col(name).shift(1) for name in ("parent1_id", "parent2_id")}
    rows = tables["persons"].with_row_index()
    children = rows.filter(has_parents & among(moment.value)).with_columns(**shifted)
    return put(
        tables,
        "persons",
        pl.concat([rows.join(children, on="index", how="anti"), children]).sort("index").drop("index"),
    )


def _recorded_late(tables: Tables, moment: Moment) -> Tables:
    """Departures that the register learnt of since then are older by so many days."""
    began, days = f"{moment.began - timedelta(7):%Y%m%d}", moment.value
    earlier = (
        pl.col("departure_date").str.to_date("%Y%m%d", strict=False).dt.offset_by(f"-{days}d").dt.strftime("%Y%m%d")
    )
    where = _IS_DEPARTURE & (pl.col("recorded_on") >= began) & earlier.is_not_null()
    return write(tables, "residences", where, departure_date=earlier, valid_from=earlier)


def _recorded_today(tables: Tables, moment: Moment) -> Tables:
    return write(tables, "residences", among(moment.value), recorded_on=pl.lit(f"{moment.day:%Y%m%d}"))


def _dates_swapped(tables: Tables, moment: Moment) -> Tables:
    return write(
        tables, "residences", among(moment.value), valid_from=pl.col("recorded_on"), recorded_on=pl.col("valid_from")
    )


def _departed_by_default(tables: Tables, moment: Moment) -> Tables:
    default = pl.col("departure_date").str.slice(0, 4) + "0101"
    return write(tables, "residences", _IS_DEPARTURE & among(moment.value), departure_date=default)


def _births_vague(tables: Tables, moment: Moment) -> Tables:
    return write(tables, "persons", among(moment.value), birth_date=pl.col("birth_date").str.slice(0, 6) + "00")


def _births_by_default(tables: Tables, moment: Moment) -> Tables:
    return write(tables, "persons", among(moment.value), birth_date=pl.col("birth_date").str.slice(0, 4) + "0101")


def _births_lost_share(moment: Moment) -> float:
    return float(moment.value * (moment.weeks + 1))


def _births_lost(tables: Tables, moment: Moment) -> Tables:
    return write(tables, "persons", among(_births_lost_share(moment)), birth_date=pl.lit("00000000"))


def _secrecy_lost(tables: Tables, moment: Moment) -> Tables:
    return write(tables, "persons", among(moment.value), is_confidential=pl.lit("0"))


def _departed_missing(tables: Tables, moment: Moment) -> Tables:
    is_gone = (pl.col("suspension_reason") == "E") & among(moment.value)
    gone = tables["persons"].filter(is_gone)["person_id"].implode()
    return drop(drop(tables, "persons", is_gone), "residences", pl.col("person_id").is_in(gone))


def _departures_stop(tables: Tables, moment: Moment) -> Tables:
    """Departures are not delivered any more that were recorded since."""
    is_new = _IS_DEPARTURE & (pl.col("recorded_on") >= f"{moment.began - timedelta(7):%Y%m%d}") & among(moment.value)
    who = tables["residences"].filter(is_new & (pl.col("seq") == "0"))["person_id"].implode()
    nothing = pl.lit(None, pl.String)
    stayed = write(
        tables, "persons", pl.col("person_id").is_in(who), suspension_reason=nothing, suspension_date=nothing
    )
    rows = stayed["residences"]
    is_lost = pl.col("person_id").is_in(who)
    rows = rows.filter(~(is_lost & _IS_DEPARTURE & (pl.col("seq") == "0")))
    seq = pl.when(is_lost).then((pl.col("seq").cast(pl.Int64) - 1).cast(pl.String)).otherwise(pl.col("seq"))
    return put(stayed, "residences", rows.with_columns(seq.alias("seq")))


def _flag_lost(column: str) -> Change:
    def apply(tables: Tables, moment: Moment) -> Tables:
        return write(tables, "residences", among(moment.value), **{column: pl.lit("0")})

    what = "inquiries are not marked any more" if column == "is_under_inquiry" else "wrong rows are not marked any more"
    return Change(f"{column.split('_')[-1]}-lost", what, (0.5, 0.8, 1.0), apply, _register)


def _all_inquired(tables: Tables, moment: Moment) -> Tables:
    return write(tables, "residences", (pl.col("seq") == "0") & among(moment.value), is_under_inquiry=pl.lit("1"))


def _addresses_rekeyed(tables: Tables, moment: Moment) -> Tables:
    where = pl.col("address_id").is_not_null() & among(moment.value)
    return write(tables, "residences", where, address_id=pl.col("address_id").str.reverse())


def _part_missing(tables: Tables, moment: Moment) -> Tables:
    return drop(tables, "persons", among(moment.value))


def _residences_cut_off(tables: Tables, moment: Moment) -> Tables:
    rows = tables["residences"].sort("person_id", maintain_order=True)
    return put(tables, "residences", rows.head(round((1 - moment.value) * len(rows))))


def _twice(tables: Tables, n: int) -> Tables:
    picked = tables["persons"].unique("person_id").sort("person_id")["person_id"].head(n).implode()
    return double(tables, "persons", pl.col("person_id").is_in(picked))


def _some_twice(tables: Tables, moment: Moment) -> Tables:
    return _twice(tables, moment.value)


def _ever_more_twice(tables: Tables, moment: Moment) -> Tables:
    return _twice(tables, moment.value * (moment.weeks + 1))


def _municipality_recoded(tables: Tables, moment: Moment) -> Tables:
    where = pl.col("suspension_reason").is_null() & among(moment.value)
    return write(tables, "persons", where, municipality_code=pl.lit("0384"))


def _history_cut(tables: Tables, moment: Moment) -> Tables:
    """Who left more than so many months ago is not delivered any more."""
    before = f"{moment.day - timedelta(30 * moment.value):%Y%m%d}"
    is_old = (pl.col("suspension_reason") == "E") & (pl.col("suspension_date") < before)
    gone = tables["persons"].filter(is_old)["person_id"].implode()
    return drop(drop(tables, "persons", is_old), "residences", pl.col("person_id").is_in(gone))


def _leaked(moment: Moment) -> float:
    return float(1 - (1 - moment.value) ** (moment.weeks + 1))


def _residents_leak(tables: Tables, moment: Moment) -> Tables:
    where = among(_leaked(moment))
    return drop(drop(tables, "persons", where), "residences", where)


def _of_two_years(moment: Moment) -> float:
    # Of the departures of a look-back of two years.
    return (moment.weeks + 1) / 104


CHANGES: Final = (
    Change("left-on-one-day", "so many people left on one day", (15, 30, 60), _left_on_one_day, _register),
    Change(
        "destination-known", "unknown destination is delivered as known", (0.4, 0.7, 1.0), _known_destination, _register
    ),
    Change(
        "destination-unknown",
        "known destinations are delivered as unknown",
        (0.3, 0.6, 1.0),
        _unknown_destination,
        _register,
    ),
    Change("ex-officio-lost", "departures ex officio look declared", (0.4, 0.7, 1.0), _ex_officio_lost, _register),
    Change("all-ex-officio", "declared departures look ex officio", (0.3, 0.6, 1.0), _all_ex_officio, _register),
    Change("declarants-recoded", "codes of who declared are mixed up", (0.3, 0.6, 1.0), _declarants_recoded, _register),
    Change("parents-lost", "parents are missing", (0.2, 0.5, 1.0), _parents_lost, _register),
    Change("parents-mixed", "children have the parents of another", (0.2, 0.5, 1.0), _parents_mixed, _register),
    Change(
        "recorded-late",
        "departures are recorded so many days later",
        (15, 30, 45),
        _recorded_late,
        _register,
        _of_two_years,
    ),
    Change(
        "recorded-today", "the day of recording became the day of delivery", (0.1, 0.4, 1.0), _recorded_today, _register
    ),
    Change("dates-swapped", "validity and recording changed columns", (0.3, 0.6, 1.0), _dates_swapped, _register),
    Change("departed-by-default", "departures became 1 January", (0.2, 0.5, 1.0), _departed_by_default, _register),
    Change("births-vague", "births lost their day", (0.02, 0.1, 1.0), _births_vague, _register),
    Change("births-by-default", "births became 1 January", (0.05, 0.2, 1.0), _births_by_default, _register),
    Change(
        "births-lost",
        "ever more births are unknown",
        (0.002, 0.004, 0.008),
        _births_lost,
        _register,
        _births_lost_share,
    ),
    Change("secrecy-lost", "secrecy is lost", (0.3, 0.6, 1.0), _secrecy_lost, _register),
    Change("departed-missing", "people who left are missing", (0.3, 0.6, 1.0), _departed_missing, _any_table),
    Change("departures-stop", "no new departures", (0.7, 0.85, 1.0), _departures_stop, _register, _of_two_years),
    _flag_lost("is_under_inquiry"),
    _flag_lost("is_incorrect"),
    Change("all-inquired", "addresses look under inquiry", (0.02, 0.1, 0.5), _all_inquired, _register),
    Change("addresses-rekeyed", "addresses carry other pseudonyms", (0.3, 0.6, 1.0), _addresses_rekeyed, _register),
    Change("persons-missing", "a part of the persons is missing", (0.02, 0.05, 0.15), _part_missing, _any_table),
    Change(
        "residences-cut-off", "the file of residences ends too early", (0.03, 0.1, 0.3), _residences_cut_off, _register
    ),
    Change("persons-twice", "so many persons stand twice", (6, 12, 60), _some_twice, _register),
    Change(
        "ever-more-twice",
        "every week more persons stand twice",
        (1, 2, 4),
        _ever_more_twice,
        _register,
        # From 21 on the delivery is refused, which is the harm itself.
        lambda moment: 0.1 * moment.value * (moment.weeks + 1) / 21,
    ),
    Change(
        "municipality-recoded",
        "residents are of another municipality",
        (0.05, 0.3, 1.0),
        _municipality_recoded,
        _register,
    ),
    Change("history-cut", "who left before so many months is missing", (24, 18, 9), _history_cut, _any_table),
    Change(
        "residents-leak", "every week residents are missing", (0.005, 0.01, 0.02), _residents_leak, _any_table, _leaked
    ),
)
