"""Signs after a departure, and the rules that turn them into evidence."""

from dataclasses import dataclass
from datetime import date

from tests.reference.dates import Interval, days, iso_date, months_after
from tests.reference.departures import NOT_A_MUNICIPALITY, Departure, Residence
from tests.reference.enrolments import Enrolment, LastTwo, Spell
from tests.reference.shapes import Row, Settings
from tests.reference.window import Window

ACTIVE = ("L-02", "L-03", "L-04", "M-01", "M-02")
PASSIVE = ("L-01", "L-05")
A_BY_ITSELF = ("B-03", "B-05", "B-06")
CONTEXT = ("B-01", "B-02", "B-04")

TRACE_RULES = {
    "absence_report": "L-03",
    "school_result": "L-04",
    "exemption": "L-05",
    "leave": "L-05",
    "tmv_report": "M-01",
    "municipal_provision": "M-02",
}
NO_SHOW_DAYS = 14
"""L-02: a pupil who is still on the list so many days after enrolling has really come."""
HOUSEHOLD_DAYS = 31
"""B-01, B-02: a parent who leaves so many days before or after the child leaves with it."""


@dataclass(frozen=True, order=True)
class Evidence:
    """One line of proof; a stopped one (S-08) is kept, but no level rests on it."""

    event_on: date
    source: str
    rule_code: str
    is_stopped: bool = False


@dataclass(frozen=True)
class Person:
    """What the register says of one person on the reference date."""

    person_id: str
    born: Interval | None
    suspension: str
    is_confidential: bool
    parent_ids: tuple[str, ...]
    rows: tuple[Residence, ...]
    departures: tuple[Departure, ...]


@dataclass(frozen=True)
class Situation:
    """One departure in view, with everything that a rule may look at."""

    child: Person
    departure: Departure
    window: Window
    reference_date: date
    settings: Settings
    parents: tuple[Person, ...]
    """Those parents that stand in the delivery."""
    states: list[Enrolment]
    spells: list[Spell]
    enrolments: list[Enrolment]
    last_two: dict[tuple[str, str], LastTwo]
    traces: list[Row]

    @property
    def left_earliest(self) -> date:
        """V, earliest."""
        return self.departure.departed_on.earliest

    @property
    def left_latest(self) -> date:
        """V, latest."""
        return self.departure.departed_on.latest

    def after_grace(self, rule_code: str) -> date:
        """The first day on which a sign of this rule counts."""
        return self.left_latest + days(self.settings.grace_days[rule_code])


# Signs: dated events after the departure. ---------------------------------------------------------------


def signs(it: Situation) -> list[Evidence]:
    """Every sign of life of L-01 to L-05, M-01 and M-02 that counts for this departure.

    A rule that the municipality switched off has no signs for any other rule either.
    """
    found = still_enrolled(it) + newly_enrolled(it) + traces_after_departure(it)
    return [sign for sign in found if counts(sign, it) and sign.rule_code not in it.settings.disabled_rules]


def counts(sign: Evidence, it: Situation) -> bool:
    """Not of after the reference date, inside the window, before the return, not too soon (S-09)."""
    wait = 14 if sign.rule_code == "L-03" else 30
    return (
        sign.event_on <= it.reference_date
        and it.window.holds(sign.event_on)
        and is_before_return(sign.event_on, it.departure)
        and it.reference_date >= it.left_latest + days(wait)
    )


def is_before_return(event_on: date, departure: Departure) -> bool:
    """Whether the event certainly precedes the first Dutch address after the departure."""
    return departure.returned_on is None or event_on < departure.returned_on.earliest


def still_enrolled(it: Situation) -> list[Evidence]:
    """L-01: an enrolment from before, held open by the last two lists of the school after V + grace."""
    found = []
    for spell in it.spells:
        for source in sorted({key[0] for key in spell.keys} - {"duo"}):
            last_two = it.last_two.get((source, spell.school_id))
            if (
                last_two is not None
                and last_two.older >= it.after_grace("L-01")
                and is_from_before(spell, last_two.newer, it)
                and holds_open(spell, source, last_two.older, it.enrolments)
                and holds_open(spell, source, last_two.newer, it.enrolments)
            ):
                stopped = last_two.is_stale or last_two.is_shrunk
                found.append(Evidence(last_two.newer, source, "L-01", stopped))
    return found


