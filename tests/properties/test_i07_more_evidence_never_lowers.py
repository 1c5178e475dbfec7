"""I-7: more active evidence never lowers a level; a later departure date never adds a sign (B-03 apart)."""

from datetime import date, timedelta

from hypothesis import given

from tests.properties.evaluators import Evaluator, by_key, few, is_better
from tests.reference.dates import iso_date, months_after, register_date
from tests.reference.departures import departures, rows_as_of
from tests.reference.populations import SETTINGS, Night, nights, residences_per_person
from tests.reference.rows import register_text
from tests.reference.shapes import Delivery, Row
from tests.reference.window import compulsory_window


@given(nights(120))
@few(3)
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


@given(nights(120))
@few(3)
def test_a_later_departure_never_adds_a_sign(evaluator: Evaluator, night: Night) -> None:
    today, delivery = night.today, night.delivery
    before = evaluator(delivery, today, SETTINGS, [])
    signs_before = _signs(before.evidence)
    plain = _with_one_plain_departure(delivery, today)
    assert len(plain & signs_before.keys()) > 5
    for later in (1, 5, 14, 30):
        moved = Delivery(
            delivery.persons,
            [_moved(row, later) if row["person_id"] in plain else row for row in delivery.residences],
            delivery.enrolments,
            delivery.traces,
        )
        after = evaluator(moved, today, SETTINGS, [])
        signs_after = _signs(after.evidence)
        started_young = _enrolled_before_the_window(delivery)
        for person in plain:
            old, new = signs_before.get(person, set()), signs_after.get(person, set())
            added = {code for code, *_ in new - old} - {"B-01", "B-02", "B-04", "B-05", "B-06"}
            # An enrolment that was new (L-02) is now one from before (L-01): weaker, and about the same stay.
            # Where it began before the compulsory window it was no L-02: such a pupil counts from now on.
            if any(code == "L-02" for code, *_ in old) or person in started_young:
                added.discard("L-01")
            assert added == set(), (person, later, sorted(added))
            codes = {code for code, *_ in new}
            assert {"B-05", "B-06"} & codes <= {code for code, *_ in old}
        levels_before = {case["person_id"]: case for case in before.cases}
        for case in after.cases:
            if case["person_id"] in plain - started_young:
                assert is_better(levels_before[case["person_id"]], case)


def _signs(evidence: set[tuple[str, date, str, str, date]]) -> dict[str, set[tuple[str, str, date]]]:
    found: dict[str, set[tuple[str, str, date]]] = {}
    for person, _, code, source, event_on in evidence:
        found.setdefault(person, set()).add((code, source, event_on))
    return found


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


def _moved(row: Row, later: int) -> Row:
    left = register_date(row["departure_date"])
    return row if left is None else row | {"departure_date": register_text(left.latest + timedelta(days=later))}


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
