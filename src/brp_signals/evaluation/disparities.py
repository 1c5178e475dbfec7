"""Differences between groups: how often they are listed, how often that was right, how long it took; outside any run.

Groups come from a separate file (`groups`), and so do the numbers of departures that a list rate needs: a list rate
compares with departures, never with inhabitants. The numbers say what differs, not why.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from brp_signals.base.errors import UsageProblem
from brp_signals.base.private_files import open_ordinary
from brp_signals.base.statuses import NO_SIGN
from brp_signals.evaluation import figures
from brp_signals.evaluation.comparing import differing
from brp_signals.evaluation.decided import RESOLVED, LookedAt
from brp_signals.evaluation.groups import Groups
from brp_signals.evaluation.intervals import design_effect
from brp_signals.evaluation.telling import BASE, Page, Row, Told, left_out

#: For each kind of group the number of departures in view of each group, over the time that is evaluated.
Departures = Mapping[str, Mapping[str, int]]
_COLUMNS: Final = ["kind", "group", "departures"]
_RESAMPLES: Final = 200
#: More departures than any group has, for a group that is not in the file and of which nothing is known.
_MANY: Final = 10**9
_MEASURES: Final = ("listed", "precision", "control")
_NOTHING: Final[Told] = {"n": None, "hits": None, "share": None, "low": None, "high": None}


def read_departures(path: Path) -> dict[str, dict[str, int]]:
    """A CSV file with the columns kind, group and departures. Raises UsageProblem when it is not one."""
    found: dict[str, dict[str, int]] = {}
    try:
        with io.TextIOWrapper(open_ordinary(path), encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            if rows.fieldnames != _COLUMNS:
                raise UsageProblem(f"{path.name} needs the columns kind, group and departures, in this order.")
            for row in rows:
                found.setdefault(row["kind"], {})[row["group"]] = int(row["departures"])
    except (OSError, ValueError, TypeError, csv.Error):
        raise UsageProblem(f"{path.name} cannot be read: it is no CSV file in UTF-8 with whole numbers.") from None
    return found


def tables(cases: Sequence[LookedAt], groups: Groups, departures: Departures, today: date) -> dict[str, list[Row]]:
    """The rows of every kind of group and measure, under the names of both."""
    found: dict[str, list[Row]] = {}
    for kind in sorted(groups):
        departed = departures.get(kind, {})
        by_group = _members(cases, groups[kind], departed)
        if departed:
            found[f"{kind}/listed"] = [_list_rate(name, by_group[name], departed.get(name, 0)) for name in by_group]
        found[f"{kind}/precision"] = [figures.row(name, figures.ripe(by_group[name], today)) for name in by_group]
        found[f"{kind}/control"] = [_control(name, by_group[name], today) for name in by_group]
    return found


def _members(
    cases: Sequence[LookedAt], group_of: Mapping[str, str], departures: Mapping[str, int]
) -> dict[str, list[LookedAt]]:
    """The cases of each group. Cases without a group form one too: otherwise a small number of them would follow from
    the total.
    """
    names = {*(group_of.get(case.case_id, "") for case in cases), *group_of.values(), *departures}
    found: dict[str, list[LookedAt]] = {name: [] for name in sorted(names)}
    for case in cases:
        found[group_of.get(case.case_id, "")].append(case)
    if any(departures.get(name, _MANY) < len(_listed(found[name])) for name in names):
        raise UsageProblem("The file of departures counts fewer for a group than were listed of it; count them anew.")
    return found


def _list_rate(name: str, group: Sequence[LookedAt], departures: int) -> Row:
    listed = _listed(group) if departures else []
    return Row(name, len(listed), departures, design_effect(map(figures.family, listed)))


def _control(name: str, group: Sequence[LookedAt], today: date) -> Row:
    """Departures without a sign of the control sample that turned out wrong, of those that were decided."""
    ripe = figures.ripe_drawn(group, today, NO_SIGN)
    found = [each for each in figures.drawn(ripe, today) if each.is_hit is not None]
    return Row(
        name, sum(each.is_hit is True for each in found), len(found), design_effect(each.family for each in found)
    )


def untold(every: Mapping[str, Sequence[Row]]) -> set[str]:
    """The tables of list rates and of the control sample from which a count would follow."""
    return {
        name
        for measure in ("listed", "control")
        for name in left_out({each: rows for each, rows in every.items() if each.endswith(f"/{measure}")}, _page)
    }


def _page(told: Mapping[str, Sequence[Row]]) -> Page:
    """Tables of one measure, which all have the same totals."""
    page = Page()
    total = next(iter(told.values()), [])
    hits, n = page.count(sum(row.hits for row in total)), page.count(sum(row.n for row in total))
    for name, rows in told.items():
        page.parts(name, rows, hits, n, is_whole=True, overlaps=False)
    return page


def disparities(
    cases: Sequence[LookedAt],
    groups: Groups,
    departures: Departures,
    today: date,
    untold: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Return a row for each group of each kind, with publishable numbers only.

    `differs` names the measures in which a group differs from all others of its kind by more than chance explains among
    so many groups.
    """
    every = {name: rows for name, rows in tables(cases, groups, departures, today).items() if name not in untold}
    apart = differing(every)
    return [
        {
            "kind": kind,
            "rows": _rows(kind, _members(cases, groups[kind], departures.get(kind, {})), every, apart, today),
        }
        for kind in sorted(groups)
    ]


def _rows(
    kind: str,
    members: Mapping[str, Sequence[LookedAt]],
    every: Mapping[str, Sequence[Row]],
    apart: Collection[tuple[str, str]],
    today: date,
) -> list[dict[str, Any]]:
    return [
        {
            "label": name,
            **{
                measure: every[f"{kind}/{measure}"][at].told if f"{kind}/{measure}" in every else _NOTHING
                for measure in _MEASURES
            },
            "resolution": {**_days(group, today), **_bounds(group, today)},
            "differs": [measure for measure in _MEASURES if (f"{kind}/{measure}", name) in apart],
        }
        for at, (name, group) in enumerate(members.items())
    ]


def _listed(cases: Sequence[LookedAt]) -> list[LookedAt]:
    return [case for case in cases if case.listed_on is not None]


def _days(cases: Sequence[LookedAt], today: date) -> dict[str, int | None]:
    found = figures.days_until(cases, today, RESOLVED)
    return {name: found[name] for name in ("median", "nine_in_ten")}


def _bounds(cases: Sequence[LookedAt], today: date) -> dict[str, int | None]:
    """The 95 % interval, in days, of the median time to an outcome, from drawing the families again and again."""
    import numpy as np
    from scipy.stats import bootstrap

    by_family: dict[str, list[LookedAt]] = defaultdict(list)
    for case in cases:
        by_family[figures.family(case)].append(case)
    waits = [figures.waits(each, today, RESOLVED) for each in by_family.values()]

    def median(drawn: Any) -> float:
        found = figures.by_then([wait for place in drawn for wait in waits[int(place)]], 0.5)
        return np.inf if found is None else float(found)

    if len(waits) < 2 or len(_listed(cases)) < BASE:
        return {"low": None, "high": None}
    drawn = bootstrap(
        (np.arange(len(waits)),),
        median,
        n_resamples=_RESAMPLES,
        vectorized=False,
        method="percentile",
        rng=len(cases),
    ).bootstrap_distribution
    if np.isinf(drawn).any():
        return {"low": None, "high": None}
    low, high = np.quantile(drawn, (0.025, 0.975))
    return {"low": round(float(low)), "high": round(float(high))}
