"""How this run compares with those before it: a row a run, alarms over several runs, and three small charts.

Only runs about the same municipalities are compared. Nothing on a list follows from what is here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any, Final, TypeVar

from brp_signals.base.dates import dutch
from brp_signals.delivery.contract import REQUIRED
from brp_signals.state.ledger import Run

#: How many runs report.html shows, and how many a chart needs: two points always lie on one line.
SHOWN: Final = 60
FEWEST_SHOWN: Final = 3

#: An alarm holds the newest run against the median of so many before it, and says nothing with fewer than five.
COMPARED: Final = 20
FEWEST_COMPARED: Final = 5
#: So many times the median, and at least so much more than it: few cases or seconds may double by themselves.
CASES_FACTOR, CASES_MORE = 2, 10
DURATION_FACTOR, SECONDS_MORE = 3, 60

Row = Mapping[str, Any]
Place = TypeVar("Place")


def history_of(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """One row for each of the last runs, the newest last; what the ledger did not know of a run is None."""
    before: list[Run | None] = [None, *runs[:-1]]
    return [
        {
            "reference_date": run.reference_date.isoformat(),
            "listed": run.listed,
            "rows_changed": _rows_changed(run, last),
            "seconds": run.seconds,
        }
        for last, run in list(zip(before, runs, strict=True))[-SHOWN:]
    ]


def _rows_changed(run: Run, last: Run | None) -> float | None:
    """By how many percent the table that changed most grew (or shrank, below zero) since the delivery before."""
    if last is None:
        return None
    changes: list[float] = [
        100 * (run.measures.get(table, 0) - rows) / rows
        for table, rows in last.measures.items()
        if rows and table in REQUIRED
    ]
    return round(sorted(changes, key=abs)[-1], 1) if changes else None


def history_alarms(history: Sequence[Row]) -> list[str]:
    """What of the newest run is far from usual, in Dutch, for the data steward; it warns and blocks nothing."""
    found = []
    listed, usual = history[-1]["listed"], _usual(history, "listed")
    if usual is not None and listed > max(CASES_FACTOR * usual, usual + CASES_MORE):
        found.append(
            f"Er staan {listed} signalen op de lijsten; de mediaan van de runs hiervoor is {_figure(usual)}. Dat is "
            "meer dan het dubbele: kijk welke bron of regel veranderd is."
        )
    seconds, usual = history[-1]["seconds"], _usual(history, "seconds")
    if usual is not None and seconds > max(DURATION_FACTOR * usual, usual + SECONDS_MORE):
        found.append(
            f"De run duurde {_figure(seconds)} seconden; de mediaan van de runs hiervoor is {_figure(usual)}. Dat is "
            "meer dan drie keer zo lang: kijk onderaan welke stap dat is."
        )
    return found


def _usual(history: Sequence[Row], key: str) -> float | None:
    """The median of the runs before the newest; None when there are too few to speak of."""
    known = [row[key] for row in history[-1 - COMPARED : -1] if row[key] is not None]
    return median(known) if len(known) >= FEWEST_COMPARED else None


# ---- the charts

#: A drawing's own measures; the page scales it to its width.
WIDTH, HEIGHT = 600, 110
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 592, 10, 88

_CHARTS: Final = (
    ("listed", "Signalen op de lijsten", ""),
    ("rows_changed", "Verschil in rijen met de levering ervoor, van het bestand dat het meest veranderde", " %"),
    ("seconds", "Duur van de run", " s"),
)


@dataclass(frozen=True)
class Chart:
    """One figure over the runs: `lines` are unbroken stretches (points of an SVG polyline), `dots` every run."""

    key: str
    title: str
    description: str
    lines: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    highest: str
    lowest: str
    zero: float | None


def charts(history: Sequence[Row]) -> list[Chart]:
    """The charts of a history that is long enough; of a figure that is known once or never there is none."""
    return [
        _chart(key, title, unit, [row[key] for row in history])
        for key, title, unit in _CHARTS
        if sum(row[key] is not None for row in history) > 1
    ]


def table(history: Sequence[Row]) -> list[tuple[str, ...]]:
    """The figures behind the charts, the newest run first."""
    return [
        (
            dutch(date.fromisoformat(row["reference_date"])),
            *("–" if row[key] is None else _figure(row[key]) + unit for key, _, unit in _CHARTS),
        )
        for row in reversed(history)
    ]


def _chart(key: str, title: str, unit: str, values: list[float | None]) -> Chart:
    known = [value for value in values if value is not None]
    # From zero, so that a small change does not look large.
    low, high = min(0, *known), max(0, *known)
    places = [
        None if value is None else _place(number, len(values), value, low, high) for number, value in enumerate(values)
    ]
    newest = _figure(known[-1]) + unit
    return Chart(
        key=key,
        title=title,
        description=(
            f"{len(known)} runs; laagste {_figure(min(known))}{unit}, hoogste {_figure(max(known))}{unit}, "
            f"laatste {newest}."
        ),
        lines=tuple(" ".join(f"{x},{y}" for x, y in stretch) for stretch in stretches(places) if len(stretch) > 1),
        dots=tuple(place for place in places if place is not None),
        highest=_figure(high) + unit,
        lowest=_figure(low) + unit,
        zero=_place(0, len(values), 0, low, high)[1] if low < 0 < high else None,
    )


def _place(number: int, runs: int, value: float, low: float, high: float) -> tuple[float, float]:
    share = (value - low) / (high - low) if high > low else 0.0
    across = number / (runs - 1) if runs > 1 else 0.0
    return round(_LEFT + across * (_RIGHT - _LEFT), 1), round(_BOTTOM - share * (_BOTTOM - _TOP), 1)


def stretches(places: Sequence[Place | None]) -> list[list[Place]]:
    """The places without those unknown, broken where one is: a line over a gap would tell what nobody knows."""
    found: list[list[Place]] = [[]]
    for place in places:
        if place is None:
            found.append([])
        else:
            found[-1].append(place)
    return found


def _figure(number: float) -> str:
    """A number as Dutch staff write it, without a decimal that says nothing."""
    return f"{round(number, 1):,}".removesuffix(".0").translate(str.maketrans(",.", ".,"))
