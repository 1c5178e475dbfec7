"""Alarms: which changes are new, which still stand, which are over, and what people are told of first."""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

#: A change of the same measure at more subjects than this is one change, of what they come from.
MOST_ALIKE: Final = 5
#: What is over when its number is nearer to what was usual than to what it became.
_HALFWAY: Final = 0.5

#: What these detectors say is certain, and over when they say it no more.
_AS_LONG_AS_SEEN: Final = ("flag", "back")

Key = tuple[str, ...]
#: What a series is named by, and so its key.
KEY: Final = ("subject_kind", "subject", "source", "measure")


@dataclass(frozen=True)
class Scored:
    """A series of tonight that stands out: its key (kind of subject, subject, source, measure), the day it is of, its
    value and what was usual, how certain the change is and which detector says so; `n` is of how many a share is.
    """

    key: Key
    check: str
    unit: str
    is_told: bool
    seen_on: date
    value: float
    usual: float | None
    score: float
    detector: str
    other: str | None = None
    n: float | None = None


@dataclass(frozen=True)
class Alarm:
    """A change that a night found: since when, in which list (`list_on`), from what to what. `is_acknowledged`: a
    person said that it is as it should be.
    """

    alarm_id: str
    detector: str
    key: Key
    check: str
    first_on: date
    list_on: date
    value: float
    usual: float | None
    is_acknowledged: bool = False
    score: float = 0.0
    is_new: bool = False
    now: Scored | None = field(default=None, compare=False)


def begun(scored: Scored, today: date, scope: Sequence[str] = ()) -> Alarm:
    """A new alarm about a series of deliveries of these municipalities; its id is the same whenever the night is run
    again."""
    text = "|".join((scored.detector, *scored.key, today.isoformat(), *scope))
    return Alarm(
        f"W-{hashlib.sha256(text.encode()).hexdigest()[:6].upper()}",
        scored.detector,
        scored.key,
        scored.check,
        today,
        scored.seen_on,
        scored.value,
        scored.usual,
        score=scored.score,
        is_new=True,
        now=scored,
    )


def settle(
    standing: Iterable[Alarm],
    scored: Mapping[Key, Scored],
    limits: Mapping[str, float],
    today: date,
    scope: Sequence[str] = (),
) -> tuple[list[Alarm], list[Alarm]]:
    """The alarms of tonight, and those of before that are over.

    `scored` are all series of tonight, `limits` the score from which a check of that name fails.
    """
    held: dict[Key, Alarm] = {}
    over: list[Alarm] = []
    for alarm in standing:
        now = scored.get(alarm.key)
        if _is_over(alarm, now):
            over.append(alarm)
        else:
            score = max(now.score if now else 0.0, limits[alarm.check])
            held[alarm.key] = replace(alarm, now=now, score=score)
    new = [
        begun(series, today, scope)
        for key, series in scored.items()
        if key not in held and series.score > limits[series.check]
    ]
    return [*held.values(), *new], over


def _is_over(alarm: Alarm, now: Scored | None) -> bool:
    if alarm.detector in _AS_LONG_AS_SEEN:
        return now is None or now.score == 0
    if alarm.is_acknowledged:
        return True
    if now is None:
        return alarm.key[0] != "school"
    if now.unit == "mark":
        return now.value != alarm.value
    if alarm.usual is None:
        return False
    return abs(now.value - alarm.usual) < _HALFWAY * abs(alarm.value - alarm.usual)


def weight(alarm: Alarm, n_cases: int) -> float:
    """What comes first: how certain the change is, and more so the more cases rest on it."""
    return round(alarm.score * (1 + math.log2(1 + n_cases)), 1)


def leading(alarms: Iterable[Alarm]) -> list[tuple[Alarm, list[Alarm]]]:
    """One alarm for each subject and night that it began, the most certain one, with the others of that night.

    The codes of a column are one subject: where one goes, another comes.
    """
    groups: dict[tuple[Any, ...], list[Alarm]] = {}
    for alarm in sorted(alarms, key=lambda alarm: (-alarm.score, alarm.key)):
        kind, subject, source, measure = alarm.key
        part = "" if kind == "code" and measure != "rows" else source
        groups.setdefault((kind, subject, part, alarm.first_on, alarm.is_acknowledged), []).append(alarm)
    return [(first, others) for first, *others in groups.values()]
