"""I-7: more evidence for never lowers points, more against never raises them; a later departure never adds a sign.

B-03 apart, which is another question. Under any points that a configuration may hold.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given

from tests.properties.evaluators import Evaluator, Twins, any_weights, by_key, few, is_better
from tests.reference import rows
from tests.reference.dates import iso_date, months_after, register_date
from tests.reference.departures import departures, rows_as_of
from tests.reference.populations import SETTINGS, Night, nights, residences_per_person
from tests.reference.rows import register_text
from tests.reference.rules import AGAINST
from tests.reference.shapes import Delivery, Row, Weights
from tests.reference.window import compulsory_window

pytestmark = pytest.mark.long

Sign = tuple[str, str, date]
"""Rule, source, day."""


def _on_a_list(start: int, seen: int, person: str, today: date) -> Row:
    """A row of a school of its own, on its only list."""
    row = rows.enrolment("", today - timedelta(days=start), today - timedelta(days=seen), education_type="OTHER")
    return row | {
        "person_id": person,
        "school_id": f"00{'ABCDEFGH'[int(person[0], 16) % 8]}A{int(person[:4], 16) % 100:02d}",
    }


def _traced(kind: str, source: str, days_ago: int, person: str, today: date) -> Row:
    return rows.trace("", kind, today - timedelta(days=days_ago), source) | {"person_id": person}


#: What may be told more of a child, in favour of a case.
MORE: dict[str, Callable[[str, date, int], Delivery]] = {
    "report": lambda person, today, n: Delivery(traces=[_traced("tmv_report", "tmv", n % 40, person, today)]),
    "absence": lambda person, today, n: Delivery(traces=[_traced("absence_report", "verzuim", n % 90, person, today)]),
    "result": lambda person, today, n: Delivery(traces=[_traced("school_result", "toetsen", n % 90, person, today)]),
    "exemption": lambda person, today, n: Delivery(
        traces=[_traced("exemption", "leerplichtfile", n % 90, person, today)]
    ),
    "old enrolment": lambda person, today, n: Delivery(enrolments=[_on_a_list(900, n % 50, person, today)]),
    "new enrolment": lambda person, today, n: Delivery(enrolments=[_on_a_list(n % 70, n % 20, person, today)]),
}


@given(night=nights(120), weights=any_weights())
@few(2)
def test_more_that_speaks_for_never_lowers_points(evaluator: Evaluator, night: Night, weights: Weights) -> None:
    today, delivery, settings = night.today, night.delivery, replace(SETTINGS, weights=weights)
    children = sorted({row["person_id"] for row in delivery.persons if row["suspension_reason"] == "E"})
    # Of a source of results others tell as well: so that one result more makes no silent source speak.
    others = Delivery(
        traces=[_traced("school_result", "toetsen", n, rows.pseudonym("other"), today) for n in range(90)]
    )
    told = by_key(evaluator(delivery + others, today, settings, []))
    before = {about: case for about, case in told.items() if case["points"] is not None}
    for kind, tells in MORE.items():
        more = others
        for number, person in enumerate(children):
            more += tells(person, today, 7 * number)
        after = by_key(evaluator(delivery + more, today, settings, []))
        assert before.keys() <= after.keys(), kind
        assert [about for about, case in before.items() if not is_better(after[about], case)] == [], kind
        assert told != after, kind


@given(night=nights(150), weights=any_weights())
@few(2)
def test_what_speaks_against_never_raises_points(evaluator: Evaluator, night: Night, weights: Weights) -> None:
    today, delivery = night.today, night.delivery
    settings = replace(SETTINGS, weights=weights)
    everything = by_key(evaluator(delivery, today, settings, []))
    bare = by_key(evaluator(delivery, today, replace(settings, disabled_rules=frozenset(AGAINST)), []))
    assert everything.keys() == bare.keys()
    weighed = [about for about, case in everything.items() if set(case["pieces"]) & set(AGAINST)]
    assert weighed
    assert [about for about in everything if not is_better(bare[about], everything[about])] == []
    for about, case in everything.items():
        assert set(bare[about]["pieces"]) == set(case["pieces"]) - set(AGAINST)


@given(night=nights(120), weights=any_weights())
@few(2)
def test_a_list_that_lacks_a_child_never_raises_points(evaluator: Evaluator, night: Night, weights: Weights) -> None:
    """Another pupil alone on a newer list of every school: whoever stood there is missing now."""
    today, delivery, settings = night.today, night.delivery, replace(SETTINGS, weights=weights)
    schools = sorted({(row["school_id"], row["source"]) for row in delivery.enrolments})
    alone = rows.enrolment("alone", today - timedelta(days=900), today, education_type="OTHER")
    newer = Delivery(enrolments=[alone | {"school_id": school, "source": source} for school, source in schools])
    on_it = {(row["school_id"], row["source"]) for row in delivery.enrolments if row["seen_on"] >= today.isoformat()}
    newer.enrolments = [row for row in newer.enrolments if (row["school_id"], row["source"]) not in on_it]
    before = by_key(evaluator(delivery, today, settings, []))
    after = by_key(evaluator(delivery + newer, today, settings, []))
    # Who was only stopped by a stale list may now be weighed by what is left: who was weighed before is compared.
    raised = [
        about
        for about, case in after.items()
        if about in before and before[about]["points"] is not None and not is_better(before[about], case)
    ]
    assert raised == []
    assert any(case["points"] is not None and before[about] != case for about, case in after.items())


@given(nights(150))
@few(3)
def test_a_later_departure_never_adds_a_sign(evaluator: Evaluator, night: Night) -> None:
    today, delivery = night.today, night.delivery
    twins, shifts = Twins(delivery), {}
    for child in sorted(_with_one_plain_departure(delivery, today)):
        shifts[child] = [twins.add(child, f"{later} days", _moved_by(later)) for later in (0, 1, 5, 14, 30)]
    result = evaluator(twins.delivery, today, SETTINGS, [])
    started_young = _enrolled_before_the_window(delivery)
    signs = defaultdict(set)
    for person, _, code, source, event_on in result.evidence:
        signs[person].add((code, source, event_on))
    cases = {case["person_id"]: case for case in result.cases}

    assert sum(bool(signs[versions[0]]) for versions in shifts.values()) > 5
    for child, versions in shifts.items():
        for number, later in enumerate(versions):
            for earlier in versions[:number]:
                added = _added(signs[earlier], signs[later])
                # Where it began before the compulsory window a new enrolment was no L-02; once it is one from
                # before the departure, such a pupil is still enrolled (L-01).
                if child in started_young:
                    added.discard("L-01")
                assert added == set(), (child, sorted(added))
                if later in cases and child not in started_young:
                    assert earlier in cases


def _added(earlier: set[Sign], later: set[Sign]) -> set[str]:
    """Rules with a sign that only the later departure has.

    B-05 and B-06 carry the earliest sign, so that they may move but not appear. An enrolment that was new
    (L-02) may now be one from before (L-01): a weaker sign of the same stay.
    """
    added = {code for code, *_ in later - earlier} - {"B-01", "B-02", "B-04"}
    had = {code for code, *_ in earlier}
    # A list of which L-01 or L-02 spoke may now be the weak L-06.
    weaker = {"L-01", "L-06"} if "L-02" in had else {"L-06"} if "L-01" in had else set()
    return added - (had & {"B-05", "B-06"}) - weaker


def _moved_by(later: int) -> Callable[[str, Row], Row]:
    def change(table: str, row: Row) -> Row:
        left = register_date(row["departure_date"]) if table == "residences" else None
        if left is None:
            return row
        return row | {"departure_date": register_text(left.latest + timedelta(days=later))}

    return change


def _with_one_plain_departure(delivery: Delivery, today: date) -> set[str]:
    """Children who left once, on one known day within the look-back, and did not come back.

    Not in the last month, so that a later day is not one after today; and a day before the look-back is out,
    since the look-back itself would let the later one in.
    """
    found = set()
    first_day = months_after(today, -SETTINGS.look_back_months)
    for person, history in residences_per_person(delivery).items():
        left = departures(rows_as_of(history, today))
        texts = {row["departure_date"] for row in history} - {""}
        if len(left) == 1 and len(texts) == 1 and not left[0].is_returned:
            departed_on = left[0].departed_on
            if departed_on.width == 0 and first_day <= departed_on.earliest <= today - timedelta(days=30):
                found.add(person)
    return found


def _enrolled_before_the_window(delivery: Delivery) -> set[str]:
    windows = {
        row["person_id"]: compulsory_window(register_date(row["birth_date"]), SETTINGS) for row in delivery.persons
    }
    found = set()
    for row in delivery.enrolments:
        window, enrolled = windows.get(row["person_id"]), iso_date(row["enrolled_on"])
        if window is not None and enrolled is not None and enrolled < window.duty_from:
            found.add(row["person_id"])
    return found
