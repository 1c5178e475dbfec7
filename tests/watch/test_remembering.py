"""What the ledger remembers of the watch: numbers that stand until the next one, with a term, and what people said."""

import json
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from brp_signals.base.dates import add_months
from brp_signals.base.errors import RunLocked, UsageProblem
from brp_signals.state.ledger import FILE, NATIONAL, SCHEMA, Additions, Ledger, Run, open_ledger
from brp_signals.state.lock import lock_state
from brp_signals.upkeep import watching
from brp_signals.watch.nights import DAYS_BACK, looked_at

FIRST = date(2024, 3, 1)
OURS, THEIRS = ("0363",), ("0599",)
ROWS = ("table", "persons", "", "rows")
PUPILS = ("school", "99ZZ00", "school", "pupils")
DAY = timedelta(1)
#: What is a share of fifty pupils in these tests.
SHARES = ("ended", "newcomers", "type_po", "type_vo")

Value = tuple[tuple[str, str, str, str], date, float | None]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger."""
    tmp_path.chmod(0o700)
    with open_ledger(tmp_path) as opened:
        yield opened


def record(
    ledger: Ledger, day: date, *values: Value, number: int = 0, scope: tuple[str, ...] = OURS, **others: Any
) -> int:
    """Record a run of this day with these numbers; returns its number."""
    last = ledger.last_run()
    number = number or (last.run_no + 1 if last else 1)
    run = Run(number, f"run {number}", f"d{number}", "0" * 64, day, scope, "key", "configuration", {}, {})
    numbers: dict[tuple[Any, ...], dict[str, list[float]]] = defaultdict(dict)
    for (*subject, measure), on, value in values:
        numbers[on, *subject] |= {} if value is None else {measure: [value, *([50.0] if measure in SHARES else [])]}
    others["watch_subjects"] = [subject for _, *subject in numbers]
    others["watch_numbers"] = [(json.dumps(own), on.isoformat(), *subject) for (on, *subject), own in numbers.items()]
    ledger.record(run, Additions(**others))
    return number


def alarm(alarm_id: str, key: Sequence[str], day: date, detector: str = "level") -> tuple[Any, ...]:
    """A change as a run records it."""
    return (alarm_id, detector, *key, "list_size", day, day, 30.0, 60.0)


def recalled(ledger: Ledger, scope: tuple[str, ...] = OURS) -> list[tuple[Any, ...]]:
    """What the next run of this scope recalls of numbers: measure, day, value."""
    rows = [row for row in ledger.recall(10**6, DAYS_BACK).numbers if row[3] == json.dumps(scope)]
    return [
        (measure, date.fromisoformat(row[4]), number[0])
        for row in rows
        for measure, number in (json.loads(row[5]) or {"": [None]}).items()
    ]


def purge(ledger: Ledger, day: date) -> int:
    """What a purge on this day removes of the watch, everything else within its term."""
    early = date(1900, 1, 1)
    removed = ledger.purge(
        departed_before=early,
        decided_before=early,
        runs_before=early,
        named_before=early,
        watched_before=add_months(day, -14),
    )
    return removed["numbers of the watch"]


def test_a_number_that_stands_stays_whatever_its_age(ledger: Ledger) -> None:
    record(ledger, FIRST, (ROWS, FIRST, 100.0))
    record(ledger, FIRST + DAY, (ROWS, FIRST + DAY, 101.0))
    today = FIRST + 1000 * DAY
    record(ledger, today)
    assert purge(ledger, today) == 1
    assert recalled(ledger) == [("rows", FIRST + DAY, 101.0)]
    assert purge(ledger, today) == 0


def test_on_the_last_day_of_its_term_and_the_day_after(ledger: Ledger) -> None:
    record(ledger, FIRST, (ROWS, FIRST, 100.0), (PUPILS, FIRST, 60.0))
    record(ledger, FIRST + DAY, (ROWS, FIRST + DAY, 101.0), (PUPILS, FIRST + DAY, 61.0))
    record(ledger, FIRST + 2 * DAY, (ROWS, FIRST + 2 * DAY, 102.0))
    end = add_months(FIRST, 14)
    assert purge(ledger, end) == 0
    # The list of the first day; its number of rows still stands on the first day that is looked at.
    assert purge(ledger, end + DAY) == 2
    assert [row[1:] for row in recalled(ledger)] == [
        (FIRST + DAY, 101.0), (FIRST + 2 * DAY, 102.0), (FIRST + DAY, 61.0),
    ]  # fmt: skip


def test_a_series_that_ended_goes_with_its_end(ledger: Ledger) -> None:
    record(ledger, FIRST, (ROWS, FIRST, 100.0))
    record(ledger, FIRST + DAY, (ROWS, FIRST + DAY, None))
    record(ledger, FIRST + 600 * DAY)
    assert purge(ledger, FIRST + 600 * DAY) == 2
    assert recalled(ledger) == []


def test_deliveries_of_other_municipalities_have_numbers_of_their_own(ledger: Ledger) -> None:
    record(ledger, FIRST, (ROWS, FIRST, 100.0))
    record(ledger, FIRST, (ROWS, FIRST, 7.0), scope=THEIRS)
    record(ledger, FIRST, (ROWS, FIRST, 9e6), scope=NATIONAL)
    record(ledger, FIRST + 600 * DAY)
    purge(ledger, FIRST + 600 * DAY)
    for scope, number in ((OURS, 100.0), (THEIRS, 7.0), (NATIONAL, 9e6)):
        assert recalled(ledger, scope) == [("rows", FIRST, number)]


def test_what_stood_when_the_days_that_are_looked_at_began_is_recalled(ledger: Ledger) -> None:
    for number in (0, 2, 30):
        record(ledger, FIRST + number * DAY, (ROWS, FIRST + number * DAY, float(number)))
    record(ledger, FIRST + (DAYS_BACK + 5) * DAY)
    assert [value for _, _, value in recalled(ledger)] == [2.0, 30.0]


def test_a_week_is_one_point_and_its_newest_night_stands_for_it() -> None:
    nights = [FIRST + number * DAY for number in range(30) if number != 23]
    assert looked_at(nights, FIRST + 30 * DAY) == [FIRST + number * DAY for number in (2, 9, 16, 22)]


def test_in_the_first_weeks_every_night_is_a_point() -> None:
    nights = [FIRST + number * DAY for number in range(10)]
    assert looked_at(nights, FIRST + 10 * DAY) == nights


def test_a_school_list_is_recalled_for_more_than_a_year(ledger: Ledger) -> None:
    record(ledger, FIRST, (PUPILS, FIRST, 60.0), ((*PUPILS[:3], "ended"), FIRST + DAY, 0.1))
    record(ledger, FIRST + 421 * DAY)
    assert [measure for measure, _, _ in recalled(ledger)] == ["ended"]


@pytest.mark.parametrize(("n_runs_since", "is_kept"), [(1, True), (2, False)])
def test_a_change_that_was_over_goes_once_no_run_can_bring_it_back(
    ledger: Ledger, n_runs_since: int, is_kept: bool
) -> None:
    record(ledger, FIRST, (PUPILS, FIRST, 60.0), watch_alarms=[alarm("W-000001", PUPILS, FIRST)])
    ledger.acknowledge(["W-000001"], "2024-03-01T10:00:00+00:00", "Bekend.")
    today = FIRST + 600 * DAY
    record(ledger, today, watch_over=[("W-000001",)])
    for _ in range(n_runs_since):
        record(ledger, today)
    purge(ledger, today)
    assert ledger.knows_alarm("W-000001") == is_kept
    assert ("W-000001" in ledger.acknowledged()) == is_kept


def test_a_change_that_stands_stays_while_its_numbers_do(ledger: Ledger) -> None:
    record(
        ledger,
        FIRST,
        (ROWS, FIRST, 100.0),
        (PUPILS, FIRST, 60.0),
        watch_alarms=[
            alarm("W-000001", PUPILS, FIRST),
            alarm("W-000002", ROWS, FIRST),
            alarm("W-000003", (*PUPILS[:3], "silent"), FIRST, "flag"),
        ],
    )
    record(ledger, FIRST + 600 * DAY)
    purge(ledger, FIRST + 600 * DAY)
    assert [ledger.knows_alarm(f"W-00000{number}") for number in (1, 2, 3)] == [False, True, True]


def test_the_newest_run_can_be_taken_back_after_a_purge(ledger: Ledger) -> None:
    told = [('[{"id": "W-000001"}]',)]
    record(ledger, FIRST, (ROWS, FIRST, 100.0), watch_told=told)
    record(ledger, FIRST + 600 * DAY, watch_told=told, watch_alarms=[alarm("W-000001", ROWS, FIRST)])
    before = ledger.recall(3), ledger.told_alarms()
    record(
        ledger,
        FIRST + 601 * DAY,
        (ROWS, FIRST + 601 * DAY, 50.0),
        watch_over=[("W-000001",)],
        watch_alarms=[alarm("W-000002", ROWS, FIRST + 601 * DAY)],
        watch_told=[("[]",)],
    )
    ledger.acknowledge(["W-000002"], "2026-01-01T10:00:00+00:00", "Vergissing.")
    purge(ledger, FIRST + 601 * DAY)
    last = ledger.last_run()
    assert last is not None
    ledger.undo(last, "2026-01-01T11:00:00+00:00", "Verkeerde levering")
    assert (ledger.recall(3), ledger.told_alarms()) == before
    assert ledger.acknowledged() == {}, "what was said of a change that no run found any more"


def test_what_was_said_of_a_change_outlives_a_rerun_of_its_night(ledger: Ledger) -> None:
    found = [alarm("W-000001", ROWS, FIRST)]
    number = record(ledger, FIRST, (ROWS, FIRST, 100.0), watch_alarms=found)
    ledger.acknowledge(["W-000001"], "2024-03-01T10:00:00+00:00", "Bekend.")
    record(ledger, FIRST, (ROWS, FIRST, 100.0), watch_alarms=found, number=number)
    assert ledger.recall(number + 1).alarms[0][12] == 1
    assert ledger.acknowledged() == {"W-000001": ("2024-03-01T10:00:00+00:00", "Bekend.")}


def test_numbers_about_a_few_people_are_shown_to_nobody(ledger: Ledger, tmp_path: Path) -> None:
    def of(measure: str, value: float | None, number: int = 0) -> Value:
        return (("school", "99ZZ00", "school", measure), FIRST + number * DAY, value)

    record(
        ledger,
        FIRST,
        *(of("pupils", 50.0), of("departed", 4.0), of("ended", 0.02), of("newcomers", 0.1), of("type_po", 0.98)),
        *(of("sum_of_days", 12345.0), of("type_vo", 0.0)),
        (("table", "persons", "", "secrecy"), FIRST, 20.0),
        (("source", "verzuim", "absence_report", "newest_age"), FIRST, 3.0),
        (("table", "persons", "", "parents_known"), FIRST, 0.5),
    )
    record(ledger, FIRST + DAY, of("departed", 5.0, 1))
    shown = {(row["measure"], row["on"][-2:]): row["value"] for row in watching.series(tmp_path)}
    assert shown == {
        ("pupils", "01"): 50.0,
        ("departed", "01"): None,
        ("departed", "02"): 5.0,
        ("ended", "01"): None,
        ("newcomers", "01"): 0.1,
        ("type_po", "01"): None,
        ("type_vo", "01"): 0.0,
        ("newest_age", "01"): 3.0,
        ("parents_known", "01"): None,
    }


@pytest.mark.parametrize(
    ("alarm_id", "why"),
    [
        ("W-1", "has an id as W-04B1C7"),
        ("W-00000F", "No alarm W-00000F is known"),
        ("w-000001", "Alarm W-000001 is over: there is nothing left"),
    ],
)
def test_an_alarm_that_does_not_stand_cannot_be_acknowledged(
    ledger: Ledger, tmp_path: Path, alarm_id: str, why: str
) -> None:
    record(ledger, FIRST, watch_alarms=[alarm("W-000001", ROWS, FIRST)])
    record(ledger, FIRST + DAY, watch_over=[("W-000001",)], watch_told=[("[]",)])
    with pytest.raises(UsageProblem, match=why):
        watching.acknowledge(tmp_path, alarm_id, "Bekend.")
    assert ledger.acknowledged() == {}


def test_it_can_be_asked_while_a_night_runs_and_acknowledged_after_it(ledger: Ledger, tmp_path: Path) -> None:
    told = {"id": "W-000001", "ids": ["W-000001"], "acknowledged": False, "is_new": True, "weight": 1.0, "other": None}
    told |= dict(zip(("subject_kind", "subject", "source", "measure"), PUPILS, strict=True))
    told |= {"subjects": ["99ZZ00"], "consequence": "hold", "check": "list_size", "detector": "level", "unit": "count"}
    told |= {"value": 30.0, "expected": 60.0, "first_on": FIRST.isoformat(), "list_on": FIRST.isoformat()}
    found = [alarm("W-000001", PUPILS, FIRST)]
    record(ledger, FIRST, (PUPILS, FIRST, 30.0), watch_alarms=found, watch_told=[(json.dumps([told]),)])
    with lock_state(tmp_path):
        (standing,) = watching.standing_alarms(tmp_path, everything=False)
        assert standing["sentence_nl"].startswith(
            "School 99ZZ00 (bron schoollijst): aantal leerlingen op de lijst sinds"
        )
        with pytest.raises(RunLocked):
            watching.acknowledge(tmp_path, "W-000001", "Bekend.")
        assert ledger.acknowledged() == {}
    watching.acknowledge(tmp_path, "W-000001", " Bekend  bij ons. ")
    (standing,) = watching.standing_alarms(tmp_path, everything=True)
    assert (standing["acknowledged"], standing["reason"], standing["scope"]) == (True, "Bekend bij ons.", ["0363"])
    assert watching.standing_alarms(tmp_path, everything=False) == []


def test_numbers_of_a_ledger_before_they_stood_together_are_carried_over(tmp_path: Path) -> None:
    """Series by series a value was written when it changed; each row holds all that stood then."""
    tmp_path.chmod(0o700)
    earlier = tmp_path / "schema"
    earlier.mkdir()
    for file in sorted(SCHEMA.glob("0*.sql")):
        if file.name < "013":
            shutil.copy(file, earlier)
    with open_ledger(tmp_path, earlier):
        pass
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.executemany(
            "INSERT INTO watch_series VALUES (?, 'table', 'persons', '', ?, ?)",
            [(1, "rows", '["0363"]'), (2, "confidential", '["0363"]')],
        )
        connection.executemany(
            "INSERT INTO watch_values VALUES (?, ?, ?, ?)",
            [(1, 1, 9000, 500.0), (2, 1, 9000, 3.0), (2, 2, 9001, 4.0), (1, 3, 9002, None)],
        )
    connection.close()
    with open_ledger(tmp_path) as ledger:
        values = {(each.measure, each.on_day): each.value for each in ledger.watched()}
    days = [date(2000, 1, 1) + timedelta(9000 + n) for n in range(3)]
    assert values == {
        ("rows", days[0]): 500,
        ("confidential", days[0]): 3,
        ("rows", days[1]): 500,
        ("confidential", days[1]): 4,
        ("rows", days[2]): None,
        ("confidential", days[2]): 4,
    }
