"""The results as one picture: what is found at equal work, and the stated chance against what came true."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from benchmarks.departed_on_paper.scoring import Score

#: A panel's own measures.
_WIDTH, _HEIGHT = 440, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 424, 40, 240
_COLOURS: Final = ("#999999", "#b9770e", "#1f5fa8", "#1d8348")
_FOUND_BY: Final = ("by chance", "newest list", "brp-signals", "upper mark")
_SHEET: Final = "newest list"


def write_chart(path: Path, scores: Mapping[str, Score]) -> None:
    """Draw both panels side by side as one SVG file."""
    panels = [_found(scores), f'<g transform="translate({_WIDTH} 0)">{_calibration(scores)}</g>']
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * _WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="12" role="img">\n<title>Found at equal work, and stated chance against share right</title>\n'
        f'<rect width="100%" height="100%" fill="white"/>\n{"".join(panels)}</svg>\n',
        encoding="utf-8",
    )


def _found(scores: Mapping[str, Score]) -> str:
    """A group of bars for each level: how many wrong registrations are found at the length of the newest list."""
    bars = {level: _found_by(told) for level, told in scores.items()}
    most = max(max(found) for found in bars.values())
    step = (_RIGHT - _LEFT) / len(bars)
    parts = [_text(_LEFT, 16, "Found, looking at as many cases as are on the newest list", "start", "bold")]
    for nth, (level, found) in enumerate(bars.items()):
        begin = _LEFT + nth * step
        parts.append(_text(begin + step / 2, _BOTTOM + 18, level))
        for place, (count, colour) in enumerate(zip(found, _COLOURS, strict=True)):
            x, wide = begin + 8 + place * (step - 16) / 4, (step - 16) / 4 - 2
            top = _BOTTOM - (_BOTTOM - _TOP) * count / most
            size = f'width="{wide:.1f}" height="{_BOTTOM - top:.1f}"'
            parts.append(f'<rect x="{x:.1f}" y="{top:.1f}" {size} fill="{colour}"/>')
            parts.append(_text(x + wide / 2, top - 3, f"{count:.0f}", size=9))
    return "\n".join([*parts, *_legend(zip(_FOUND_BY, _COLOURS, strict=True))])


def _found_by(told: Score) -> tuple[float, float, float, float]:
    found = told.at_equal_work[_SHEET]
    return found.chance, found.spreadsheet, found.tool, found.upper_mark


def _calibration(scores: Mapping[str, Score]) -> str:
    """A line for each level through its fifths of the list; on the diagonal, what is stated is what came true."""
    parts = [_text(_LEFT, 16, "Stated chance (across) and share that was right (up)", "start", "bold")]
    for tenth in range(0, 11, 2):
        x, y = _place(tenth / 10, tenth / 10)
        parts.append(f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{y}" y2="{y}" stroke="#dddddd"/>')
        parts += [_text(_LEFT - 6, y + 4, f"{10 * tenth} %", "end"), _text(x, _BOTTOM + 18, f"{10 * tenth} %")]
    (x1, y1), (x2, y2) = _place(0, 0), _place(1, 1)
    parts.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#999999" stroke-dasharray="4 3"/>')
    for told, colour in zip(scores.values(), _COLOURS, strict=False):
        places = [_place(stated, share.value) for stated, share in told.calibration]
        path = " ".join(f"{x},{y}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in places]
    return "\n".join([*parts, *_legend(zip(scores, _COLOURS, strict=False))])


def _place(across: float, up: float) -> tuple[float, float]:
    return round(_LEFT + across * (_RIGHT - _LEFT), 1), round(_BOTTOM - up * (_BOTTOM - _TOP), 1)


def _legend(names: Iterable[tuple[str, str]]) -> list[str]:
    return [
        _text(_LEFT + nth * 95, _BOTTOM + 44, f'<tspan fill="{colour}">■</tspan> {name}', "start")
        for nth, (name, colour) in enumerate(names)
    ]


def _text(x: float, y: float, text: str, anchor: str = "middle", weight: str = "normal", size: int = 12) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" font-size="{size}">{text}</text>'
    )
