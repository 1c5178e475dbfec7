"""The chart of the benchmark: CPU time and memory against the share of the country, as one SVG file."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Final

from benchmarks.report import usual
from benchmarks.results import Results

#: A panel's own measures.
_WIDTH, _HEIGHT = 440, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 424, 40, 250

Points = list[tuple[float, float]]
#: Program, form of the delivery, name, colour; REF has no form of its own.
_LINES: Final = (
    ("run", "csv", "run from CSV", "#1f5fa8"),
    ("run", "parquet-sorted", "run from sorted Parquet", "#1d8348"),
    ("candidates", "csv", "candidates only, CSV", "#b9770e"),
)
_REF: Final = ("REF", "#777777")


def write_chart(path: Path, results: Results) -> None:
    """Draw what is known; both axes are logarithmic, so that growth in proportion is a line at one slope."""
    cpu: dict[tuple[str, str], Points] = {}
    memory: dict[tuple[str, str], Points] = {}
    for what, variant, name, colour in _LINES:
        records = usual(results, what, variant)
        cpu[name, colour] = [(float(record.country.scale), record.median("cpu")) for record in records]
        memory[name, colour] = [(float(record.country.scale), record.memory / 1e9) for record in records]
    cpu[_REF] = [(float(record.country.scale), record.median("reference")) for record in usual(results, "run", "csv")]
    panels = [_panel("CPU seconds", cpu, 0), _panel("Peak memory, GB", memory, _WIDTH)]
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * _WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="12" role="img">\n<title>CPU time and memory against the share of the country</title>\n'
        f'<rect width="100%" height="100%" fill="white"/>\n{"".join(panels)}</svg>\n',
        encoding="utf-8",
    )


def _panel(title: str, lines: dict[tuple[str, str], Points], offset: int) -> str:
    points = [point for line in lines.values() for point in line]
    if not points:
        return ""
    across, up = _Axis([x for x, _ in points], 2, _LEFT, _RIGHT), _Axis([y for _, y in points], 10, _BOTTOM, _TOP)
    parts = [f'<g transform="translate({offset} 0)">', f'<text x="{_LEFT}" y="16" font-weight="bold">{title}</text>']
    for value in up.marks:
        y = up.place(value)
        parts.append(f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{y}" y2="{y}" stroke="#dddddd"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{value:g}</text>')
    for value in sorted({x for x, _ in points}):
        label = Fraction(value).limit_denominator(1000)
        parts.append(f'<text x="{across.place(value)}" y="{_BOTTOM + 18}" text-anchor="middle">{label}</text>')
    for number, ((name, colour), line) in enumerate(lines.items()):
        places = [(across.place(x), up.place(y)) for x, y in line]
        path = " ".join(f"{x},{y}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in places]
        parts.append(
            f'<text x="{_LEFT + number % 2 * 190}" y="{_BOTTOM + 34 + number // 2 * 14}" fill="{colour}">{name}</text>'
        )
    return "\n".join((*parts, "</g>\n"))


class _Axis:
    """Values on a logarithmic axis between two places; its ends are whole powers of `base`."""

    def __init__(self, values: list[float], base: int, first: int, last: int) -> None:
        low, high = math.floor(math.log(min(values), base)), math.ceil(math.log(max(values), base))
        self._base, self._low, self._high = base, low, max(high, low + 1)
        self._first, self._last = first, last

    @property
    def marks(self) -> list[float]:
        """1, 2 and 5 times every power that lies on the axis."""
        powers = range(self._low, self._high + 1)
        marks = [step * self._base**power for power in powers for step in (1.0, 2.0, 5.0)]
        return [mark for mark in marks if mark <= float(self._base) ** self._high * 1.0001]

    def place(self, value: float) -> float:
        """Where a value stands, in the drawing's own measure."""
        share = (math.log(value, self._base) - self._low) / (self._high - self._low)
        return round(self._first + share * (self._last - self._first), 1)
