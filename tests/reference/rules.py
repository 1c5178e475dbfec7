"""Signs after a departure, and the rules that turn them into evidence."""

from dataclasses import dataclass
from datetime import date

from tests.reference.dates import Interval, days, iso_date, months_after
from tests.reference.departures import NOT_A_MUNICIPALITY, Departure, Residence
from tests.reference.enrolments import Enrolment, LastTwo, Spell
from tests.reference.shapes import Row, Settings
from tests.reference.window import Window

ACTIVE = ("L-02", "L-03", "L-04", "M-01", "M-02")
PASSIVE = ("L-01", "L-05", "L-06")
AGAINST = ("C-01", "C-02", "C-03", "C-04")
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
LIST_DAYS = 60
"""L-06: one list says nothing sooner."""
HALF_A_YEAR = 180
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
    lists_that_tell: dict[tuple[str, str], date]
    """Per (source, school) the newest list that is not shrunken."""
    unreliable_lists: set[tuple[str, str]]
    """Each (source, school) of which the newest list is stale or shrunken."""
    results_until: dict[str, date]
    """Per source of results the last day of which it tells, of any child."""

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
    return [sign for _, sign in still_enrolled_at(it)]


def still_enrolled_at(it: Situation) -> list[tuple[Spell, Evidence]]:
    """L-01, with the stay that it is about."""
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
                found.append((spell, Evidence(last_two.newer, source, "L-01", stopped)))
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
    return [sign for _, sign in newly_enrolled_at(it)]


def newly_enrolled_at(it: Situation) -> list[tuple[Spell, Evidence]]:
    """L-02, with the stay that it is about."""
    return [
        (spell, Evidence(spell.enrolled_on, spell.source, "L-02"))
        for spell in it.spells
        if spell.enrolled_on >= it.after_grace("L-02")
        and spell.seen_on >= spell.enrolled_on + days(NO_SHOW_DAYS)
        and (spell.withdrawn_on is None or spell.withdrawn_on > spell.enrolled_on + days(NO_SHOW_DAYS))
    ]


def lists_after(it: Situation) -> list[Enrolment]:
    """Rows of lists, not by residence, that held the child as a pupil after every possible V: none with L-01 off."""
    return [
        row
        for row in it.enrolments
        if "L-01" not in it.settings.disabled_rules
        and row.source != "duo"
        and row.enrolled_on <= row.seen_on
        and (row.withdrawn_on is None or row.withdrawn_on > row.seen_on)
        and row.seen_on > it.left_latest
        and it.window.holds(row.seen_on)
        and is_before_return(row.seen_on, it.departure)
    ]


def is_on_newest(row: Enrolment, it: Situation) -> bool:
    """No later list of the school lacks the child; a shrunken list lacks nobody."""
    return row.seen_on >= it.lists_that_tell[row.source, row.school_id]


