"""K-10 counts schools whose newest list says too little; the steward is told which schools those are."""

from datetime import date, timedelta
from pathlib import Path

from brp_signals import pipeline
from tests.intake.staged import TODAY
from tests.reference.rows import address, enrolment, person
from tests.reference.shapes import Row
from tests.support.deliveries import write_delivery

_BORN = date(2014, 5, 1)


def _school(school_id: str, seen_on: date, n: int) -> list[Row]:
    return [enrolment(f"child {number}", date(2020, 8, 1), seen_on, school_id=school_id) for number in range(n)]


def _alarms(folder: Path, *lists: list[Row]) -> list[str]:
    names = [f"child {number}" for number in range(40)]
    tables = {
        "persons": [person(name, _BORN) for name in names],
        "residences": [address(name, 0, _BORN) for name in names],
        "enrolments": [row for rows in lists for row in rows],
        "traces": [],
    }
    account, refusal = pipeline.check(write_delivery(folder / "d", tables, TODAY), config=None, state=folder / "state")
    assert refusal is None
    return account["alarms"]


def test_stale_and_shrunken_lists_are_named_with_their_school_and_day(tmp_path: Path) -> None:
    recent, before, old = (TODAY - timedelta(days=days) for days in (3, 33, 90))
    stale, shrunk = _alarms(
        tmp_path,
        _school("11AA00", recent, 30),
        _school("22BB00", old, 30),
        _school("33CC00", before, 40),
        _school("33CC00", recent, 25),
    )
    assert stale.startswith(f"Schoollijst verouderd (K-10): 22BB00 (bron schoollijst, {old:%d-%m-%Y}).")
    assert shrunk.startswith(
        f"Schoollijst veel kleiner dan de vorige (K-10): 33CC00 (bron schoollijst, {recent:%d-%m-%Y})."
    )


def test_of_many_schools_twenty_are_named_and_the_others_counted(tmp_path: Path) -> None:
    old = TODAY - timedelta(days=90)
    (told,) = _alarms(tmp_path, *(_school(f"{number}DD00", old, 1) for number in range(10, 35)))
    assert told.count("DD00") == 20 and "en nog 5. " in told


def test_recent_lists_are_not_spoken_of(tmp_path: Path) -> None:
    assert _alarms(tmp_path, _school("11AA00", TODAY - timedelta(days=3), 30)) == []
