"""Every kind on the last day of its term and on the day after."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from brp_signals.base.config import load_configuration
from brp_signals.base.errors import UsageProblem
from brp_signals.state.ledger import BACKUPS, FILE
from tests.ledger.nights import Nights
from tests.retention.kept import age, case_id, change, key
from tests.retention.test_gone import purged


@pytest.mark.parametrize(
    ("what", "last_day", "next_day"),
    [
        ("cases lapsed", date(2026, 2, 1), date(2026, 2, 2)),  # left on 1 July 2023
        ("cases undecided", date(2028, 4, 15), date(2028, 4, 16)),  # left on 15 September 2025
        ("school list rows", date(2026, 1, 20), date(2026, 1, 21)),  # seen on 20 January 2024
        ("lists", date(2025, 9, 15), date(2025, 9, 16)),  # of 15 June 2025
        ("explanations", date(2026, 5, 5), date(2026, 5, 6)),  # of 2 February 2026
        ("ledger copies", date(2026, 1, 1), date(2026, 1, 2)),  # of 1 December 2025
        ("runs", date(2030, 6, 15), date(2030, 6, 16)),  # of 15 June 2025
    ],
)
def test_on_the_last_day_of_its_term_and_the_day_after(
    nights: Nights, what: str, last_day: date, next_day: date
) -> None:
    assert purged(nights, last_day).removed[what] == 0
    assert purged(nights, next_day).removed[what] == 1


def test_an_incomplete_departure_counts_as_its_last_possible_day(nights: Nights) -> None:
    change(nights, "UPDATE case_aliases SET departure_date = '20250900' WHERE person_id = ?", key("kept"))
    assert purged(nights, date(2028, 4, 30)).removed["cases undecided"] == 0
    assert purged(nights, date(2028, 5, 1)).removed["cases undecided"] == 1


def test_of_two_dates_of_a_case_the_last_one_counts(nights: Nights) -> None:
    number = case_id(nights, "kept")
    change(nights, "INSERT INTO case_aliases VALUES (?, '20250102', ?, 3)", key("kept"), number)
    assert purged(nights, date(2028, 4, 15)).removed["cases undecided"] == 0
    assert purged(nights, date(2028, 4, 16)).removed["cases undecided"] == 1


def test_a_decision_that_came_late_is_kept_as_long_as_any(nights: Nights) -> None:
    nights.decide(case_id(nights, "gone"), "X-VERTREK-OK 2026-01-31")
    assert purged(nights, date(2027, 1, 31)).removed["cases lapsed"] == 0
    assert purged(nights, date(2027, 2, 1)).removed["cases lapsed"] == 1


@pytest.mark.parametrize("status", ["resolved", "closed"])
def test_cases_are_counted_by_how_they_ended(nights: Nights, status: str) -> None:
    change(nights, "UPDATE case_states SET status = ? WHERE case_id = ?", status, case_id(nights, "gone"))
    assert purged(nights).removed[f"cases {status}"] == 1


def test_a_case_that_a_rerun_left_only_for_its_decision_has_a_term_too(nights: Nights) -> None:
    change(nights, "INSERT INTO cases VALUES ('S-TEST-TEST', 'departure', 1)")
    nights.decide("S-TEST-TEST", "X-VERTREK-OK 2025-07-01")
    assert purged(nights, date(2028, 1, 15)).removed["cases undecided"] == 0
    assert purged(nights, date(2028, 1, 16)).removed["cases undecided"] == 1


@pytest.mark.parametrize(
    ("person", "gone_run_no", "before", "n_removed"),
    [
        ("ended", 2, date(2025, 6, 15), 1),
        ("ended just now", 3, date(2025, 6, 15), 0),
        ("open", None, date(2028, 1, 15), 0),
        ("open", None, date(2028, 1, 16), 1),
    ],
)
def test_inquiries(nights: Nights, person: str, gone_run_no: int | None, before: date, n_removed: int) -> None:
    change(nights, "INSERT INTO inquiries VALUES (?, '2025-06-15', 1, ?)", key(person), gone_run_no)
    assert purged(nights, before).removed["inquiries"] == n_removed


def test_an_open_inquiry_stays_with_the_case_of_its_child(nights: Nights) -> None:
    change(nights, "INSERT INTO inquiries VALUES (?, '2020-06-15', 1, NULL)", key("kept"))
    assert purged(nights, date(2028, 4, 15)).removed["inquiries"] == 0
    assert purged(nights, date(2028, 4, 16)).removed["inquiries"] == 1


def test_the_last_two_runs_stay(nights: Nights) -> None:
    assert purged(nights, date(2090, 1, 1)).removed["runs"] == 1
    with closing(sqlite3.connect(nights.state / FILE)) as ledger:
        assert ledger.execute("SELECT run_no FROM runs ORDER BY run_no").fetchall() == [(2,), (3,)]


def test_what_a_cut_off_run_left_has_no_term(nights: Nights) -> None:
    for name in (".enrolment_memory-000004-x.parquet.unfinished", "last_run-other.json", f"{BACKUPS}/l.unfinished"):
        (nights.state / name).touch()
    assert purged(nights, date(2025, 6, 15)).removed["left by cut-off runs"] == 4
    assert not (nights.state / "work").exists()


def test_terms_of_the_configuration_count(nights: Nights) -> None:
    text = nights.config.read_text().replace("look_back_months = 24", "look_back_months = 12")
    nights.config.write_text(f"{text}[retention]\ncase_months = 12\noutput_days = 7\nbackup_days = 1\n")
    backup = nights.state / BACKUPS / "ledger-version-1.sqlite3"
    age(backup, date(2025, 7, 1))
    removed = purged(nights, date(2025, 7, 1)).removed
    assert (removed["cases lapsed"], removed["ledger copies"], removed["lists"]) == (0, 0, 1)
    removed = purged(nights, date(2025, 7, 3)).removed
    assert (removed["cases lapsed"], removed["ledger copies"], removed["lists"]) == (1, 1, 0)


def test_a_plain_purge_is_seen_from_the_newest_run(nights: Nights) -> None:
    assert purged(nights).seen_from == date(2026, 2, 2)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("case_months = 6", ["case_months", "at least 7 months after its departure left the look-back"]),
        ("output_days = 185", ["output_days", "less than or equal to 184"]),
        ("backup_days = 0", ["backup_days", "greater than or equal to 1"]),
        ("run_months = 5", ["run_months", "greater than or equal to 6"]),
        ("case_month = 12", ["did you mean case_months?"]),
    ],
)
def test_a_term_that_would_undo_the_work_is_refused(text: str, parts: list[str], tmp_path: Path) -> None:
    path = tmp_path / "brp-signals.toml"
    path.write_text(f"[retention]\n{text}\n")
    with pytest.raises(UsageProblem) as problem:
        load_configuration(path)
    for part in parts:
        assert part in str(problem.value)


def test_a_term_changes_no_list_so_a_rerun_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "brp-signals.toml"
    path.write_text("[retention]\ncase_months = 9\n")
    assert load_configuration(path).fingerprint == load_configuration(None).fingerprint