def is_from_before(spell: Spell, seen_on: date, it: Situation) -> bool:
    """L-01 takes what began before V + grace of L-02, whichever day V was.

    Were V earlier, the same stay would be L-02's. So that neither a later V (I-7) nor an incomplete one
    (I-8) makes a sign that an earlier V would not make, what L-02 asks must hold here too: the pupil has
    really come, and if some possible V makes the enrolment a new one, it began inside the window.
    """
    grace = days(it.settings.grace_days["L-02"])
    if spell.enrolled_on >= it.left_latest + grace or seen_on < spell.enrolled_on + days(NO_SHOW_DAYS):
        return False
    return spell.enrolled_on < it.left_earliest + grace or it.window.holds(spell.enrolled_on)


def holds_open(spell: Spell, source: str, seen_on: date, enrolments: list[Enrolment]) -> bool:
    """The list of that day held a row of this stay, not withdrawn by then."""
    return any(
        (row.source, row.school_id, row.enrolled_on) in spell.keys
        and row.source == source
        and row.seen_on == seen_on
        and (row.withdrawn_on is None or row.withdrawn_on > seen_on)
        for row in enrolments
    )


def newly_enrolled(it: Situation) -> list[Evidence]:
    """L-02: a stay at a school that began after V + grace, and the pupil did come."""
    return [
        Evidence(spell.enrolled_on, spell.source, "L-02")
        for spell in it.spells
        if spell.enrolled_on >= it.after_grace("L-02")
        and spell.seen_on >= spell.enrolled_on + days(NO_SHOW_DAYS)
        and (spell.withdrawn_on is None or spell.withdrawn_on > spell.enrolled_on + days(NO_SHOW_DAYS))
    ]


def traces_after_departure(it: Situation) -> list[Evidence]:
    """L-03, L-04, L-05, M-01, M-02: traces on or after V + grace; an exemption from the day after V."""
    found = []
    for row in it.traces:
        rule_code = TRACE_RULES[row["kind"]]
        event_on = iso_date(row["event_on"])
        assert event_on is not None
        first_day = it.left_latest + days(1) if row["kind"] == "exemption" else it.after_grace(rule_code)
        if event_on >= first_day:
            found.append(Evidence(event_on, row["source_code"], rule_code))
    return found


# Rules: what makes evidence. ----------------------------------------------------------------------------


def evidence(it: Situation) -> set[Evidence]:
    """Evidence of all rules that are switched on.

    The same rule, source and day is one line; it is stopped only if every sign behind it is.
    """
    all_signs = signs(it)
    active = sorted(sign for sign in all_signs if sign.rule_code in ACTIVE)
    found = all_signs + seen_though_unknown(it, active) + seen_before_recorded(it, active) + gap_at_school(it)
    found += parent_stayed(it) + parent_came_back(it) + left_more_than_once(it)
    live = {(line.rule_code, line.source, line.event_on) for line in found if not line.is_stopped}
    return {
        line
        for line in found
        if line.rule_code not in it.settings.disabled_rules
        and not (line.is_stopped and (line.rule_code, line.source, line.event_on) in live)
    }


def seen_though_unknown(it: Situation, active: list[Evidence]) -> list[Evidence]:
    """B-05: destination unknown, and an active sign; the earliest one carries the evidence."""
    if not it.departure.is_destination_unknown or not active:
        return []
    return [Evidence(active[0].event_on, active[0].source, "B-05")]


def seen_before_recorded(it: Situation, active: list[Evidence]) -> list[Evidence]:
    """B-06: recorded more than 60 days after V, and an active sign in between."""
    recorded_on = it.departure.recorded_on
    if recorded_on is None or (recorded_on.earliest - it.left_latest).days <= it.settings.slow_recording_days:
        return []
    between = [sign for sign in active if sign.event_on <= recorded_on.earliest]
    return [Evidence(between[0].event_on, between[0].source, "B-06")] if between else []


