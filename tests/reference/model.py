"""Facts, rules and cases of one delivery: `evaluate` is the whole second implementation."""

import math
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from brp_signals.base.case_ids import case_id
from tests.reference import enrolments as school
from tests.reference.absences import add_absences
from tests.reference.dates import iso_date, months_after, register_date, school_year
from tests.reference.departures import Departure, departures, rows_as_of
from tests.reference.quarantine import keep_usable_rows
from tests.reference.rules import CONTEXT, Evidence, Person, Situation, evidence, evidence_against, pieces
from tests.reference.shapes import Decision, Delivery, Result, Row, Settings
from tests.reference.window import Window, compulsory_window

OUT_OF_VIEW = ("O", "M", "R", "F", "W")
"""S-05: died, minister's decision, set up as non-resident, error, wiped."""
SUPPRESSORS = ("S-07", "S-02", "S-03", "S-04", "S-01", "S-08")
"""In the order in which they are asked; the first hit is the reason."""


def evaluate(
    delivery: Delivery, reference_date: date, settings: Settings, decisions: list[Decision] | None = None
) -> Result:
    """Evidence and cases of a delivery whose rows are valid one by one."""
    usable, refused = keep_usable_rows(delivery, reference_date, settings)
    register = _register(usable, reference_date)
    last_two = school.last_two_deliveries(delivery.enrolments, reference_date, settings)
    that_tell = school.lists_that_tell(delivery.enrolments, reference_date)
    unreliable = school.unreliable_lists(delivery.enrolments, reference_date, settings)
    results_until = _results_until(usable.traces, reference_date)
    enrolments, traces = _per_person(usable.enrolments), _per_person(usable.traces)
    result = Result(quarantine=refused)
    for child in register.values():
        rows = school.enrolments_as_of(enrolments[child.person_id], reference_date)
        states = school.latest_states(rows)
        window = compulsory_window(child.born, settings)
        for departure in child.departures:
            if window is None or not is_in_view(departure, window, reference_date, settings):
                continue
            if child.suspension in OUT_OF_VIEW:
                result.counts["suspended"] += 1
                continue
            result.counts["in_view"] += 1
            situation = Situation(
                child=child,
                departure=departure,
                window=window,
                reference_date=reference_date,
                settings=settings,
                parents=tuple(register[parent] for parent in child.parent_ids if parent in register),
                states=states,
                spells=school.spells(states, reference_date),
                enrolments=rows,
                last_two=last_two,
                traces=traces[child.person_id],
                lists_that_tell=that_tell,
                unreliable_lists=unreliable,
                results_until=results_until,
            )
            _judge(situation, decisions or [], result)
    _rank(result.cases)
    add_absences(delivery, usable, register, reference_date, settings, decisions or [], result)
    return result


def _results_until(traces: list[Row], reference_date: date) -> dict[str, date]:
    """Per source of results the last day, up to the reference date, of which it tells."""
    found: dict[str, date] = {}
    for row in traces:
        event_on = iso_date(row["event_on"])
        if row["kind"] == "school_result" and event_on is not None and event_on <= reference_date:
            found[row["source_code"]] = max(event_on, found.get(row["source_code"], event_on))
    return found


def _per_person(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["person_id"]].append(row)
    return found


def _register(delivery: Delivery, reference_date: date) -> dict[str, Person]:
    residences = _per_person(delivery.residences)
    found = {}
    for row in delivery.persons:
        rows = rows_as_of(residences[row["person_id"]], reference_date)
        parents = {row["parent1_id"], row["parent2_id"]} - {""}
        found[row["person_id"]] = Person(
            person_id=row["person_id"],
            born=register_date(row["birth_date"]),
            suspension=_suspension(row, reference_date),
            is_confidential=row["is_confidential"] == "1",
            parent_ids=tuple(sorted(parents)),
            rows=tuple(rows),
            departures=tuple(departures(rows)),
        )
    return found


def _suspension(row: Row, reference_date: date) -> str:
    """Reason of suspension on the reference date; one that is certainly of later counts as none."""
    since = register_date(row["suspension_date"])
    return "" if since is not None and since.earliest > reference_date else row["suspension_reason"]


def is_in_view(departure: Departure, window: Window, reference_date: date, settings: Settings) -> bool:
    """V within the look-back and not after the reference date; the window overlaps [V, reference date]."""
    first_day = months_after(reference_date, -settings.look_back_months)
    return (
        departure.departed_on.lies_within(first_day, reference_date)
        and window.duty_from <= reference_date
        and window.duty_until > departure.departed_on.latest
    )


# One departure. -----------------------------------------------------------------------------------------


def _judge(it: Situation, decisions: list[Decision], result: Result) -> None:
    """Adds the case of this departure to the result, if it is one."""
    municipality = it.departure.municipality_code
    if municipality is None:
        result.counts["municipality_unknown"] += 1
        return
    municipality = it.settings.municipality_successors.get(municipality, municipality)
    if it.settings.scope is not None and municipality not in it.settings.scope:
        result.counts["out_of_scope"] += 1
        return
    found = evidence(it)
    if all(line.rule_code in CONTEXT for line in found):
        result.counts["without_sign"] += 1
        return
    against = evidence_against(it)
    for lines, keys in ((found, result.evidence), (against, result.against)):
        keys |= {(it.child.person_id, it.left_earliest, line.rule_code, line.source, line.event_on) for line in lines}
    result.cases.append(_case(it, municipality, found, against, decisions))


