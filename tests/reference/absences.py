"""Children who are registered here and on no school list: R-01, R-02 and what keeps them off the list."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any

from brp_signals.base.case_ids import case_id
from tests.reference.dates import days, iso_date, months_after, school_year
from tests.reference.departures import Residence
from tests.reference.enrolments import SHRINK_FROM_ROWS, enrolments_as_of, is_stale, latest_states
from tests.reference.rules import Person
from tests.reference.shapes import AbsenceSettings, Decision, Delivery, Result, Row, Settings
from tests.reference.window import Window, compulsory_window, leerplicht_until

SUPPRESSORS = ("S-09", "S-10", "S-14", "S-12", "S-03", "S-04", "S-11", "S-13", "S-08")
"""In the order in which they are asked; the first hit is the reason."""


@dataclass(frozen=True)
class Absence:
    """One child on no school list, and what its case rests on."""

    child: Person
    municipality_code: str
    rule_code: str
    source: str
    event_on: date
    since_on: date
    date_text: str
    is_unreliable: bool
    upcoming: bool
    is_exempt: bool
    arrived_on: date | None


def add_absences(
    delivery: Delivery,
    usable: Delivery,
    register: dict[str, Person],
    today: date,
    settings: Settings,
    decisions: list[Decision],
    result: Result,
) -> None:
    """Adds to the result every child in scope that is resident, of compulsory age and on no school list."""
    if settings.absence is None:
        return
    lists = _Lists(delivery.enrolments, today, settings)
    as_delivered, enrolments = _per_person(delivery.enrolments), _per_person(usable.enrolments)
    traces = _per_person(usable.traces)
    for child in register.values():
        window = compulsory_window(child.born, settings)
        municipality = _municipality(child, settings)
        if window is None or not window.holds(today) or municipality is None:
            continue
        own, rows = as_delivered[child.person_id], enrolments[child.person_id]
        found = _absence(child, municipality, window, own, rows, traces[child.person_id], lists, today, settings)
        if found is not None and found.rule_code not in settings.disabled_rules:
            _judge(found, window, today, settings, settings.absence, decisions, result)
    _rank(result.absences, today)


def _per_person(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["person_id"]].append(row)
    return found


def _municipality(child: Person, settings: Settings) -> str | None:
    """Where the child is a resident now, if that is in scope."""
    if child.suspension or not child.rows or not _is_here(child.rows[0]) or child.rows[0].municipality_code == "0000":
        return None
    return _code(child.rows[0], settings) if _is_in_scope(child.rows[0], settings) else None


def _code(row: Residence, settings: Settings) -> str:
    return settings.municipality_successors.get(row.municipality_code, row.municipality_code)


def _is_in_scope(row: Residence, settings: Settings) -> bool:
    return settings.scope is None or _code(row, settings) in settings.scope


def _is_here(row: Residence) -> bool:
    return row.is_dutch and row.departure is None and row.municipality_code != "1999"


class _Lists:
    """The newest list of each school, and whether it can be relied on."""

    def __init__(self, rows: list[Row], today: date, settings: Settings) -> None:
        sizes: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for row in rows:
            if row["seen_on"] <= today.isoformat():
                sizes[row["source"], row["school_id"]][row["seen_on"]] += 1
        self.unreliable: dict[tuple[str, str], bool] = {}
        for key, per_day in sizes.items():
            newest, *older = sorted(per_day, reverse=True)
            is_shrunk = (
                bool(older) and per_day[newest] >= SHRINK_FROM_ROWS and 5 * per_day[newest] < 4 * per_day[older[0]]
            )
            self.unreliable[key] = is_stale(date.fromisoformat(newest), today, settings) or is_shrunk
        declared = settings.absence.declared_schools if settings.absence else ()
        reliable = {school for (_, school), is_bad in self.unreliable.items() if not is_bad}
        self.are_complete = bool(declared) and set(declared) <= reliable


def _absence(
    child: Person,
    municipality: str,
    window: Window,
    own: list[Row],
    rows: list[Row],
    traces: list[Row],
    lists: _Lists,
    today: date,
    settings: Settings,
) -> Absence | None:
    before = latest_states(enrolments_as_of(own, today))
    states = latest_states(enrolments_as_of(rows, today))
    shared: dict[str, Any] = {
        "child": child,
        "municipality_code": municipality,
        "is_exempt": any(_is_exemption(trace, today) for trace in traces),
        "upcoming": any(row["enrolled_on"] > today.isoformat() >= row["seen_on"] for row in rows),
    }
    if not own and lists.are_complete:
        settled = _since(child, lambda row: _is_here(row) and _is_in_scope(row, settings))
        since = max(window.duty_from, min(settled or today, today))
        return Absence(
            rule_code="R-02",
            source="brp",
            event_on=since,
            since_on=since,
            date_text=window.duty_from.isoformat(),
            is_unreliable=False,
            arrived_on=settled,
            **shared,
        )
    if not states or any(state.withdrawn_on is None for state in (*before, *states)):
        return None
    last = max(states, key=lambda state: (state.withdrawn_on or today, state.source, state.school_id))
    assert last.withdrawn_on is not None
    return Absence(
        rule_code="R-01",
        source=last.source,
        event_on=last.withdrawn_on,
        since_on=max(window.duty_from, last.withdrawn_on),
        date_text=last.withdrawn_on.isoformat(),
        is_unreliable=lists.unreliable[last.source, last.school_id],
        arrived_on=_since(child, _is_here),
        **shared,
    )


def _since(child: Person, is_at_home: Callable[[Residence], bool]) -> date | None:
    """The last day on which the present stay among such addresses may have begun; None when nothing is known of it."""
    stay = list(takewhile(is_at_home, child.rows))
    for known in (stay[-1].address_from, stay[-1].valid_from):
        if known is not None and known.latest != date.max:
            return known.latest
    return None


def _is_exemption(trace: Row, today: date) -> bool:
    ended = iso_date(trace["ended_on"])
    return trace["kind"] == "exemption" and trace["event_on"] <= today.isoformat() and (ended is None or ended >= today)


def _judge(
    absence: Absence,
    window: Window,
    today: date,
    settings: Settings,
    own_settings: AbsenceSettings,
    decisions: list[Decision],
    result: Result,
) -> None:
    person = absence.child.person_id
    taken = [d for d in decisions if d.person_id == person and d.departed_on is None and d.decided_on <= today]
    newest = absence.child.rows[0]
    began = newest.inquiry_from.earliest if newest.inquiry_from and not newest.inquiry_from.is_unbounded else today
    months = settings.explained_months
    this_year = {d.code for d in taken if school_year(d.decided_on) == school_year(today)}
    holds = {
        "S-09": _school_days(absence.since_on, today) < own_settings.transfer_days,
        "S-10": absence.is_exempt,
        "S-14": absence.upcoming,
        "S-12": absence.arrived_on is None or absence.arrived_on > today - days(own_settings.arrival_days),
        "S-03": newest.is_under_inquiry and (today - began).days <= settings.inquiry_days,
        "S-04": any(
            d.code == "X-VERKLAARD" and months_after(today, -months) <= d.decided_on >= absence.since_on for d in taken
        ),
        "S-11": "X-SCHOOL-ELDERS" in this_year,
        "S-13": "X-INSTELLING" in this_year,
        "S-08": absence.is_unreliable,
    }
    hits = [code for code in SUPPRESSORS if holds[code]]
    if hits:
        result.withheld[person] = hits[0]
        return
    born = absence.child.born
    assert born is not None
    result.absences.append(
        {
            "person_id": person,
            "case_id": case_id("absence", person, absence.date_text),
            "municipality_code": absence.municipality_code,
            "rule_codes": (absence.rule_code,),
            "source": absence.source,
            "event_on": absence.event_on,
            "since_on": absence.since_on,
            "is_leerplicht": today < leerplicht_until(born.earliest).earliest,
            "status": "new",
            "suppressor_code": "",
            "is_confidential": absence.child.is_confidential,
            "rank": None,
        }
    )


def _school_days(since: date, today: date) -> int:
    """Days from one to the other that are not in July or August."""
    return sum((since + days(number)).month not in (7, 8) for number in range((today - since).days))


def _rank(absences: list[dict[str, Any]], today: date) -> None:
    """Leerplicht first, then who has been without a school longest; children with secrecy have a list of their own."""
    places: dict[tuple[str, bool], int] = defaultdict(int)
    for case in sorted(absences, key=lambda case: (not case["is_leerplicht"], case["since_on"], case["case_id"])):
        place = (case["municipality_code"], case["is_confidential"])
        places[place] += 1
        case["rank"] = places[place]
