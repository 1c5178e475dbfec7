"""What is remembered of school lists: whom, how long, and that ledger and file change together."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import polars
import pytest

from brp_signals.publish import output as publish
from brp_signals.state.ledger import open_ledger
from brp_signals.state.memory_files import rows_of
from tests.ledger.nights import Nights
from tests.ledger.test_ledger_file import cut_off

pytestmark = pytest.mark.long

TODAY = date(2026, 6, 15)
NIGHT = timedelta(days=1)


def at_school(seen: str, **cells: str) -> dict[str, str]:
    """A child who has not left, on a school list."""
    return {"left": "–", "enrolled": f"2020-08-17 at own seen {seen}", **cells}


def memory(nights: Nights) -> polars.DataFrame:
    """The memory that the ledger names."""
    with open_ledger(nights.state) as ledger:
        last = ledger.last_run()
    assert last is not None
    assert last.enrolment_memory
    return rows_of(nights.state, last.enrolment_memory)


def seen(nights: Nights) -> list[str]:
    """The days of the lists in memory."""
    return sorted({str(day) for day in memory(nights)["seen_on"]})


def night(nights: Nights, day: date, *children: dict[str, str]) -> None:
    """One night with these children."""
    nights.deliver(day, list(children))
    nights.run()


def test_it_holds_the_last_two_lists_of_a_school(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    for number, day in enumerate(("2026-04-01", "2026-05-01", "2026-06-01")):
        night(nights, TODAY + number * NIGHT, at_school(day))
    assert seen(nights) == ["2026-05-01", "2026-06-01"]


def test_it_holds_older_lists_of_children_who_may_have_left(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    for number, day in enumerate(("2026-04-01", "2026-05-01", "2026-06-01")):
        night(nights, TODAY + number * NIGHT, {**at_school(day), "left": "2026-03-02"})
    assert seen(nights) == ["2026-04-01", "2026-05-01", "2026-06-01"]


def test_it_holds_the_compulsory_ages_only(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    night(nights, TODAY, at_school("2026-06-01", born="1999-01-01"), at_school("2026-06-01"))
    assert memory(nights)["person_id"].n_unique() == 1
    assert memory(nights)["n_rows"].to_list() == [2]


def test_it_lapses_with_the_look_back(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    night(nights, TODAY, at_school("2026-06-01"))
    night(nights, date(2028, 6, 1), {"left": "–"})
    assert seen(nights) == ["2026-06-01"]
    nights.deliver(date(2028, 6, 2), [at_school("2028-05-20", enrolled="2027-08-17 at other seen 2028-05-20")])
    nights.run()
    assert seen(nights) == ["2028-05-20"]


def test_lists_that_did_not_change_cost_no_new_file(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    night(nights, TODAY, at_school("2026-06-01"))
    before = set(nights.state.glob("enrolment_memory-*"))
    night(nights, TODAY + NIGHT, at_school("2026-06-01"))
    assert set(nights.state.glob("enrolment_memory-*")) == before
    assert {file.stat().st_mode & 0o777 for file in before} == {0o600}


def test_a_rerun_remembers_what_the_first_run_remembered(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    night(nights, TODAY, at_school("2026-05-01"))
    night(nights, TODAY + NIGHT, at_school("2026-06-01"))
    first = memory(nights)
    nights.run()
    assert memory(nights).equals(first)
    assert len(list(nights.state.glob("enrolment_memory-*"))) == 4


def test_cut_off_before_the_ledger_knew_it_the_old_memory_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights = Nights(tmp_path)
    night(nights, TODAY, at_school("2026-05-01"))
    nights.deliver(TODAY + NIGHT, [at_school("2026-06-01")])
    with monkeypatch.context() as patch:
        patch.setattr(publish, "record", cut_off)
        with pytest.raises(KeyboardInterrupt):
            nights.run()
    assert seen(nights) == ["2026-05-01"]
    night(nights, TODAY + 2 * NIGHT, at_school("2026-06-02"))
    assert seen(nights) == ["2026-05-01", "2026-06-02"]


def test_a_memory_that_is_gone_is_said_so(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    night(nights, TODAY, at_school("2026-05-01"))
    for file in nights.state.glob("enrolment_memory-*"):
        shutil.move(file, tmp_path)
    nights.deliver(TODAY + NIGHT, [at_school("2026-06-01")])
    with pytest.raises(Exception, match="backup"):
        nights.run()
