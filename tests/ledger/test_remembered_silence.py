"""What the ledger remembers of silence and secrecy is taken back, re-keyed and purged like everything else in it."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from brp_signals import pipeline
from brp_signals.base.errors import UsageProblem
from brp_signals.gateway.way_back.state_keys import held_state
from brp_signals.state.ledger import FILE
from brp_signals.upkeep.purging import purge
from tests.ledger.nights import NONE, Nights, child
from tests.ledger.test_silence import FIRST, Tables, _needed, cases, leave_out, nobody, spoil_birth, tables_of
from tests.retention.kept import holding

pytestmark = pytest.mark.long

REMEMBERED = ("case_facts", "silences", "secrecy")
CHILDREN = [
    child(child="plain"),
    child(child="hidden", confidential="yes"),
    child(child="quiet", confidential="yes", trace=""),
]
SHOWN = [child(child="plain"), child(child="hidden"), child(child="quiet", trace="")]
RETURNED = [child(child="plain", returned="2026-06-01"), *CHILDREN[1:]]

Change = Callable[[], Tables]


def whole() -> Tables:
    """All rows of everybody."""
    return tables_of(CHILDREN, FIRST)


#: Night after night something begins or ends in each of the tables.
LIFE: list[Change] = [
    whole,
    lambda: leave_out(whole()),
    lambda: spoil_birth(whole()),
    whole,
    lambda: tables_of(SHOWN, FIRST),
    lambda: tables_of(SHOWN, FIRST),
    whole,
    lambda: tables_of(RETURNED, FIRST),
    lambda: nobody(whole()),
]


def deliver(nights: Nights, number: int, tables: Tables, suffix: str = "") -> dict[str, Any]:
    """One more night, `number` days after the first."""
    today = FIRST + timedelta(days=number)
    needed = {name: rows for name, rows in tables.items() if rows} | _needed(tables)
    nights.deliver(today, [], tables=needed, delivery_id=f"{today}{suffix}")
    return nights.run()


def remembered(nights: Nights, table: str) -> list[tuple[Any, ...]]:
    """All rows of one table of the ledger."""
    with closing(sqlite3.connect(nights.state / FILE)) as ledger:
        return sorted(ledger.execute(f"SELECT * FROM {table}").fetchall(), key=repr)


def all_remembered(nights: Nights) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the tables about silence and secrecy."""
    return {table: remembered(nights, table) for table in REMEMBERED}


def test_a_run_that_is_taken_back_leaves_silence_and_secrecy_as_they_were(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    changed = set()
    for number, tables in enumerate(LIFE):
        before = all_remembered(nights) if number else {}
        deliver(nights, number, tables(), "-slip")
        if number:
            after, lists = all_remembered(nights), nights.lists()
            changed |= {table for table in REMEMBERED if after[table] != before[table]}
            name = f"{FIRST + timedelta(days=number)}-slip"
            pipeline.undo(name, "Verkeerde levering", state=nights.state, output=nights.output)
            assert all_remembered(nights) == before, number
            deliver(nights, number, tables(), "-slip")
            assert (all_remembered(nights), nights.lists()) == (after, lists), number
    assert changed == set(REMEMBERED)


def renamed(person_id: str) -> str:
    """The pseudonym of a person under the next key."""
    return hashlib.sha256(person_id.encode()).hexdigest()[:32] if person_id else ""


def under_next_key(tables: Tables) -> Tables:
    """The same rows under the next key."""
    return {
        table: [
            {
                column: renamed(cell) if column in ("person_id", "parent1_id", "parent2_id") else cell
                for column, cell in row.items()
            }
            for row in rows
        ]
        for table, rows in tables.items()
    }


def rekey(nights: Nights, others: Tables | None = None) -> None:
    """Bring the state under the next key by a map of everybody."""
    rows = whole()["persons"] + (others or {"persons": []})["persons"]
    people = {row["person_id"]: renamed(row["person_id"]) for row in rows}
    with held_state(nights.state, "test", "next") as state:
        state.check_persons(people, FIRST)
        state.rekey(people, "next")


def deliver_under_next_key(nights: Nights, number: int, tables: Tables) -> None:
    """One more night, from a gateway that has the next key."""
    today = FIRST + timedelta(days=number)
    needed = {name: rows for name, rows in tables.items() if rows} | _needed(tables)
    nights.deliver(today, [], tables=needed)
    path = nights.delivery / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"pseudonym_key_id": "next"}), encoding="utf-8")
    nights.run()


def on_list(nights: Nights, side: str = "") -> int:
    """How many signals are on the ordinary list, or on the one in `sealed/`."""
    return nights.lists()[f"{side}signals.csv"].count(b"\n") - 1