def _case(
    it: Situation, municipality: str, found: set[Evidence], against: set[Evidence], decisions: list[Decision]
) -> dict[str, Any]:
    shown = shown_evidence(found, it.departure.is_returned)
    last_sign_on = max(line.event_on for line in shown)
    hits = suppressor_codes(it, found, last_sign_on, decisions)
    recorded_on = it.departure.recorded_on
    weighed = pieces(it, shown, against) if may_be_shown(shown, it.departure.is_returned) else set()
    points = sum_of_points(weighed, it.settings) if weighed else None
    level = level_of(points, it.settings)
    return {
        "case_id": case_id("departure", it.child.person_id, it.departure.date_text),
        "person_id": it.child.person_id,
        "departed_on": it.left_earliest,
        "municipality_code": municipality,
        "recorded_on": recorded_on.earliest if recorded_on and recorded_on.earliest.year > 1 else None,
        "is_destination_unknown": it.departure.is_destination_unknown,
        "level": "B" if level == "weak" else level,
        "status": "suppressed" if hits else "weak" if level == "weak" else "new",
        "suppressor_code": hits[0] if hits else "",
        "suppressor_codes": hits,
        "rule_codes": tuple(sorted({line.rule_code for line in shown} | _context(found))),
        "first_sign_on": min(line.event_on for line in shown),
        "last_sign_on": last_sign_on,
        "pieces": tuple(sorted(weighed)),
        "points": points,
        "chance_pct": None if points is None else round(100 * chance_of(points)),
        "rank": None,
        "is_confidential": it.child.is_confidential,
    }


def _context(found: set[Evidence]) -> set[str]:
    return {line.rule_code for line in found} & set(CONTEXT)


def _making_a_case(found: set[Evidence]) -> list[Evidence]:
    return [line for line in found if line.rule_code not in CONTEXT]


def shown_evidence(found: set[Evidence], is_returned: bool) -> list[Evidence]:
    """What the case shows: B-03 alone for a child that is back; else all that is not stopped; else that."""
    making = _making_a_case(found)
    if is_returned and any(line.rule_code == "B-03" for line in making):
        return [line for line in making if line.rule_code == "B-03"]
    return [line for line in making if not line.is_stopped] or making


def may_be_shown(shown: list[Evidence], is_returned: bool) -> bool:
    """Nothing stands in the way of what a case shows: no stale or shrunken list (S-08); of who is back only B-03."""
    return not any(line.is_stopped or (is_returned and line.rule_code != "B-03") for line in shown)


def sum_of_points(weighed: set[str], settings: Settings) -> Decimal:
    """The base and the points of every piece."""
    return settings.weights.base + sum(settings.weights.pieces[piece] for piece in weighed)


def chance_of(points: Decimal) -> float:
    """The chance that a sum of points stands for: ten points for each unit of log-odds."""
    return 1 / (1 + math.exp(-float(points) / 10))


def level_of(points: Decimal | None, settings: Settings) -> str:
    """A, B or weak by the chance; none without points: who came back (B-03) is asked another question."""
    if points is None:
        return ""
    # A sum of exactly the bound has the level: 0 points are one half.
    chance = Decimal(chance_of(points))
    return "A" if chance >= settings.levels.a else "B" if chance >= settings.levels.b else "weak"


def suppressor_codes(
    it: Situation, found: set[Evidence], last_sign_on: date, decisions: list[Decision]
) -> tuple[str, ...]:
    """All suppressors that hold, in the order in which they are asked."""
    own = [d for d in decisions if d.person_id == it.child.person_id and d.decided_on <= it.reference_date]
    holds = {
        "S-07": it.reference_date >= it.window.duty_until,
        "S-02": it.departure.is_returned and not any(line.rule_code == "B-03" for line in found),
        "S-03": is_under_inquiry(it),
        "S-04": any(is_explained_by(decision, it, last_sign_on) for decision in own),
        "S-01": any(is_border_pupil_by(decision, it) for decision in own),
        "S-08": all(line.is_stopped for line in _making_a_case(found)),
    }
    return tuple(code for code in SUPPRESSORS if holds[code])


def is_under_inquiry(it: Situation) -> bool:
    """S-03: an address inquiry runs, for at most 182 days; without a start it began today."""
    newest = it.child.rows[0]
    if not newest.is_under_inquiry:
        return False
    since = newest.inquiry_from
    began = it.reference_date if since is None or since.is_unbounded else since.earliest
    return (it.reference_date - began).days <= it.settings.inquiry_days


def is_explained_by(decision: Decision, it: Situation, last_sign_on: date) -> bool:
    """S-04: explained at most 12 months ago, and no sign since."""
    return (
        decision.code == "X-VERKLAARD"
        and decision.departed_on == it.left_earliest
        and decision.decided_on >= months_after(it.reference_date, -it.settings.explained_months)
        and last_sign_on <= decision.decided_on
    )


def is_border_pupil_by(decision: Decision, it: Situation) -> bool:
    """S-01: decided to live across the border, in the school year of the reference date."""
    return decision.code == "X-GRENS" and school_year(decision.decided_on) == school_year(it.reference_date)


# Order of work. -----------------------------------------------------------------------------------------


def _rank(cases: list[dict[str, Any]]) -> None:
    """Numbers the open cases of each municipality; children with secrecy have a list of their own."""
    places: Counter[tuple[str, bool]] = Counter()
    for case in sorted((case for case in cases if case["status"] == "new"), key=_order):
        place = (case["municipality_code"], case["is_confidential"])
        places[place] += 1
        case["rank"] = places[place]


def _order(case: dict[str, Any]) -> tuple[bool, Decimal, int, str]:
    """Points, then the newest sign; who has none comes last."""
    points = case["points"]
    return points is None, -Decimal(points or 0), -case["last_sign_on"].toordinal(), case["case_id"]
