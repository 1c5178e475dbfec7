"""What other programs and pages are told of alarms: one for each change, the weightiest first, no small number."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from brp_signals.watch.alarms import MOST_ALIKE, Alarm, leading, weight
from brp_signals.watch.points import SHARES

#: A number of people below this is told of nobody.
SMALLEST_TOLD: Final = 5
#: What a change may lead to, the mildest first.
CONSEQUENCES: Final = ("warn", "hold", "block")
#: What a change of many schools or sources at once is a change of.
_TABLE_OF: Final = {"school": "enrolments", "source": "traces", "municipality": "persons"}


def told(
    alarms: Iterable[Alarm], consequences: Mapping[str, str], cases: Mapping[tuple[str, str, str], int]
) -> list[dict[str, Any]]:
    """The alarms as run.json has them, without their sentences, in order of weight.

    `consequences` are by name of the check, `cases` how many open cases rest on a kind, subject and source.
    """
    rows = [_row(alarm, others, consequences, cases) for alarm, others in leading(alarms)]
    rows = [row for alike in _alike(rows).values() for row in _as_one(alike)]
    return sorted(rows, key=_order)


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    """Acknowledged ones last; by weight, and of equal weight what has the larger consequence first."""
    return row["acknowledged"], -row["weight"], -CONSEQUENCES.index(row["consequence"]), row["id"]


def _row(
    alarm: Alarm,
    others: list[Alarm],
    consequences: Mapping[str, str],
    cases: Mapping[tuple[str, str, str], int],
) -> dict[str, Any]:
    kind, subject, source, measure = alarm.key
    on = {"school": (kind, subject, source), "source": (kind, subject, "")}.get(kind, (kind, "", ""))
    n_cases = cases.get(on, 0)
    now = alarm.now
    return {
        "id": alarm.alarm_id,
        "check": alarm.check,
        "detector": alarm.detector,
        "subject_kind": kind,
        "subject": subject,
        "source": source,
        "measure": measure,
        "first_on": alarm.first_on.isoformat(),
        "list_on": alarm.list_on.isoformat(),
        "is_new": alarm.is_new,
        "acknowledged": alarm.is_acknowledged,
        "weight": weight(alarm, n_cases),
        "consequence": max((consequences[each.check] for each in (alarm, *others)), key=CONSEQUENCES.index),
        "unit": now.unit if now else "",
        "value": _shown(alarm, alarm.value),
        "expected": _shown(alarm, alarm.usual),
        "other": now.other if now else None,
        "n_cases": n_cases,
        "also": sorted(other.key[3] for other in others),
        "subjects": [subject],
        "ids": sorted(each.alarm_id for each in (alarm, *others)),
    }


def _shown(alarm: Alarm, number: float | None) -> float | None:
    """The number, unless it must not be told or is about a few people; a flag has none."""
    now = alarm.now
    if number is None or now is None or not now.is_told or now.unit in ("flag", "mark", "day"):
        return None
    shown = protected(now.unit, number, now.n)
    return None if shown is None else round(shown, 4)


def protected(unit: str, value: float | None, n: float | None) -> float | None:
    """A number for other programs: None where one to four people are behind it, or behind a share of `n`, or where
    nobody knows of how many it is a share."""
    if value is None or unit == "days":
        return value
    if unit not in SHARES:
        parts = [value]
    elif n:
        parts = [value * n, (1 - value) * n]
    else:
        return None
    return None if any(is_few(part) for part in parts) else value


def is_few(people: float) -> bool:
    """Whether there are so few people that nobody is told how many; a share times its whole is not quite a count."""
    return 0.5 <= people < SMALLEST_TOLD - 0.5


def _alike(rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        key = tuple(row[name] for name in ("subject_kind", "source", "measure", "first_on", "acknowledged"))
        groups.setdefault(key, []).append(row)
    return groups


def _as_one(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, or one row about what they come from when there are too many to be changes of their own."""
    first = max(rows, key=lambda row: row["weight"])
    if len(rows) <= MOST_ALIKE or first["subject_kind"] not in _TABLE_OF:
        return rows
    return [
        {
            **first,
            "subject_kind": "table",
            "subject": _TABLE_OF[first["subject_kind"]],
            "value": None,
            "expected": None,
            "n_cases": sum(row["n_cases"] for row in rows),
            "weight": max(row["weight"] for row in rows),
            "subjects": sorted(row["subject"] for row in rows),
            "ids": sorted(alarm_id for row in rows for alarm_id in row["ids"]),
            "consequence": max((row["consequence"] for row in rows), key=CONSEQUENCES.index),
        }
    ]
