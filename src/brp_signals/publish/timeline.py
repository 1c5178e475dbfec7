"""A small timeline of one case as inline SVG: departure, recording, signs and compulsory window, to scale."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup, escape

from brp_signals.dates import add_months, dutch
from brp_signals.publish.content import Case

_WIDTH, _HEIGHT = 720, 96
_LEFT, _RIGHT = 12, 708
_AXIS = 56
_INK, _QUIET, _ACCENT, _PALE, _SIGN = "#1b2733", "#4a5866", "#154273", "#cfdce8", "#8a4b00"
_MARGIN = timedelta(days=45)
_SHORTEST_LABEL = 34


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date

    def x(self, day: date) -> float:
        """Where a day stands; days outside the picture stand at its edge."""
        share = (min(max(day, self.first), self.last) - self.first).days / max((self.last - self.first).days, 1)
        return round(_LEFT + share * (_RIGHT - _LEFT), 1)


def timeline(case: Case, reference_date: date) -> Markup:
    """The timeline of `case` up to `reference_date`; its text alternative says the same in words."""
    days = [case.departed_on, *(sign.event_on for sign in case.signs)]
    scale = _Scale(min(days) - _MARGIN, reference_date)
    parts = [*_window(case, scale), *_axis(scale), *_departure(case, scale), *_signs(case, scale)]
    return Markup(
        '<svg role="img" viewBox="0 0 {w} {h}" width="{w}" height="{h}" font-size="11" font-family="inherit" '
        'aria-labelledby="s-{id} d-{id}"><title id="s-{id}">Tijdlijn van signaal {id}</title>'
        '<desc id="d-{id}">{words}</desc>{parts}</svg>'
    ).format(w=_WIDTH, h=_HEIGHT, id=case.case_id, words=_words(case, reference_date), parts=Markup("").join(parts))


def _words(case: Case, reference_date: date) -> str:
    signs = ", ".join(dutch(sign.event_on) for sign in case.signs if not sign.is_context)
    return (
        f"Vertrek {dutch(case.departed_on)}, tekens op {signs}, peildatum {dutch(reference_date)}; leer- en "
        f"kwalificatieplicht van {dutch(case.duty_from)} tot {dutch(case.duty_until)}."
    )


def _window(case: Case, scale: _Scale) -> Iterator[Markup]:
    """The part of the picture in which the child has to go to school."""
    start, end = scale.x(case.duty_from), scale.x(case.duty_until)
    yield _rect(start, _AXIS - 6, end - start, 12, _PALE)
    yield _text(start + 2, _AXIS + 32, "leer- en kwalificatieplicht", _QUIET, "start")


def _axis(scale: _Scale) -> Iterator[Markup]:
    yield _line(_LEFT, _AXIS, _RIGHT, _AXIS, _QUIET)
    day = add_months(scale.first.replace(day=1), 1)
    while day <= scale.last:
        if day.month in (1, 4, 7, 10):
            x = scale.x(day)
            yield _line(x, _AXIS, x, _AXIS + 5, _QUIET)
            if x < _RIGHT - _SHORTEST_LABEL and x > _LEFT + _SHORTEST_LABEL / 2:
                yield _text(x, _AXIS + 17, f"{day.month:02d}-{day.year}", _QUIET, "middle")
        day = add_months(day, 1)


def _departure(case: Case, scale: _Scale) -> Iterator[Markup]:
    """The departure, as wide as its date is incomplete, and the day on which it was recorded."""
    start, end = scale.x(case.departed_on), scale.x(case.departed_latest_on)
    yield _rect(start - 1.5, 20, max(end - start, 0) + 3, _AXIS - 20, _ACCENT)
    yield _text(start, 14, "vertrek", _ACCENT, _anchor(start))
    if case.recorded_on:
        x = scale.x(case.recorded_on)
        yield _line(x, 30, x, _AXIS, _ACCENT, dashed=True)
        if abs(x - start) > 2 * _SHORTEST_LABEL:
            yield _text(x, 27, "verwerkt", _ACCENT, _anchor(x))


def _signs(case: Case, scale: _Scale) -> Iterator[Markup]:
    for sign in case.signs:
        if not sign.is_context:
            yield Markup('<circle cx="{x}" cy="{y}" r="5" fill="{colour}"><title>{text}</title></circle>').format(
                x=scale.x(sign.event_on),
                y=_AXIS,
                colour=_SIGN,
                text=f"{dutch(sign.event_on)}: {sign.title_nl}",
            )
    last = scale.x(max(sign.event_on for sign in case.signs if not sign.is_context))
    yield _text(last, _AXIS - 12, "teken", _SIGN, _anchor(last))


def _anchor(x: float) -> str:
    if x < _LEFT + _SHORTEST_LABEL:
        return "start"
    return "end" if x > _RIGHT - _SHORTEST_LABEL else "middle"


def _rect(x: float, y: float, width: float, height: float, colour: str) -> Markup:
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(
        round(x, 1), y, round(width, 1), height, colour
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, *, dashed: bool = False) -> Markup:
    dashes = Markup(' stroke-dasharray="3 3"') if dashed else Markup("")
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"{}/>').format(x1, y1, x2, y2, colour, dashes)


def _text(x: float, y: float, words: str, colour: str, anchor: str) -> Markup:
    return Markup('<text x="{}" y="{}" fill="{}" text-anchor="{}">{}</text>').format(
        round(x, 1), y, colour, anchor, escape(words)
    )
