"""Differences between groups: how often they are listed, how often that was right, how long it took; outside any run.

Groups come from a file that is supplied apart (`groups`), and so do the numbers of departures that a list rate needs: a
list rate compares with departures, never with inhabitants. The numbers tell what differs, not why.
"""

import csv
import io
import random
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

from brp_signals.errors import UsageProblem
from brp_signals.evaluation import figures
from brp_signals.evaluation.decided import RESOLVED, LookedAt
from brp_signals.evaluation.groups import Groups
from brp_signals.evaluation.intervals import told_parts
from brp_signals.private_files import open_ordinary

#: For each kind of group the number of departures in view of each group, over the time that is evaluated.
Departures = Mapping[str, Mapping[str, int]]
_COLUMNS: Final = ["kind", "group", "departures"]
_RESAMPLES: Final = 200
#: More than any group has: of a group that is not in the file nothing is known.
_MANY: Final = 10**9


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


def disparities(cases: Sequence[LookedAt], groups: Groups, departures: Departures, today: date) -> list[dict[str, Any]]:
    """For each kind of group a row for each group, with numbers that may be told and no others."""
    return [
        {"kind": kind, "rows": _rows(cases, groups[kind], departures.get(kind, {}), today)} for kind in sorted(groups)
    ]


def _rows(
    cases: Sequence[LookedAt], group_of: Mapping[str, str], departures: Mapping[str, int], today: date
) -> list[dict[str, Any]]:
    # Who has no group is a row too, or a small number of them would follow from the whole.
    names = sorted({*(group_of.get(case.case_id, "") for case in cases), *group_of.values(), *departures})
    members = {name: [case for case in cases if group_of.get(case.case_id, "") == name] for name in names}
    if any(departures.get(name, _MANY) < _n_listed(members[name]) for name in names):
        raise UsageProblem("The file of departures counts fewer for a group than were listed of it; count them anew.")
    listed = told_parts([(name, _n_listed(members[name]), departures.get(name, 0)) for name in names])
    right = told_parts([(name, *figures.hits_and_decided(members[name])) for name in names])
    drawn = told_parts([(name, *_hits_and_drawn(members[name])) for name in names])
    return [
        {
            "label": name,
            "listed": _within(listed[at]),
            "precision": right[at],
            "control": drawn[at],
            "resolution": {
                **figures.days_until(members[name], today, RESOLVED),
                **_bounds(members[name], today),
            },
        }
        for at, name in enumerate(names)
    ]


def _n_listed(cases: Sequence[LookedAt]) -> int:
    return sum(case.listed_on is not None for case in cases)


def _within(told: dict[str, Any]) -> dict[str, Any]:
    """The list rate; nothing of it where the number of departures was not supplied."""
    return told if told["n"] else {**told, "n": None, "hits": None, "share": None, "low": None, "high": None}


def _hits_and_drawn(cases: Sequence[LookedAt]) -> tuple[int, int]:
    """Departures of the control sample that turned out wrong, of those that were decided."""
    found = [case.is_hit for case in cases if case.draw and case.is_hit is not None]
    return sum(found), len(found)


def _bounds(cases: Sequence[LookedAt], today: date) -> dict[str, int | None]:
    """Between which days the median time to an outcome lies, from drawing the cases again and again; 95 %."""
    chance, medians = random.Random(len(cases)), []  # noqa: S311  # resampling, not cryptography
    for _ in range(_RESAMPLES):
        median = figures.days_until(chance.choices(cases, k=len(cases)) if cases else [], today, RESOLVED)["median"]
        if median is None:
            return {"low": None, "high": None}
        medians.append(median)
    ends = quantiles(medians, n=40, method="inclusive")
    return {"low": round(ends[0]), "high": round(ends[-1])}
