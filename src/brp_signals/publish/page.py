"""The list as one web page that needs nothing else: no network, no script, a timeline for every case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any, Final

from brp_signals.base.dates import add_months, dutch
from brp_signals.base.rule_files import Rule
from brp_signals.publish import wording
from brp_signals.publish.list_content import Case, Listed, MunicipalList
from brp_signals.publish.rendering import render

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


def page_bytes(content: MunicipalList, rules: Sequence[Rule]) -> bytes:
    """The list of one municipality as a self-contained HTML file; the same list gives the same bytes."""
    first_day = add_months(content.reference_date, -content.look_back_months)
    used = wording.rules_used(content, rules)
    by_code = {rule.code: rule for rule in used}
    groups = [
        {
            "level": level,
            "anchor": level.lower() or "terug",
            "heading": wording.LEVELS.get(level, f"Niveau {level}"),
            "meaning": wording.upper_first(wording.LEVEL_MEANINGS.get(level, "")),
            "cases": [_shown(case, content, first_day, by_code) for case in cases],
        }
        for level, cases in _by_level(content).items()
    ]
    html = render(
        "page.html",
        words=wording,
        what_this_is=wording.WHAT_THIS_IS,
        who_looks=wording.WHO_LOOKS,
        reminders=wording.REMINDERS,
        title=wording.title(content),
        reference_date=dutch(content.reference_date),
        look_back=wording.look_back(content, first_day),
        changes=wording.changes(content),
        change_lines=wording.change_lines(content),
        overdue=wording.overdue_lines(content),
        is_sealed=content.is_sealed,
        n_cases=len(content.cases),
        n_departures=content.n_departures,
        n_suppressed=sum(number for _, number in content.suppressed),
        levels=[(wording.level_name(level), number) for level, number in wording.level_counts(content)],
        n_weak=content.n_weak,
        suppressed=[(wording.SUPPRESSORS.get(code, code), number) for code, number in content.suppressed],
        groups=groups,
        rules=used,
    )
    return html.encode()


def _by_level(content: MunicipalList) -> dict[str, list[Case]]:
    """The cases under their level, both in the order of the list."""
    found: dict[str, list[Case]] = {}
    for case in content.cases:
        found.setdefault(case.level, []).append(case)
    return found


def _shown(case: Case, content: MunicipalList, first_day: date, rules: dict[str, Rule]) -> SimpleNamespace:
    """One case as the template shows it; a template finds an attribute three times faster than a key."""
    labels = sign_labels(case)
    signs = wording.leading_signs(case)
    leading = [rules[code] for sign in signs for code in sign.rule_codes if code in rules]
    names = [sign.name_nl for sign in signs]
    return SimpleNamespace(
        id=case.case_id,
        rank=case.rank,
        level=case.level or "–",
        level_name=wording.level(case),
        status=wording.STATUSES.get(case.status, case.status),
        reason=case.reason_nl,
        change=case.change_nl,
        decision=case.decision_nl,
        due_on=dutch(case.due_on) if case.due_on else "",
        names="; ".join([*names[:1], *[wording.lower_first(name) for name in names[1:]]]),
        is_exact=case.departed_on == case.departed_latest_on,
        departure=wording.departure(case),
        recorded_on=wording.recorded(case),
        last_sign_on=dutch(case.last_sign_on),
        destination=wording.destination(case),
        duty=(dutch(case.duty_from), dutch(case.duty_until)),
        next_step=case.next_step_nl,
        organisation=case.organisation_nl,
        speaks_for=wording.speaks(case, against=False),
        speaks_against=wording.speaks(case, against=True),
        unknown=wording.unknowns(case),
        signs=[
            SimpleNamespace(
                label=label,
                event_on=dutch(sign.event_on),
                source=wording.source(sign.source),
                sentence=sign.text_nl,
                rules=[
                    (sign.rule_code, sign.title_nl),
                    *((each.rule_code, each.name_nl) for each in sign.circumstances),
                ],
                is_context=sign.is_context,
                is_against=sign.is_against,
            )
            for sign, label in zip(case.signs, labels, strict=True)
        ],
        innocent=list(dict.fromkeys(text for rule in leading for text in rule.innocent_nl)),
        refuted_by=list(dict.fromkeys(text for rule in leading for text in rule.refuted_by_nl)),
        timeline=timeline(case, content.reference_date, first_day),
    )


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
