"""The timeline of a departure: what happened when, drawn to scale and told in words."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from brp_signals.base.dates import dutch
from brp_signals.publish import wording
from brp_signals.publish.list_content import Case, Listed

_MONTHS: Final = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
#: Percent of the width kept free on either side, so that marks and labels at the ends stay inside.
_MARGIN: Final = 4.0
#: Marks nearer than this many percent would overlap on a narrow screen; the later one then goes lower.
_MARK_ROOM: Final = 6.5
_FIRST_MARK_Y, _MARK_STEP = 98, 22
_CONTEXT_LABELS: Final = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Mark:
    """One mark on a timeline: a square for the departure or its recording, a circle for a sign."""

    kind: str
    label: str
    x: str
    y: int


@dataclass(frozen=True)
class Bar:
    """A period on a timeline, in percent of its width."""

    x: str
    width: str


@dataclass(frozen=True)
class Tick:
    """A label of the calendar above a timeline."""

    x: str
    label: str
    anchor: str


@dataclass(frozen=True)
class Timeline:
    """What a timeline shows, with places in percent, so that its text keeps its size on every screen."""

    description: str
    height: int
    ticks: tuple[Tick, ...]
    back: Bar
    duty: Bar | None
    maybe: Bar | None
    today: str
    marks: tuple[Mark, ...]


def sign_labels(case: Listed) -> list[str]:
    """Numbers for the signs that make the level, letters for context."""
    labels, n_making, n_context = [], 0, 0
    for sign in case.signs:
        if sign.is_context:
            labels.append(_CONTEXT_LABELS[n_context % len(_CONTEXT_LABELS)])
            n_context += 1
        else:
            n_making += 1
            labels.append(str(n_making))
    return labels


def timeline(case: Case, reference_date: date, first_day: date) -> Timeline:
    """The timeline of one case, from the start of the look-back (or an earlier departure) to the reference date."""
    start, end = min(first_day, case.departed_on), reference_date
    span = max((end - start).days, 1)

    def place(day: date) -> float:
        inside = min(max((day - start).days, 0), span)
        return _MARGIN + (100 - 2 * _MARGIN) * inside / span

    def bar(first: date, last: date) -> Bar | None:
        if last <= start or first > end:
            return None
        return Bar(f"{place(first):.2f}", f"{place(last) - place(first):.2f}")

    is_vague = case.departed_on != case.departed_latest_on
    marks = _stacked([(kind, label, place(first) / 2 + place(last) / 2) for kind, label, first, last in _events(case)])
    return Timeline(
        description=_described(case, reference_date, first_day),
        height=max((mark.y for mark in marks), default=_FIRST_MARK_Y) + 16,
        ticks=_ticks(start, end, place),
        back=bar(first_day, end) or Bar("0", "0"),
        duty=bar(case.duty_from, case.duty_until),
        maybe=bar(case.departed_on, case.departed_latest_on) if is_vague else None,
        today=f"{place(end):.2f}",
        marks=marks,
    )


def _events(case: Case) -> list[tuple[str, str, date, date]]:
    """What a timeline marks: kind, label and the days between which it lies."""
    events = [("left", "V", case.departed_on, case.departed_latest_on)]
    if case.recorded_on:
        events.append(("recorded", "R", case.recorded_on, case.recorded_on))
    for sign, label in zip(case.signs, sign_labels(case), strict=True):
        events.append(("context" if sign.is_context else "sign", label, sign.event_on, sign.event_on))
    return events


def _stacked(events: list[tuple[str, str, float]]) -> tuple[Mark, ...]:
    """Marks from left to right, each on the highest row where it touches no other."""
    rows: list[float] = []
    marks = []
    for kind, label, x in sorted(events, key=lambda event: event[2]):
        row = next((number for number, last in enumerate(rows) if x - last >= _MARK_ROOM), len(rows))
        if row == len(rows):
            rows.append(x)
        rows[row] = x
        marks.append(Mark(kind, label, f"{x:.2f}", _FIRST_MARK_Y + row * _MARK_STEP))
    return tuple(marks)


def _ticks(start: date, end: date, place: Any) -> tuple[Tick, ...]:
    """The first of January and of July; labels at the very ends are turned inwards."""
    days = [date(year, month, 1) for year in range(start.year, end.year + 1) for month in (1, 7)]
    ticks = []
    for day in days:
        if start <= day <= end:
            x = place(day)
            anchor = "start" if x < 8 else "end" if x > 92 else "middle"
            ticks.append(Tick(f"{x:.2f}", f"{_MONTHS[day.month - 1]} {day.year}", anchor))
    return tuple(ticks)


def _described(case: Case, reference_date: date, first_day: date) -> str:
    """The timeline in words, for who cannot see it."""
    signs = "; ".join(
        f"{label}: {sign.name_nl} op {dutch(sign.event_on)}{wording.beside(sign)}"
        for sign, label in zip(case.signs, sign_labels(case), strict=True)
    )
    return (
        f"Vertrek {wording.departure(case)}. Verwerkt: {wording.recorded(case)}. Tekens: {signs}. "
        f"Leer- of kwalificatieplicht van {dutch(case.duty_from)} tot {dutch(case.duty_until)}. "
        f"Terugkijkperiode van {dutch(first_day)} tot en met de peildatum {dutch(reference_date)}."
    )