def test_under_a_new_key_silence_and_secrecy_still_belong_to_their_children(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    deliver(nights, 0, whole())
    deliver(nights, 1, leave_out(whole()))
    deliver(nights, 2, leave_out(tables_of(SHOWN, FIRST)))
    before = all_remembered(nights)
    rekey(nights)
    after = all_remembered(nights)
    assert (after["case_facts"], after["silences"]) == (before["case_facts"], before["silences"])
    assert {(renamed(row[0]), *row[1:]) for row in before["secrecy"]} == set(after["secrecy"])
    deliver_under_next_key(nights, 3, under_next_key(nobody(whole())))
    assert [case[5] for case in cases(nights)] == ["ongoing", "ongoing"]
    assert b"sinds 16-06-2026" in nights.lists()["signals.csv"]
    assert (on_list(nights), on_list(nights, "sealed/")) == (1, 1), "nobody denied the secrecy a second time"
    deliver_under_next_key(nights, 4, under_next_key(tables_of(SHOWN, FIRST)))
    assert (on_list(nights), on_list(nights, "sealed/")) == (2, 0), "now a second delivery did"


def test_secrecy_that_ended_in_the_run_that_is_taken_back_comes_back_under_the_new_key(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    # One that has no case and that the control sample did not draw is among so many.
    quiet = [child(child=f"quiet {number}", trace="") for number in range(9)]
    hidden = [{**each, **CHILDREN[1], "child": each["child"], "trace": ""} for each in quiet]
    for number, tables in enumerate((CHILDREN + hidden, SHOWN + quiet, SHOWN + quiet)):
        deliver(nights, number, tables_of(tables, FIRST))
    rekey(nights, tables_of(hidden, FIRST))
    pipeline.undo("2026-06-17", "Vlag ontbrak", state=nights.state, output=nights.output)
    deliver_under_next_key(nights, 2, under_next_key(nobody(whole()) | {"traces": whole()["traces"]}))
    deliver_under_next_key(nights, 3, under_next_key(whole()))
    assert (on_list(nights), on_list(nights, "sealed/")) == (1, 1)
    old = {row["person_id"] for row in tables_of(CHILDREN + hidden, FIRST)["persons"]}
    assert not old & {row[0] for row in remembered(nights, "secrecy")}


def test_a_key_map_may_lack_a_hidden_child_that_has_no_case_but_no_other(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    # Too young for a list, a case or a draw; it is remembered as long as it is under secrecy.
    young = child(child="young", born="2022-06-01", trace="", **{"confidential": "yes"})
    deliver(nights, 0, tables_of([*CHILDREN[:2], young], FIRST))
    people = {row["person_id"] for row in tables_of([young], FIRST)["persons"]}
    assert people <= {row[0] for row in remembered(nights, "secrecy")}
    known = {person: renamed(person) for person in {row["person_id"] for row in whole()["persons"]} - people}
    with held_state(nights.state, "test", "next") as state:
        state.check_persons(known, FIRST)
        with pytest.raises(UsageProblem, match="persons of the ledger have no new pseudonym"):
            state.check_persons({}, FIRST)


def purged(nights: Nights, before: date | None = None) -> None:
    """Purge, seen from the newest run or from a day."""
    purge(state=nights.state, output=nights.output, config=nights.config, before=before)


def test_what_is_remembered_for_silent_nights_goes_with_the_end_of_the_case(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    plain = tables_of(CHILDREN[:1], FIRST)
    deliver(nights, 0, plain)
    deliver(nights, 1, leave_out(plain))
    deliver(nights, 2, tables_of(RETURNED[:1], FIRST))
    purged(nights)
    assert remembered(nights, "case_facts"), "a rerun of the newest run needs it"
    deliver(nights, 3, tables_of(RETURNED[:1], FIRST))
    purged(nights)
    assert remembered(nights, "case_facts") == []
    assert f"state/{FILE}" not in holding(nights, "duty_from")


def test_of_a_case_that_lives_only_the_newest_facts_stay(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    inquiry = tables_of([child(inquiry="2026-06-01")], FIRST)
    assert inquiry["residences"][0]["is_under_inquiry"] == "1"
    for number, tables in enumerate((tables_of([child()], FIRST), inquiry, inquiry)):
        deliver(nights, number, tables)
    assert len(remembered(nights, "case_facts")) == 2
    purged(nights)
    assert [row[1] for row in remembered(nights, "case_facts")] == [2]


def test_beyond_the_term_no_byte_of_silence_or_secrecy_is_left(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    for number, tables in enumerate(LIFE):
        deliver(nights, number, tables())
    stranger = tables_of([child(child="other", left=NONE)], FIRST)
    deliver(nights, 400, stranger)
    deliver(nights, 401, stranger)
    keys = {row["person_id"] for row in whole()["persons"]}
    # Left on 2 March 2026: 24 and 7 months later the cases are over their term, and so is secrecy first seen in June.
    purged(nights, date(2028, 10, 3))
    assert remembered(nights, "case_facts") == remembered(nights, "silences") == []
    purged(nights, date(2029, 1, 24))
    assert {table: remembered(nights, table) for table in REMEMBERED} == {table: [] for table in REMEMBERED}
    assert [key for key in keys if holding(nights, key)] == []
