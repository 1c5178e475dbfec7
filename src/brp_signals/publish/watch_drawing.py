"""A series as a small drawing: its line, its usual band, and the frame of days that all drawings of a page share."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from brp_signals.publish.history import stretches
from brp_signals.publish.watch_values import COUNTS, Shown, figure
from brp_signals.watch.points import SHARES
from brp_signals.watch.telling import SMALLEST_TOLD

#: A drawing's own measures; the page scales it to its width.
WIDTH, HEIGHT = 300, 72
LEFT, RIGHT, TOP, BOTTOM = 50, 295, 8, 66
#: A long line is cut into so many stretches of time; of each its lowest and its highest night are drawn, so that no
#: jump is lost and a page of 40 schools stays small.
_STRETCHES: Final = 36
#: A scale is at least this part of its highest value, so that a small change does not look large.
_LEAST_SPAN: Final = 0.2

Place = tuple[int, int]


class SeenNight(NamedTuple):
    """One night of a series, as it may be drawn."""

    on: date
    seen: Shown


@dataclass(frozen=True)
class Frame:
    """The days from left to right."""

    first: date
    last: date

    def across(self, day: date) -> int:
        """The place of a day; one outside the frame is on its edge."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return round(LEFT + min(max(share, 0.0), 1.0) * (RIGHT - LEFT))

    def summers(self) -> list[tuple[int, int]]:
        """Each July and August within the frame: where they begin, and how wide they are."""
        found = [(self.across(date(year, 7, 1)), self.across(date(year, 9, 1))) for year in self._years()]
        return [(begin, end - begin) for begin, end in found if end > begin]

    def school_years(self) -> list[int]:
        """The place of each first of August within the frame."""
        days = [date(year, 8, 1) for year in self._years()]
        return [self.across(day) for day in days if self.first <= day <= self.last]

    def _years(self) -> range:
        return range(self.first.year, self.last.year + 1)


@dataclass(frozen=True)
class Drawing:
    """`lines` and `bands` are unbroken stretches, as points of an SVG polyline or polygon; `newest` is the last dot."""

    lines: tuple[str, ...]
    bands: tuple[str, ...]
    newest: Place
    highest: str
    lowest: str


def drawing(nights: Sequence[SeenNight], unit: str, frame: Frame) -> Drawing:
    """Draw a series, its nights in the order of time. Raises ValueError when no night has a value."""
    low, high = _scale(nights, unit)
    line: list[Place | None] = []
    band: list[tuple[int, int, int] | None] = []

    def down(value: float) -> int:
        return round(BOTTOM - (max(value, low) - low) / (high - low) * (BOTTOM - TOP))

    for on, seen in _thinned(nights, frame):
        x = frame.across(on)
        if seen.value is None and line and line[-1]:
            line.append((x, line[-1][1]))  # the last value stood until this night
        line.append(None if seen.value is None else (x, down(seen.value)))
        is_unknown = seen.lower is None or seen.upper is None
        band.append(None if is_unknown else (x, down(seen.upper or 0.0), down(seen.lower or 0.0)))
    return Drawing(
        lines=tuple(_points(list(_steps(part))) for part in stretches(line) if len(part) > 1),
        bands=tuple(
            _points([*((x, top) for x, top, _ in part), *((x, bottom) for x, _, bottom in reversed(part))])
            for part in stretches(band)
            if len(part) > 1
        ),
        newest=[place for place in line if place][-1],
        # Beside the line there is no room for the word days.
        highest=figure(unit, high).partition(" dag")[0],
        lowest=figure(unit, low).partition(" dag")[0],
    )


def _scale(nights: Sequence[SeenNight], unit: str) -> tuple[float, float]:
    """The lowest and the highest value that the drawing has room for."""
    values = [number for _, seen in nights for number in seen[:3] if number is not None]
    low, high = min(values), max(values)
    if all(seen.value is None or seen.value >= 0 for _, seen in nights):
        low = max(low, 0.0)  # a band may go below what nothing can be below
    if unit in COUNTS:
        high = max(high, float(SMALLEST_TOLD))
    span = max(high - low, _LEAST_SPAN * abs(high), 0.01 if unit in SHARES else 1.0)
    middle = (low + high) / 2
    from_low, to_high = min(low, middle - span / 2), max(high, middle + span / 2)
    if low >= 0 and (from_low < span or (unit in COUNTS and low < SMALLEST_TOLD)):
        from_low = 0.0
    return from_low, to_high


def _thinned(nights: Sequence[SeenNight], frame: Frame) -> Iterator[SeenNight]:
    """All nights of a short series; of a long one the last, and of each stretch of time its lowest, its highest and a
    gap if there is any.
    """
    if len(nights) <= 2 * _STRETCHES:
        yield from nights
        return
    width = (RIGHT - LEFT) / _STRETCHES
    for _, same in groupby(
        nights, lambda night: (int((frame.across(night.on) - LEFT) / width), night.on == nights[-1].on)
    ):
        part = list(same)
        known = sorted((night.seen.value, night) for night in part if night.seen.value is not None)
        gaps = [night for night in part if night.seen.value is None]
        yield from sorted({*(night for _, night in (*known[:1], *known[-1:])), *gaps[:1]})


def _steps(places: Sequence[Place]) -> Iterator[Place]:
    """The places with the corners between them: a value stands until the next one."""
    yield places[0]
    for (_, before), (x, y) in pairwise(places):
        yield from ((x, before), (x, y))


def _points(places: Sequence[Place]) -> str:
    """The places as points, without those in the middle of a level stretch."""
    kept = [
        place
        for before, place, after in zip([None, *places], places, [*places[1:], None], strict=False)
        if not (before and after and before[1] == place[1] == after[1])
    ]
    return " ".join(f"{x},{y}" for x, y in kept)
