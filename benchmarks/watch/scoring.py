"""What was found, how soon, and how often the watch and its rivals cried wolf."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from benchmarks.watch.calendar import WARM_UP, night
from benchmarks.watch.change import STRENGTHS, Change, Moment, Subject, choose_schools
from benchmarks.watch.nights import Alarm, Seen, Year
from benchmarks.watch.rivals import FixedLimits, Learned, Rival
from brp_signals.delivery.contract import ENROLMENT_SOURCES

WATCH: Final = "watch"
RIVALS: Final = ("fixed limits", "IsolationForest", "LocalOutlierFactor")
#: Nights that an abrupt change is followed, weeks that a slow one is, and how much harm is too much.
ABRUPT_NIGHTS, SLOW_WEEKS, MOST_HARM = 3, 12, 0.1
#: How many weeks a change may wait for a school with a new list.
_WAIT = 6


@dataclass
class Outcome:
    """One change in one strength, begun on one night of one town; by whom it was found after how many nights."""

    code: str
    what: str
    is_slow: bool
    strength: str
    value: str
    seed: int
    began: str
    schools: tuple[str, ...]
    found: dict[str, int | None] = field(default_factory=dict)
    in_time: dict[str, bool] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    wrongly_said: list[str] = field(default_factory=list)
    refused: str = ""

    def as_row(self) -> dict[str, Any]:
        """For a file."""
        return asdict(self)


def is_about(subject: Subject, subjects: Iterable[Subject]) -> bool:
    """Whether an alarm is about one of these; `*` is any name."""
    return subject in subjects or (subject[0], "*") in subjects


def names_one(alarm: Alarm, subjects: frozenset[Subject]) -> bool:
    """Whether an alarm names one of these."""
    return any(is_about(subject, subjects) for subject in alarm.subjects)


def newly_said(seen: Seen, usual: Seen) -> Iterator[Alarm]:
    """New alarms that there are not without the change."""
    usually = usual.keys
    return (alarm for alarm in seen.alarms if alarm.is_new and (alarm.subject, alarm.measure) not in usually)


#: What a change may show besides: its table or source of lists as a whole and the codes of checks.
_FAIR: Final[dict[str, frozenset[Subject]]] = {
    "school": frozenset(
        {("table", "enrolments"), ("code", "*"), *(("source", source) for source in ENROLMENT_SOURCES)}
    ),
    "source": frozenset({("table", "traces"), ("code", "*")}),
    "municipality": frozenset({("table", "*"), ("code", "*")}),
}


def _fair(finds: frozenset[Subject]) -> frozenset[Subject]:
    return finds.union(*(_FAIR.get(kind, frozenset()) for kind, _ in finds))


class Scorer:
    """Follows changes in one town and keeps what its rivals learned before each night."""

    def __init__(self, year: Year, *, with_rivals: bool = True) -> None:
        self.year, self._with_rivals = year, with_rivals
        self._rivals: dict[date, dict[str, Rival]] = {}

    def rivals_before(self, day: date) -> dict[str, Rival]:
        """The rivals as they are on the evening before a night."""
        if not self._with_rivals or self.year.nights[0].points.is_empty():
            return {}
        if day not in self._rivals:
            history = self.year.series_before(day)
            learned = {kind: Learned(kind, history) for kind in RIVALS[1:]}
            self._rivals[day] = {RIVALS[0]: FixedLimits(), **learned}
        return self._rivals[day]

    def follow(self, change: Change, strength: int, planned: date) -> Outcome | None:
        """Let a change begin on the first night from the planned one on where it can; none where it cannot."""
        draw = zlib.crc32(f"{change.code}/{strength}".encode())
        for wait in range(_WAIT):
            began = planned + timedelta(weeks=wait)
            schools = choose_schools(change, self.year.town, began, strength, draw)
            if schools is not None and began <= self.year.nights[-1].day:
                return self._follow(change, strength, began, schools)
        return None

    def _follow(self, change: Change, strength: int, began: date, schools: tuple[Any, ...]) -> Outcome:
        names = tuple(school.school_id for school in schools)
        outcome = Outcome(
            change.code,
            change.what,
            change.is_slow,
            STRENGTHS[strength],
            str(change.values[strength]),
            self.year.town.seed,
            began.isoformat(),
            names,
        )
        rivals = self.rivals_before(began)
        for name in (WATCH, *rivals):
            outcome.found[name], outcome.in_time[name], outcome.others[name] = None, False, 0
        before = self.year.series_before(began)[-1]

        def is_enough(moment: Moment, seen: Seen) -> bool:
            return bool(seen.refused) or any(
                names_one(alarm, change.finds(moment)) for alarm in newly_said(seen, self.year.seen_on(seen.day))
            )

        nights = SLOW_WEEKS if change.is_slow else ABRUPT_NIGHTS
        for moment, seen in self.year.follow(change, strength, began, schools, nights, is_enough):
            self._note(change, outcome, moment, seen)
            self._note_rivals(change, outcome, moment, before, seen)
            before = seen.points if len(seen.points) else before
            if change.harm and change.harm(moment) > MOST_HARM:
                break
        return outcome

    def _note(self, change: Change, outcome: Outcome, moment: Moment, seen: Seen) -> None:
        finds = change.finds(moment)
        said = list(newly_said(seen, self.year.seen_on(seen.day)))
        right = [alarm for alarm in said if names_one(alarm, finds)]
        wrong = [alarm for alarm in said if not names_one(alarm, _fair(finds))]
        outcome.others[WATCH] += len(wrong)
        outcome.wrongly_said += [_told(seen, alarm) for alarm in wrong]
        outcome.said += [_told(seen, alarm) for alarm in right]
        outcome.refused = outcome.refused or seen.refused
        if outcome.found[WATCH] is None and (right or seen.refused):
            _find(change, outcome, WATCH, moment)

    def _note_rivals(self, change: Change, outcome: Outcome, moment: Moment, before: pl.DataFrame, seen: Seen) -> None:
        finds = change.finds(moment)
        usual = self.year.seen_on(seen.day).points
        usually_before = self.year.series_before(seen.day)[-1]
        for name, rival in self.rivals_before(date.fromisoformat(outcome.began)).items():
            said = frozenset() if seen.points.is_empty() else rival.alarmed(before, seen.points)
            said -= rival.alarmed(usually_before, usual)
            outcome.others[name] += sum(not is_about(subject, _fair(finds)) for subject in said)
            is_found = bool(seen.refused) or any(is_about(subject, finds) for subject in said)
            if outcome.found[name] is None and is_found:
                _find(change, outcome, name, moment)


def _find(change: Change, outcome: Outcome, name: str, moment: Moment) -> None:
    outcome.found[name] = moment.weeks
    outcome.in_time[name] = change.harm(moment) <= MOST_HARM if change.harm else moment.weeks == 0


def _told(seen: Seen, alarm: Alarm) -> str:
    series = "/".join((*alarm.subject, alarm.source, alarm.measure))
    return f"{seen.day} {alarm.detector} {series}: {alarm.what}"


def false_alarms(year: Year, scorer: Scorer, *, step: int = 1) -> dict[str, list[str]]:
    """What was said of a town in which nothing went wrong, after the first weeks: by the watch and by each rival."""
    said: dict[str, list[str]] = {WATCH: []}
    for seen in year.nights[WARM_UP:]:
        said[WATCH] += [_told(seen, alarm) for alarm in seen.alarms if alarm.is_new]
    for number in range(WARM_UP, len(year.nights), step):
        seen = year.nights[number]
        # Rivals learn once in four weeks, as the changes' do at their beginning.
        for name, rival in scorer.rivals_before(night(WARM_UP + (number - WARM_UP) // 4 * 4)).items():
            subjects = rival.alarmed(year.nights[number - 1].points, seen.points)
            said.setdefault(name, []).extend(f"{seen.day} {kind}/{subject}" for kind, subject in sorted(subjects))
    return said