def gap_at_school(it: Situation) -> list[Evidence]:
    """B-03: back within eight months, and more than 30 school days in a row without any enrolment."""
    returned_on = it.departure.returned_on
    if returned_on is None or not it.states:
        return []
    if returned_on.latest > months_after(it.left_earliest, it.settings.early_return_months):
        return []
    if returned_on.latest > it.reference_date:
        return []
    if not (it.window.holds(returned_on.earliest) and it.window.holds(returned_on.latest)):
        return []
    if longest_gap(it, returned_on.earliest) <= it.settings.school_gap_days:
        return []
    return [Evidence(returned_on.earliest, "brp", "B-03")]


def longest_gap(it: Situation, until: date) -> int:
    """Longest run of uncovered days in [V, until), July and August taken out and their neighbours joined."""
    longest = run = 0
    day = it.left_latest
    while day < until:
        if it.window.holds(day) and day.month not in (7, 8):
            run = 0 if is_enrolled(day, it.states) else run + 1
            longest = max(longest, run)
        day += days(1)
    return longest


def is_enrolled(day: date, states: list[Enrolment]) -> bool:
    """Whether some enrolment covers the day: from `enrolled_on` to the day before `withdrawn_on`."""
    return any(
        state.enrolled_on <= day and (state.withdrawn_on is None or day < state.withdrawn_on) for state in states
    )


# Context: shown with a case, never a case. --------------------------------------------------------------


def household_is_open(it: Situation) -> bool:
    """S-06: when any known parent has secrecy, nothing is said about the parents."""
    return not any(parent.is_confidential for parent in it.parents)


def parent_stayed(it: Situation) -> list[Evidence]:
    """B-01: a parent was a resident from V to the reference date and did not leave around V."""
    if household_is_open(it) and any(stayed(parent, it) for parent in it.parents):
        return [Evidence(it.left_earliest, "brp", "B-01")]
    return []


def stayed(parent: Person, it: Situation) -> bool:
    """Resident at every date from V to the reference date."""
    if not is_resident_now(parent):
        return False
    from_day = it.left_earliest - days(HOUSEHOLD_DAYS)
    leaving = [row for row in parent.rows if row.departure is not None]
    if any(row.departure is not None and row.departure.can_meet(from_day, it.reference_date) for row in leaving):
        return False
    since = [row for row in parent.rows if row.is_dutch and (not leaving or row.seq < leaving[0].seq)]
    return bool(since) and since[-1].began.latest <= it.left_earliest


def is_resident_now(parent: Person) -> bool:
    """Not suspended, and the newest row is an address in a municipality."""
    if parent.suspension or not parent.rows:
        return False
    return parent.rows[0].is_dutch and parent.rows[0].municipality_code != NOT_A_MUNICIPALITY[0]


def parent_came_back(it: Situation) -> list[Evidence]:
    """B-02: a parent left with the child and has been back for 30 days; the child is not back."""
    if it.departure.is_returned or not household_is_open(it):
        return []
    found = []
    for parent in it.parents:
        for left in parent.departures:
            if (
                left.departed_on.lies_within(
                    it.left_earliest - days(HOUSEHOLD_DAYS), it.left_latest + days(HOUSEHOLD_DAYS)
                )
                and left.returned_on is not None
                and left.returned_on.latest <= it.reference_date - days(30)
                and is_resident_now(parent)
            ):
                found.append(Evidence(left.returned_on.earliest, "brp", "B-02"))
    return found


def left_more_than_once(it: Situation) -> list[Evidence]:
    """B-04: two or more departures in the look-back, each but possibly the newest with a return."""
    first_day = months_after(it.reference_date, -it.settings.look_back_months)
    recent = [
        departure
        for departure in it.child.departures
        if departure.departed_on.earliest > first_day and departure.departed_on.latest <= it.reference_date
    ]
    if len(recent) >= 2 and all(departure.is_returned for departure in recent[1:]):
        return [Evidence(it.left_earliest, "brp", "B-04")]
    return []
