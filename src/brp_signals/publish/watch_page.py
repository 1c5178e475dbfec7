"""watch.html: what changed in the data itself, and the series of every school, source, municipality, table and code.

Only measures that `watch_words` has words for are shown, of a unit that is drawn, and no count of 1 to 4. How many are
under secrecy is never shown.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from brp_signals.base.dates import dutch
from brp_signals.publish import watch_words, wording
from brp_signals.publish.rendering import render
from brp_signals.publish.report import scope
from brp_signals.publish.watch_drawing import BOTTOM, HEIGHT, RIGHT, TOP, WIDTH, Frame, SeenNight, drawing
from brp_signals.publish.watch_meanings import MEANINGS
from brp_signals.publish.watch_values import FEW, UNITS, Shown, count, shown, told, usual
from brp_signals.state.schools import NO_SCHOOLS, Schools

#: With more subjects than this only those with an alarm get a part of their own; the others are counted.
MOST_PARTS: Final = 250
#: How many days the drawings go back.
SHOWN_DAYS: Final = 400
#: The measure that no page tells, whatever its unit.
_NEVER: Final = "secrecy"
_MOODS: Final = {"warn": "warn", "hold": "a", "block": "bad"}
_MANY: Final = {"warn": "waarschuwen", "hold": "houden zaken vast", "block": "houden de levering tegen"}
#: The kinds of subject, in the order of the page: anchor, heading, and what cases rest on.
_KINDS: Final = {
    "school": ("scholen", "Scholen", "deze lijst"),
    "source": ("bronnen", "Bronnen", "deze bron"),
    "municipality": ("gemeenten", "Gemeenten", "deze gemeente"),
    "table": ("bestanden", "Bestanden", "dit bestand"),
    "code": ("codes", "Controles en redenen", "deze code"),
}

Alarm = Mapping[str, Any]


class Subject(NamedTuple):
    """What series are about: the list of a school, a source of traces, a municipality, a table or a code."""

    subject_kind: str
    subject: str
    source: str = ""


class Point(NamedTuple):
    """One value of a series, that stands until the next one; None when it was not delivered any more.

    `unit` is that of sql/watch/measures.sql, `n` is of how many a share is, `lower` and `upper` are the usual band.
    """

    subject_kind: str
    subject: str
    source: str
    measure: str
    unit: str
    on_day: date
    value: float | None
    lower: float | None = None
    upper: float | None = None
    n: float | None = None


@dataclass(frozen=True)
class _Subjects:
    """Every subject of tonight with the open cases that rest on it, and which of them have a part of their own."""

    cases: Mapping[Subject, int]
    alarms: Mapping[Subject, Sequence[Alarm]]
    schools: Schools

    def drawn(self) -> list[Subject]:
        """Those with an alarm first, the others by their code."""
        found = set(self.alarms) | (set(self.cases) if len(self.cases) <= MOST_PARTS else set())
        return sorted(found, key=lambda each: (list(_KINDS).index(each.subject_kind), each not in self.alarms, each))


def drawn_subjects(account: Mapping[str, Any], cases: Mapping[Subject, int]) -> list[Subject]:
    """The subjects of which `write_watch` wants the points."""
    return _subjects(account, cases, NO_SCHOOLS).drawn()


def write_watch(
    path: Path,
    account: Mapping[str, Any],
    points: Iterable[Point],
    cases: Mapping[Subject, int],
    schools: Schools = NO_SCHOOLS,
) -> None:
    """Write watch.html from the account of a run.

    `points` are the series, tonight's included, of `drawn_subjects`; `cases` says of every subject of tonight how many
    open cases rest on it, 0 where there are none.
    """
    subjects = _subjects(account, cases, schools)
    points = _newest(points)
    series = _series(points)
    frame = _frame_of(points)
    anchors = {subject: f"deel-{number}" for number, subject in enumerate(subjects.drawn(), start=1)}
    alarms = [_alarm(alarm, anchors, schools) for alarm in account.get("watch", ())]
    parts = [_part(subject, anchors[subject], subjects, series.get(subject, {}), frame) for subject in anchors]
    html = render(
        "watch.html",
        delivery_id=account.get("delivery_id", "zonder naam"),
        subtitle=scope(account),
        compared=_compared(account),
        verdict=_verdict(alarms),
        news=[alarm for alarm in alarms if alarm["is_new"] and not alarm["is_acknowledged"]],
        folded=_folded(alarms),
        work=_work(account),
        sections=_sections(parts, subjects),
        frame=_frame(frame),
        few=FEW,
        meanings=[(watch_words.MEASURES[name], meaning) for name, meaning in MEANINGS.items()],
    )
    path.write_text(html, encoding="utf-8", newline="\n")


def _subjects(account: Mapping[str, Any], cases: Mapping[Subject, int], schools: Schools) -> _Subjects:
    alarms: dict[Subject, list[Alarm]] = defaultdict(list)
    for alarm in account.get("watch", ()):
        alarms[_subject(alarm)].append(alarm)
    known = {_together(each): n_cases for each, n_cases in cases.items() if each.subject_kind in _KINDS}
    known_alarms = {subject: own for subject, own in alarms.items() if subject.subject_kind in _KINDS}
    return _Subjects(known, known_alarms, schools)


def _subject(alarm: Alarm) -> Subject:
    return _together(Subject(alarm["subject_kind"], alarm["subject"], alarm["source"]))


def _together(subject: Subject) -> Subject:
    """The subject that has a part: all codes of a column are one."""
    return subject._replace(source="") if _is_column(subject) else subject


def _is_column(subject: Subject) -> bool:
    return subject.subject_kind == "code" and "." in subject.subject


def _measure(subject: Subject, measure: str) -> str:
    """What a series is called in the part of its subject: of a column each code is a measure."""
    return subject.source if _is_column(subject) else measure


def _newest(points: Iterable[Point]) -> list[Point]:
    """The points of the days that are drawn, in the order of time."""
    ordered = sorted(points, key=lambda each: each.on_day)
    return [point for point in ordered if (ordered[-1].on_day - point.on_day).days <= SHOWN_DAYS]


def _frame_of(points: Sequence[Point]) -> Frame | None:
    """The days from the first night to the last; what is known of schools may be of lists long before."""
    nights = [point.on_day for point in points if point.subject_kind != "school"] or [each.on_day for each in points]
    return Frame(nights[0], points[-1].on_day) if points else None


def _series(points: Sequence[Point]) -> dict[Subject, dict[str, list[Point]]]:
    """The points by subject and measure, in the order of time."""
    found: dict[Subject, dict[str, list[Point]]] = defaultdict(lambda: defaultdict(list))
    for point in points:
        subject = Subject(*point[:3])
        found[_together(subject)][_measure(subject, point.measure)].append(point)
    return found


# ---- on top: what changed


def _compared(account: Mapping[str, Any]) -> str:
    last = account.get("last_accepted")
    if not last:
        return "Er is nog geen eerdere levering om mee te vergelijken."
    day = dutch(date.fromisoformat(str(last["reference_date"])))
    return f"Vergeleken met de laatste aanvaarde levering: {last['delivery_id']} (peildatum {day})."


def _alarm(alarm: Alarm, anchors: Mapping[Subject, str], schools: Schools) -> dict[str, Any]:
    subject = _subject(alarm)
    return {
        "id": alarm["id"],
        "sentence": alarm["sentence_nl"],
        "code": alarm["consequence"],
        "consequence": watch_words.CONSEQUENCES[alarm["consequence"]],
        "mood": _MOODS[alarm["consequence"]],
        "since": dutch(date.fromisoformat(str(alarm["first_on"]))),
        "cases": _resting(subject, alarm.get("n_cases", 0)),
        "anchor": anchors.get(subject),
        "title": _title(subject, schools) if subject.subject_kind in _KINDS else "",
        "is_new": alarm["is_new"],
        "is_acknowledged": alarm.get("acknowledged", False),
    }


def _title(subject: Subject, schools: Schools) -> str:
    """What a subject is called, a school by number and name."""
    if _is_column(subject):
        return f"Kolom {subject.subject}"
    return watch_words.subject_name(subject.subject_kind, schools.named(subject.subject), subject.source)


def _resting(subject: Subject, n_cases: int) -> str:
    """How many open cases rest on a subject: `12 zaken rusten op deze lijst`; empty when there is none."""
    if not n_cases or subject.subject_kind not in _KINDS:
        return ""
    return f"{count(n_cases).capitalize()} zaken rusten op {_KINDS[subject.subject_kind][2]}."


def _verdict(alarms: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What is new, in one sentence."""
    new = [alarm for alarm in alarms if alarm["is_new"] and not alarm["is_acknowledged"]]
    if not new:
        return {"mood": "good", "sentence": "Er is vannacht niets nieuws opgevallen."}
    numbers = Counter(alarm["code"] for alarm in new)
    words = [(numbers[code], one, _MANY[code]) for code, one in watch_words.CONSEQUENCES.items() if numbers[code]]
    how = ", ".join(wording.number_of(*each) for each in words)
    mood = "bad" if numbers["block"] else "warn"
    return {"mood": mood, "sentence": f"{wording.number_of(len(new), 'nieuwe melding', 'nieuwe meldingen')}: {how}."}


