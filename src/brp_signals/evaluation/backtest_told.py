"""What may be published of a backtest: every count to the nearest five, and no table from which an exact count would
follow.

The page and the CSV have the same rows, one for each month and group. A group without departures has a row as well,
since a missing row would say that there is none.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

from brp_signals.base.config import Configuration, Levels
from brp_signals.base.rule_files import AGAINST, load_rules
from brp_signals.base.warehouse import resource
from brp_signals.evaluation.backtest import CHANCES, Backtest, Counted
from brp_signals.evaluation.figures import RIPE_DAYS
from brp_signals.evaluation.telling import FEWEST_IN_SHARE, Page, Place, Row, left_out, told_count

SCHEMA: Final = "brp-signals/backtest/1"
#: The month of a row over all months.
ALL_MONTHS: Final = "all"
#: Columns of backtest.csv, and keys of a row.
COLUMNS: Final = (
    "month",
    "is_ripe",
    "kind",
    "code",
    "departures",
    "changed_later",
    "still_open",
    "days_first_quarter",
    "days_half",
    "days_third_quarter",
)
#: Sections of the configuration that no backtest depends on.
_UNUSED: Final = {"alerts", "retention", "evaluation", "absence", "memory_limit", "control_sample"}


class _Key(NamedTuple):
    """A group of departures in a month; `month_on` None is all months."""

    month_on: date | None
    kind: str
    code: str


Groups = Mapping[_Key, Counted]


def told(found: Backtest) -> dict[str, Any]:
    """Return what may be published of the backtest: months, rows, what the register said of all departures, and the
    tables that are left out.
    """
    groups = _groups(found)
    levels = found.configuration.levels
    untold = left_out(_tables(groups), lambda tables: _page(groups, tables, levels))
    listed = groups[_Key(None, "listed", "")]
    ripe_days = max(RIPE_DAYS, _days(listed)["days_third_quarter"] or 0)
    ripe = {each.month_on: (found.reference_date - each.month_on).days >= ripe_days for each in found.months}
    return {
        "schema": SCHEMA,
        "delivery_id": found.delivery_id,
        "reference_date": found.reference_date.isoformat(),
        "levels": {"a": str(levels.a), "b": str(levels.b)},
        "look_back_months": found.configuration.look_back_months,
        "changed": changed(found.configuration),
        "ripe_days": ripe_days,
        "outcomes": _outcomes(listed),
        "months": [
            {
                "month": each.month_on.isoformat(),
                "is_ripe": ripe[each.month_on],
                "school_lists": each.n_lists,
                "has_reports": each.has_traces,
            }
            for each in found.months
        ],
        "rows": [_row(key, counted, ripe, untold) for key, counted in groups.items()],
        "untold": sorted(untold),
    }


def write_csv(path: Path, account: Mapping[str, Any]) -> None:
    """Write the rows of an account, one for each month and rule or level; a count that may not be published is an empty
    cell.
    """
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in account["rows"])


def _cell(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def changed(configuration: Configuration) -> list[dict[str, str]]:
    """List what the configuration changes from the defaults, key by key; a source of traces goes by its code."""
    now, default = (_flat(each.model_dump(mode="json", exclude=_UNUSED)) for each in (configuration, Configuration()))
    return [
        {"key": key, "value": now.get(key, ""), "default": default.get(key, "")}
        for key in sorted(now.keys() | default.keys())
        if now.get(key) != default.get(key)
    ]


def _flat(values: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """Flatten nested settings to `{"levels.a": "0.5"}`; a list becomes its members, a source its code."""
    flat: dict[str, str] = {}
    for key, value in values.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{before}{key}.")
        elif isinstance(value, list):
            flat[f"{before}{key}"] = ", ".join(
                str(each["code"]) if isinstance(each, dict) else str(each) for each in value
            )
        elif key not in ("legal_basis", "dpia_reference"):
            flat[f"{before}{key}"] = str(value)
    return flat


# ---- groups and tables


def _groups(found: Backtest) -> dict[_Key, Counted]:
    """List every group of every month, empty groups included: first over all months, then from old to new."""
    counted = {_Key(each.month_on, each.kind, each.code): each for each in found.counts}
    rules = [
        rule for rule in load_rules(resource("sql") / "rules") if rule.code not in found.configuration.disabled_rules
    ]
    for_it = [rule.code for rule in rules if rule.level in ("active", "passive")]
    against = [rule.code for rule in rules if rule.level == AGAINST]
    kinds = {
        "listed": [""],
        "level": ["A", "B", "weak", *(rule.code for rule in rules if rule.level == "alone")],
        "from": list(CHANCES),
        "rule": for_it,
        "alone": for_it,
        "against": against,
        "kept_off": against,
    }
    keys = [
        _Key(month, kind, code)
        for month in (None, *(each.month_on for each in found.months))
        for kind, codes in kinds.items()
        for code in codes
    ]
    return {key: counted.get(key) or Counted(*key, 0, 0, 0, 0, 0, None, None, None) for key in keys}


def _tables(groups: Groups) -> dict[str, list[Row]]:
    """Gather the groups into tables that are published or left out as a whole: one for each month and kind, the list
    itself apart.
    """
    tables: dict[str, list[Row]] = defaultdict(list)
    for key, counted in groups.items():
        if key.kind != "listed":
            tables[_table(key)].append(Row(key.code, _hits(counted), counted.n))
    return dict(tables)


def _table(key: _Key) -> str:
    kind = key.kind if key.kind != "level" or key.code in ("A", "B") else key.code
    return f"{_month(key)}/{kind}"


def _month(key: _Key) -> str:
    return key.month_on.isoformat() if key.month_on else ALL_MONTHS


def _hits(counted: Counted) -> int:
    """A child who came back and missed school (B-03) was registered again by then, so its departure is no hit."""
    return 0 if counted.code == "B-03" else counted.hits


def _page(groups: Groups, tables: Mapping[str, Sequence[Row]], levels: Levels) -> Page:
    """Say what a reader knows: which groups are part of which, in a month and over all months."""
    page = Page()
    places: dict[_Key, Place] = {}
    for key, counted in groups.items():
        if key.kind == "listed":
            places[key] = page.row("", Row("", counted.hits, counted.n))
    for table, rows in tables.items():
        month, kind = table.split("/")
        month_on = None if month == ALL_MONTHS else date.fromisoformat(month)
        keys = [_Key(month_on, "level" if kind in ("weak", "B-03") else kind, row.label) for row in rows]
        if kind in ("level", "rule", "against"):
            of_list = places[_Key(month_on, "listed", "")]
            found = page.parts(
                table, rows, *of_list, is_whole=kind in ("level", "rule"), overlaps=kind in ("rule", "against")
            )
        else:
            found = [page.row(table, row) for row in rows]
        places |= dict(zip(keys, found, strict=True))
    _hold_parts(page, places)
    _hold_chances(page, places, levels)
    _hold_months(page, places)
    _hold_outcomes(page, groups, places)
    return page


def _hold_parts(page: Page, places: Mapping[_Key, Place]) -> None:
    """A departure that one rule alone lists is also listed with that rule; one that is kept off the list is too weak
    for it.
    """
    for key, place in places.items():
        wider = {"alone": key._replace(kind="rule"), "kept_off": _Key(key.month_on, "level", "weak")}.get(key.kind)
        if wider and wider in places:
            page.within(place, places[wider])


def _hold_chances(page: Page, places: Mapping[_Key, Place], levels: Levels) -> None:
    """A departure with some chance counts under every lower chance too; from the bound of B on these are the list, from
    the bound of A on level A.
    """
    for key, place in places.items():
        if key.kind != "from":
            continue
        chance, at = Decimal(key.code), CHANCES.index(key.code)
        listed, a, weak = (
            places.get(_Key(key.month_on, *of)) for of in (("listed", ""), ("level", "A"), ("level", "weak"))
        )
        if at:
            page.within(place, places[key._replace(code=CHANCES[at - 1])])
        _hold_bound(page, place, listed, is_wider=chance <= levels.b, is_narrower=chance >= levels.b)
        _hold_bound(page, place, a, is_wider=chance <= levels.a, is_narrower=chance >= levels.a and bool(key.month_on))
        if listed and weak and chance <= levels.b:
            page.covered(place, [listed, weak])


def _hold_bound(page: Page, place: Place, level: Place | None, *, is_wider: bool, is_narrower: bool) -> None:
    if level and is_wider:
        page.within(level, place)
    if level and is_narrower:
        page.within(place, level)


def _hold_months(page: Page, places: Mapping[_Key, Place]) -> None:
    """A departure in a group over all months is in that group in some month. The reverse holds unless a later month
    changes the group: the level is that of the first month, and a departure that was too weak may be listed later.
    """
    of_months: dict[_Key, list[Place]] = defaultdict(list)
    for key, place in places.items():
        if key.month_on:
            of_months[key._replace(month_on=None)].append(place)
    n_months = len(of_months[_Key(None, "listed", "")])
    for key in of_months.keys() & places.keys():
        if key.kind not in ("level", "kept_off"):
            for part in of_months[key]:
                page.within(part, places[key])
        if len(of_months[key]) == n_months:
            page.covered(places[key], of_months[key])


def _hold_outcomes(page: Page, groups: Groups, places: Mapping[_Key, Place]) -> None:
    """How departures of the list changed in the register."""
    key = _Key(None, "listed", "")
    hits, counted = places[key][0], groups[key]
    if told_count(counted.n) < FEWEST_IN_SHARE:
        return
    corrected, returned, was_back = (
        page.count(number, "") for number in (counted.n_corrected, counted.n_returned, counted.n_was_back)
    )
    page.hold({corrected: 1, returned: 1, hits: -1}, 0)
    page.hold({was_back: 1, returned: -1})


# ---- rows


def _row(key: _Key, counted: Counted, ripe: Mapping[date, bool], untold: set[str]) -> dict[str, Any]:
    is_told = key.kind == "listed" or _table(key) not in untold
    row = Row(key.code, _hits(counted), counted.n).told
    hits = row["hits"] if is_told and key.code != "B-03" else None
    return {
        "month": _month(key),
        "is_ripe": ripe[key.month_on] if key.month_on else None,
        "kind": key.kind,
        "code": key.code,
        "departures": row["n"] if is_told else None,
        "changed_later": hits,
        # This is made of rounded counts, so it gives nothing further away.
        "still_open": row["n"] - hits if hits is not None else None,
        **(_days(counted) if hits is not None else dict.fromkeys(_DAYS)),
    }


_DAYS: Final = ("days_first_quarter", "days_half", "days_third_quarter")


def _days(counted: Counted) -> dict[str, int | None]:
    """Days until the register told, to the nearest five, where that is of some departures."""
    enough = told_count(_hits(counted)) >= FEWEST_IN_SHARE
    days = {name: getattr(counted, name) for name in _DAYS}
    return {name: told_count(number) if enough and number is not None else None for name, number in days.items()}


def _outcomes(listed: Counted) -> dict[str, int | None]:
    """How departures of the list, over all months, changed in the register."""
    numbers = {"corrected": listed.n_corrected, "returned": listed.n_returned, "was_back": listed.n_was_back}
    is_told = told_count(listed.n) >= FEWEST_IN_SHARE
    return {name: told_count(number) if is_told else None for name, number in numbers.items()}
