"""Who lives in the town, and what its register writes about them: everybody of 3 to 19 years and their parents.

All of it is invented from a seed. Of every row and every change it is known on which day the register first showed it.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from benchmarks.watch.calendar import (
    ALWAYS,
    FIRST_NIGHT,
    LAST_NIGHT,
    NEVER,
    Days,
    register_text,
    to_workday,
    years_and_months,
)

MUNICIPALITY: Final = "0363"
#: Of a municipality with some 60,000 inhabitants this makes some 20,000 persons with 40 schools.
HOUSEHOLDS: Final = 6900
_YEAR = 365.25
#: Departures are kept three years by a register extract; the town begins so long before the first night.
_KEPT = 3 * 365
_FROM, _UNTIL = FIRST_NIGHT.toordinal() - _KEPT, LAST_NIGHT.toordinal()
_SPAN = (_UNTIL - _FROM) / _YEAR
#: A year's share of households that move in or out, of those that leave the country, and of persons who leave alone.
_MOVES, _LEAVES, _LEAVES_ALONE = 0.022, 0.0095, 0.003
#: How many more people leave in each month, from January.
_SEASON = np.array([1.3, 0.9, 0.9, 0.9, 0.9, 1.1, 1.8, 1.7, 1.1, 0.9, 0.8, 0.9])
_EX_OFFICIO, _RETURNS, _SECRET = 0.28, 0.2, 0.006
_ADDRESSES = 4
_DRAWS = np.random.Generator


@dataclass(frozen=True)
class People:
    """`persons` and `residences` hold the columns of the contract and when each row is known; `children` what schools
    and traces need, days as numbers."""

    persons: pl.DataFrame
    residences: pl.DataFrame
    children: dict[str, Any]


def hex_ids(rng: _DRAWS, n: int) -> np.ndarray[Any, np.dtype[np.str_]]:
    """Pseudonyms: 32 lower-case hex digits each."""
    text = rng.bytes(16 * n).hex()
    return np.array([text[at : at + 32] for at in range(0, len(text), 32)])


def make_people(rng: _DRAWS) -> People:
    """Let households come, grow, move and go."""
    home = _households(rng)
    who = _persons(rng, home)
    _let_leave(rng, home, who)
    return People(_person_rows(rng, who), _residence_rows(rng, home, who), _children(who))


def _households(rng: _DRAWS) -> dict[str, Any]:
    n = round(HOUSEHOLDS * (1 + _MOVES * _SPAN))
    came = np.where(np.arange(n) < HOUSEHOLDS, ALWAYS, rng.integers(_FROM, _UNTIL, n))
    stays = rng.exponential(_YEAR / _MOVES, n)
    went = np.minimum(np.maximum(came, _FROM) + stays, NEVER).astype(np.int64)
    left = np.where(rng.random(n) < _LEAVES * _SPAN, _seasonal_days(rng, n), NEVER)
    left = np.where((left > came + 90) & (left < went), left, NEVER)
    went = np.where(left < NEVER, NEVER, went)
    first_birth = rng.integers(_FROM - round(18 * _YEAR), _UNTIL - round(2 * _YEAR), n)
    return {
        "n": n,
        "came": came,
        "went": went,
        "left": left,
        "is_ex_officio": rng.random(n) < _EX_OFFICIO,
        "back": np.where(rng.random(n) < _RETURNS, left + rng.integers(60, 700, n), NEVER),
        "first_birth": first_birth,
        "n_children": rng.choice([1, 2, 3, 4], n, p=[0.34, 0.43, 0.17, 0.06]),
        "addresses": _address_days(rng, came, went, left, first_birth),
        "address_ids": hex_ids(rng, (_ADDRESSES + 1) * n).reshape(n, _ADDRESSES + 1),
    }


def _seasonal_days(rng: _DRAWS, n: int) -> Days:
    days = np.arange(_FROM, _UNTIL + 1)
    weight = _SEASON[years_and_months(days)[1] - 1] * np.where((days - 1) % 7 > 4, 0.1, 1.0)
    return rng.choice(days, n, p=weight / weight.sum())


def _address_days(rng: _DRAWS, came: Days, went: Days, left: Days, first_birth: Days) -> Days:
    """When a household came to each of its addresses, in order; the first of those that moved in is elsewhere."""
    n = len(came)
    first = first_birth - rng.integers(100, 1500, n)
    second = np.where(came > ALWAYS, came, np.where(rng.random(n) < 0.45, rng.integers(_FROM - 5000, _UNTIL, n), NEVER))
    later = [np.where(rng.random(n) < 0.1, rng.integers(_FROM - 1000, _UNTIL, n), NEVER) for _ in range(2)]
    later = [np.where((day > second + 200) & (second < NEVER), day, NEVER) for day in later]
    days = np.stack([first, np.where(second > first + 200, second, NEVER), *later], axis=1)
    days = np.where(days < np.minimum(went, left)[:, None] - 30, days, NEVER)
    days[:, 0] = first
    return np.sort(days, axis=1)


def _persons(rng: _DRAWS, home: dict[str, Any]) -> dict[str, Any]:
    """One entry for each person: two parents and the children of a household."""
    n = home["n"]
    ids = hex_ids(rng, 6 * n)
    member, household = np.repeat(np.arange(6), n), np.tile(np.arange(n), 6)
    order = np.argsort(household, kind="stable")
    gaps = np.cumsum(np.where(np.arange(4)[:, None] > 0, rng.integers(500, 1500, (4, n)), 0), axis=0)
    grown = np.tile(home["first_birth"], 2) - rng.integers(8000, 14500, 2 * n)
    births = np.concatenate([grown, (home["first_birth"] + gaps).ravel()])
    is_child = member >= 2
    exists = np.where(is_child, member - 2 < home["n_children"][household], True)
    # A parent may live elsewhere, or be unknown to the register of the child.
    lives_here = np.where(member == 0, rng.random(6 * n) < 0.96, np.where(member == 1, rng.random(6 * n) < 0.78, True))
    known = [rng.random(n) < 0.975, rng.random(n) < 0.9]
    parents = [np.where(known[which], ids[which * n : (which + 1) * n], "") for which in range(2)]
    births_of_children = births.reshape(6, n)[2:]
    of_age = np.where(np.arange(4)[:, None] < home["n_children"], births_of_children, NEVER)
    last = np.where(of_age < NEVER, of_age, ALWAYS).max(axis=0)
    shown_from = np.where(is_child, births + 3 * _YEAR, of_age.min(axis=0)[household] + 3 * _YEAR).astype(np.int64)
    shown_until = np.where(is_child, births + 20 * _YEAR, last[household] + 20 * _YEAR).astype(np.int64)
    keep = order[(exists & lives_here)[order]]
    who = {"person_id": ids, "household": household, "member": member, "birth": births, "shown_from": shown_from}
    who |= {"shown_until": shown_until, "is_child": is_child}
    who |= {f"parent{which + 1}": np.where(is_child, parents[which][household], "") for which in range(2)}
    return {name: values[keep] for name, values in who.items()}


def _let_leave(rng: _DRAWS, home: dict[str, Any], who: dict[str, Any]) -> None:
    """Add when each person left the country and came back, and when the register says so."""
    n, household = len(who["birth"]), who["household"]
    goes_along = rng.random(n) < 0.96
    left = np.where(goes_along, home["left"][household], NEVER)
    is_grown = who["birth"] < _FROM - 17 * _YEAR
    alone = np.where((rng.random(n) < _LEAVES_ALONE * _SPAN) & is_grown, _seasonal_days(rng, n), NEVER)
    left = np.where((left == NEVER) & (home["went"][household] > alone), alone, left)
    left = np.where((left > who["birth"] + 100) & (left > home["came"][household] + 60), left, NEVER)
    who["left"], who["is_ex_officio"] = left, home["is_ex_officio"][household] & (home["left"][household] == left)
    slow = rng.integers(30, 100, home["n"])[household]
    prompt = np.minimum(rng.geometric(0.3, home["n"]) - 1, 40)[household]
    who["left_known"] = np.where(left < NEVER, to_workday(left + np.where(who["is_ex_officio"], slow, prompt)), NEVER)
    back = np.where(left == home["left"][household], home["back"][household], NEVER)
    who["back"] = np.where((left < NEVER) & (back > who["left_known"] + 20), back, NEVER)
    who["back_known"] = np.where(who["back"] < NEVER, to_workday(who["back"] + 3), NEVER)
    who["is_unknown"] = rng.random(n) < np.where(who["is_ex_officio"], 0.95, 0.03)
    who["came"], who["went"] = home["came"][household], home["went"][household]
    who["first_shown"] = np.maximum(who["shown_from"], who["came"] + 3)
    stays = np.where(who["back"] < NEVER, who["shown_until"], left + _KEPT)
    who["last_shown"] = np.where(left < NEVER, stays, np.minimum(who["went"] + 4, who["shown_until"]))
    # Who left before the extract would hold them is not in it.
    who["last_shown"] = np.where(left < who["first_shown"], ALWAYS, who["last_shown"])


def _person_rows(rng: _DRAWS, who: dict[str, Any]) -> pl.DataFrame:
    n = len(who["birth"])
    births = register_text(who["birth"])
    share = rng.random(n)
    births = pl.select(
        pl.when(pl.lit(share < 0.0004))
        .then(pl.lit("00000000"))
        .when(pl.lit(share < 0.002))
        .then(births.str.slice(0, 6) + "00")
        .otherwise(births)
        .alias("birth_date")
    )["birth_date"]
    is_secret = (rng.random(int(who["household"].max()) + 1) < _SECRET)[who["household"]]
    return pl.DataFrame(
        {
            "person_id": who["person_id"],
            "birth_date": births,
            **{f"{name}_id": pl.Series(who[name]).replace("", None) for name in ("parent1", "parent2")},
            "is_confidential": np.where(is_secret, "1", "0"),
            "left_text": register_text(who["left"]),
            **{name: who[name] for name in ("first_shown", "last_shown", "left_known", "back_known")},
        }
    )


def _residence_rows(rng: _DRAWS, home: dict[str, Any], who: dict[str, Any]) -> pl.DataFrame:
    parts = [_at_address(rng, home, who, at) for at in range(_ADDRESSES)]
    parts += [_departures(rng, who), _returns(rng, home, who)]
    rows = pl.concat(parts, how="diagonal")
    n = len(rows)
    from_inquiry = np.where(rng.random(home["n"]) < 0.004 * _SPAN, rng.integers(_FROM, _UNTIL, home["n"]), NEVER)
    until_inquiry = from_inquiry + rng.integers(40, 170, home["n"])
    inquiries = pl.DataFrame(
        {
            "person_id": who["person_id"],
            "inquired": np.where(who["is_ex_officio"], who["left_known"] - 80, from_inquiry[who["household"]]),
            "inquired_until": np.where(who["is_ex_officio"], who["left_known"], until_inquiry[who["household"]]),
        }
    ).filter(pl.col("inquired") < NEVER)
    is_incorrect = (rng.random(n) < 0.006) & (rows["departure_date"].is_null().to_numpy())
    rows = rows.with_columns(pl.Series("is_incorrect", np.where(is_incorrect, "1", "0")))
    return rows.join(inquiries, on="person_id", how="left").sort("person_id", "order")


def _at_address(rng: _DRAWS, home: dict[str, Any], who: dict[str, Any], at: int) -> pl.DataFrame:
    """The rows of everybody who lived at this address of the household."""
    household = who["household"]
    came = home["addresses"][household, at]
    next_one = home["addresses"][household, at + 1] if at + 1 < _ADDRESSES else np.full(len(household), NEVER)
    since = np.maximum(came, who["birth"])
    lived = (came < NEVER) & (next_one > who["birth"]) & (since < who["left"])
    n = int(lived.sum())
    since, household = since[lived], household[lived]
    is_elsewhere = (at == 0) & (home["came"][household] > ALWAYS)
    recorded = to_workday(since + np.minimum(rng.geometric(0.35, n) - 1, 30))
    code = np.where(who["is_child"][lived], "G", rng.choice(["I", "I", "I", "P", "G"], n))
    code = np.where(rng.random(n) < 0.05, rng.choice(["T", "W", "A", "."], n, p=[0.4, 0.4, 0.19, 0.01]), code)
    text = register_text(since)
    return pl.DataFrame(
        {
            "person_id": who["person_id"][lived],
            "order": np.full(n, at),
            "municipality_code": np.where(is_elsewhere, "0384", MUNICIPALITY),
            "address_function": np.where(rng.random(n) < 0.01, "B", "W"),
            "address_id": home["address_ids"][household, at],
            "address_from": text,
            "declared_by": code,
            "valid_from": text,
            "recorded_on": register_text(recorded),
            "known": recorded,
        }
    )


def _departures(rng: _DRAWS, who: dict[str, Any]) -> pl.DataFrame:
    gone = who["left"] < NEVER
    n = int(gone.sum())
    text = register_text(who["left"][gone])
    vague = pl.Series(rng.random(n) < 0.012)
    told = pl.select(pl.when(vague).then(text.str.slice(0, 6) + "00").otherwise(text).alias("day"))["day"]
    declared = np.where(who["is_child"][gone], "G", rng.choice(["I", "I", "P"], n))
    return pl.DataFrame(
        {
            "person_id": who["person_id"][gone],
            "order": np.full(n, 10),
            "municipality_code": np.where(rng.random(n) < 0.92, "1999", MUNICIPALITY),
            "departure_date": told,
            "is_destination_unknown": np.where(who["is_unknown"][gone], "1", "0"),
            "declared_by": np.where(who["is_ex_officio"][gone], "A", declared),
            "valid_from": text,
            "recorded_on": register_text(who["left_known"][gone]),
            "known": who["left_known"][gone],
        }
    )


def _returns(rng: _DRAWS, home: dict[str, Any], who: dict[str, Any]) -> pl.DataFrame:
    back = who["back"] < NEVER
    n = int(back.sum())
    text = register_text(who["back"][back])
    return pl.DataFrame(
        {
            "person_id": who["person_id"][back],
            "order": np.full(n, 11),
            "municipality_code": np.full(n, MUNICIPALITY),
            "address_function": np.full(n, "W"),
            "address_id": home["address_ids"][who["household"][back], _ADDRESSES],
            "address_from": text,
            "declared_by": np.where(who["is_child"][back], "G", "I"),
            "valid_from": text,
            "recorded_on": register_text(who["back_known"][back]),
            "known": who["back_known"][back],
        }
    )


def _children(who: dict[str, Any]) -> dict[str, Any]:
    names = ("person_id", "household", "birth", "came", "went", "left", "left_known", "back")
    return {name: who[name][who["is_child"]] for name in names}