def _folded(alarms: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What was told on an earlier night, or was seen and put away; an empty heap is left out."""
    standing = [alarm for alarm in alarms if not alarm["is_new"] and not alarm["is_acknowledged"]]
    seen = [alarm for alarm in alarms if alarm["is_acknowledged"]]
    heaps = (("Blijft staan", standing), ("Gezien en weggezet", seen))
    return [{"heading": heading, "alarms": own} for heading, own in heaps if own]


# ---- how the work goes


def _work(account: Mapping[str, Any]) -> dict[str, Any] | None:
    """Open cases, those over their term, and how many were handled in the last weeks."""
    if "work" not in account:
        return None
    work = account["work"]
    return {
        "figures": [
            (count(work["open"]), "open"),
            (count(work["overdue"]), "over hun termijn"),
            *[(count(week["n_cases"]), words) for week, words in zip(work["handled"][::-1], _WEEKS, strict=False)],
        ],
        "weeks": [(dutch(date.fromisoformat(week["from_on"])), count(week["n_cases"])) for week in work["handled"]],
    }


_WEEKS: Final = ("deze week afgehandeld", "vorige week afgehandeld")


# ---- a part for each subject


def _sections(parts: Sequence[Mapping[str, Any]], subjects: _Subjects) -> list[dict[str, Any]]:
    """The parts by kind, with how many subjects of that kind have none because nothing is wrong with them."""
    known = Counter(subject.subject_kind for subject in {*subjects.cases, *subjects.alarms})
    found = []
    for kind, (anchor, heading, _) in _KINDS.items():
        own = [part for part in parts if part["kind"] == kind]
        if known[kind]:
            found.append({"anchor": anchor, "heading": heading, "parts": own, "others": known[kind] - len(own)})
    return found


def _part(
    subject: Subject,
    anchor: str,
    subjects: _Subjects,
    series: Mapping[str, Sequence[Point]],
    frame: Frame | None,
) -> dict[str, Any]:
    """One subject: what is wrong, what rests on it, its series drawn, and what stayed the same."""
    alarms = subjects.alarms.get(subject, ())
    since = _since(alarms)
    # What is wrong with a list or source as a whole (it is silent) is marked in each of its series.
    of_all = min((day for name, day in since.items() if name not in series), default=None)
    charts: list[dict[str, Any]] = []
    same: list[str] = []
    for name in _in_order(series, since):
        unit, nights = series[name][-1].unit, _nights(series[name])
        words = f"code {name}" if _is_column(subject) else watch_words.MEASURES.get(name)
        if not words or unit not in UNITS or name == _NEVER or all(night.seen.value is None for night in nights):
            continue
        words = words[0].upper() + words[1:]
        if name not in since and len({night.seen.value for night in nights}) == 1:
            same.append(f"{words}: {told(unit, nights[-1].seen)}")
        elif frame:
            charts.append(_chart(words, unit, nights, frame, since.get(name, of_all), f"{anchor}-{len(charts) + 1}"))
    return {
        "kind": subject.subject_kind,
        "anchor": anchor,
        "title": _title(subject, subjects.schools),
        "code": subject.subject if subject.subject_kind == "code" and not _is_column(subject) else "",
        "alarms": [{"id": alarm["id"], "sentence": alarm["sentence_nl"]} for alarm in alarms],
        "brief": _brief(charts, same),
        "cases": _resting(subject, subjects.cases.get(subject, 0)),
        "newest": _newest_list(subject, series),
        "charts": charts,
        "same": same,
        "has_one_night": frame is not None and frame.first == frame.last,
    }


def _since(alarms: Sequence[Alarm]) -> dict[str, date]:
    """Since when something is wrong with each measure: the oldest of its alarms."""
    named = [
        (str(alarm["first_on"]), _measure(Subject(*(alarm[key] for key in Subject._fields)), alarm["measure"]))
        for alarm in alarms
    ]
    newest_first = sorted(named, reverse=True)
    return {name: date.fromisoformat(first_on) for first_on, name in newest_first}


def _newest_list(subject: Subject, series: Mapping[str, Sequence[Point]]) -> str:
    """The day of the newest list of a school; anything else is measured each night."""
    days = [own[-1].on_day for own in series.values() if subject.subject_kind == "school"]
    return dutch(max(days)) if days else ""


def _brief(charts: Sequence[Mapping[str, Any]], same: Sequence[str]) -> str:
    """What the first series of a subject says, for the line that opens its part."""
    if not charts:
        return f"{same[0]}." if same else ""
    usual_nl = f" (gebruikelijk: {charts[0]['usual']})" if charts[0]["usual"] else ""
    return f"{charts[0]['name']}: {charts[0]['now']}{usual_nl}."


def _in_order(series: Mapping[str, Any], first: Mapping[str, Any]) -> list[str]:
    """The measures with an alarm, then the others in the order of their words."""
    words = list(watch_words.MEASURES)
    return sorted(
        series, key=lambda name: (name not in first, words.index(name) if name in words else len(words), name)
    )


def _nights(points: Sequence[Point]) -> list[SeenNight]:
    return [SeenNight(each.on_day, shown(each.unit, each.value, each.lower, each.upper, each.n)) for each in points]


def _chart(
    words: str, unit: str, nights: Sequence[SeenNight], frame: Frame, since: date | None, anchor: str
) -> dict[str, Any]:
    """A series drawn, with the same in words for who cannot see it."""
    known = [night for night in nights if night.seen.value is not None]
    last = known[-1].seen
    return {
        "anchor": anchor,
        "name": words,
        "now": told(unit, last),
        "usual": usual(unit, last),
        "side": _side(last),
        "gone": "" if nights[-1].seen.value is not None else dutch(nights[-1].on),
        "since": dutch(since) if since else "",
        "since_at": frame.across(since) if since else None,
        "drawing": drawing(nights, unit, frame),
    }


def _side(seen: Shown) -> str:
    """On which side of the usual band the newest value is; empty within it, and where one of them is not told."""
    if seen.is_few or seen.value is None or seen.lower is None or seen.upper is None:
        return ""
    return "lager dan" if seen.value < seen.lower else "hoger dan" if seen.value > seen.upper else ""


def _frame(frame: Frame | None) -> dict[str, Any] | None:
    if not frame:
        return None
    return {
        "first": dutch(frame.first),
        "last": dutch(frame.last),
        "summers": frame.summers(),
        "school_years": frame.school_years(),
        "width": WIDTH,
        "height": HEIGHT,
        "right": RIGHT,
        "top": TOP,
        "bottom": BOTTOM,
    }