def on_a_later_list(it: Situation) -> list[Evidence]:
    """L-06: two months after V on the newest list of a school of which neither L-01 nor L-02 may speak."""
    if it.reference_date < it.left_latest + days(LIST_DAYS):
        return []
    speaks = [
        (spell.school_id, sign)
        for spell, sign in still_enrolled_at(it) + newly_enrolled_at(it)
        if counts(sign, it) and sign.rule_code not in it.settings.disabled_rules
    ]
    newest: dict[tuple[str, str], date] = {}
    for row in lists_after(it):
        # What L-01 may not say, of a stale or shrunken list, takes nothing away from what another source says.
        if is_on_newest(row, it) and not any(
            school == row.school_id and (not sign.is_stopped or sign.source == row.source) for school, sign in speaks
        ):
            key = (row.source, row.school_id)
            newest[key] = max(row.seen_on, newest.get(key, row.seen_on))
    return [
        Evidence(seen_on, source, "L-06", (source, school) in it.unreliable_lists)
        for (source, school), seen_on in newest.items()
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
    found = all_signs + on_a_later_list(it) + gap_at_school(it)
    found += seen_though_unknown(it, active) + seen_before_recorded(it, active)
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


# Evidence against. --------------------------------------------------------------------------------------


def evidence_against(it: Situation) -> set[Evidence]:
    """C-01 to C-04, of those that are switched on."""
    found = left_school(it) + no_other_trace(it)
    return {line for line in found if line.rule_code not in it.settings.disabled_rules}


def left_school(it: Situation) -> list[Evidence]:
    """C-01, C-02, C-03: no school list holds the child any more; the last enrolment that one held says which.

    Where some possible V makes an enrolment a new one and another does not, it speaks against in both ways.
    """
    if it.departure.is_returned:
        return []
    schools: dict[tuple[str, str], list[Enrolment]] = {}
    for row in it.enrolments:
        if row.source != "duo" and row.enrolled_on <= row.seen_on:
            schools.setdefault((row.source, row.school_id), []).append(row)
    if not schools:
        return []
    left = []
    for key, rows in schools.items():
        last = max(rows, key=lambda row: (row.seen_on, row.withdrawn_on or date.max, row.enrolled_on))
        missing_on = it.lists_that_tell[key] if it.lists_that_tell[key] > last.seen_on else None
        if last.withdrawn_on is None and missing_on is None:
            return []
        ended_on = last.withdrawn_on or missing_on
        assert ended_on is not None
        left.append((last, ended_on))
    last, ended_on = min(
        left,
        key=lambda one: (
            *(-one[1].toordinal(), -one[0].enrolled_on.toordinal(), one[0].withdrawn_on is None),
            *(one[0].school_id, one[0].source),
        ),
    )
    grace, codes = days(it.settings.grace_days["L-02"]), []
    if last.enrolled_on < it.left_latest + grace:
        codes.append("C-01" if last.withdrawn_on else "C-02")
    if last.enrolled_on >= it.left_earliest + grace:
        codes.append("C-03")
    return [Evidence(ended_on, last.source, code) for code in codes]


def no_other_trace(it: Situation) -> list[Evidence]:
    """C-04: no active sign, though a source of results tells of days half a year after some possible V."""
    if it.departure.is_returned or any(sign.rule_code in ACTIVE for sign in signs(it)):
        return []
    return [
        Evidence(until, source, "C-04")
        for source, until in it.results_until.items()
        if until >= it.left_earliest + days(HALF_A_YEAR)
    ]


# The weighing. ------------------------------------------------------------------------------------------


def pieces(it: Situation, shown: list[Evidence], against: set[Evidence]) -> set[str]:
    """What weighs for and against a case that may be shown; nothing does without a sign (L, M) among what is shown."""
    lines = [line for line in shown if line.rule_code in ACTIVE + PASSIVE]
    if not lines:
        return set()
    found = {line.rule_code for line in lines} | {line.rule_code for line in against}
    exemptions = [line for line in lines if line.rule_code == "L-05"]
    if all(_is_from_file_of_list(line, lines, it.settings) for line in exemptions):
        found.discard("L-05")
    found |= _strength_of_lists(it, lines)
    for code in ("L-03", "L-04"):
        days_of = [line.event_on for line in lines if line.rule_code == code]
        if len({(day.year, day.month) for day in days_of}) >= 2:
            found.add(f"{code}:again")
        if days_of and (max(days_of) - it.left_latest).days >= HALF_A_YEAR:
            found.add(f"{code}:late")
    if it.departure.is_destination_unknown:
        found.add("unknown-destination")
    return found


def _is_from_file_of_list(line: Evidence, lines: list[Evidence], settings: Settings) -> bool:
    """Whether an exemption comes out of the same file as a list on which L-01 rests."""

    def file_of(code: str) -> str:
        named = [source.file for source in settings.sources if source.code == code and source.file]
        return settings.enrolment_sources.get(code) or (named[-1] if named else code)

    return file_of(line.source) in {file_of(other.source) for other in lines if other.rule_code == "L-01"}


def _strength_of_lists(it: Situation, lines: list[Evidence]) -> set[str]:
    """How long lists held the child: of an L-01 that no possible V makes a new enrolment, and of L-02."""
    found = set()
    after = lists_after(it)
    lists = [row for row in after if row.seen_on >= it.after_grace("L-01")]
    codes = {line.rule_code for line in lines}
    months = {(row.seen_on.year, row.seen_on.month) for row in lists}
    new_year = date(it.left_latest.year + (it.left_latest.month >= 10), 10, 1)
    if "L-01" in codes and _is_certainly_from_before(it):
        found |= {f"L-01:{number}-months" for number in (3, 6) if len(months) >= number}
        if any(row.seen_on >= new_year for row in lists):
            found.add("L-01:new-year")
    new_at = {spell.school_id for spell, sign in newly_enrolled_at(it) if counts(sign, it)}
    if "L-02" in codes and any(row.school_id in new_at and is_on_newest(row, it) for row in after):
        found.add("L-02:newest-list")
    return found


def _is_certainly_from_before(it: Situation) -> bool:
    """Some stay behind L-01 began before every possible V + grace of L-02."""
    held = [(spell, sign) for spell, sign in still_enrolled_at(it) if counts(sign, it)]
    live = {(sign.source, sign.event_on) for _, sign in held if not sign.is_stopped}
    return any(
        (sign.source, sign.event_on) in live
        and spell.enrolled_on < it.left_earliest + days(it.settings.grace_days["L-02"])
        for spell, sign in held
    )
