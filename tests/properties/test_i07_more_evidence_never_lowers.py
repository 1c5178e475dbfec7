"""I-7: more active evidence never lowers a level; a later departure date never adds a sign (B-03 apart)."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import given

from tests.properties.evaluators import Evaluator, Twins, by_key, few, is_better
from tests.reference.dates import iso_date, months_after, register_date
from tests.reference.departures import departures, rows_as_of
from tests.reference.populations import SETTINGS, Night, nights, residences_per_person
from tests.reference.rows import register_text
from tests.reference.shapes import Delivery, Row
from tests.reference.window import compulsory_window

Sign = tuple[str, str, date]
"""Rule, source, day."""


@given(nights(120))
@few(2)
def test_an_active_sign_more_never_lowers_a_level(evaluator: Evaluator, night: Night) -> None:
    today, delivery = night.today, night.delivery
    reports = [
        {
            "person_id": row["person_id"],
            "kind": "tmv_report",
            "source_code": "tmv",
            "event_on": (today - timedelta(days=number % 40)).isoformat(),
            "ended_on": "",
        }
        for number, row in enumerate(delivery.persons)
    ]
    more = delivery + Delivery(traces=reports)
    before = by_key(evaluator(delivery, today, SETTINGS, []))
    after = by_key(evaluator(more, today, SETTINGS, []))
    assert before.keys() < after.keys()
    assert [about for about, case in before.items() if not is_better(after[about], case)] == []


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
                    assert is_better(cases[earlier], cases[later])


def _added(earlier: set[Sign], later: set[Sign]) -> set[str]:
    """Rules with a sign that only the later departure has.

    B-05 and B-06 carry the earliest sign, so that they may move but not appear. An enrolment that was new
    (L-02) may now be one from before (L-01): a weaker sign of the same stay.
    """
    added = {code for code, *_ in later - earlier} - {"B-01", "B-02", "B-04"}
    had = {code for code, *_ in earlier}
    return added - (had & {"B-05", "B-06"}) - ({"L-01"} if "L-02" in had else set())


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
