"""The ledger as a file: damaged, newer, migrated, locked, and runs that were cut off."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from brp_signals import pipeline
from brp_signals.base.errors import InternalFailure, RunLocked, Stopped
from brp_signals.publish import output as publish
from brp_signals.publish.explain import explanation
from brp_signals.state.ledger import BACKUPS, FILE, SCHEMA, open_ledger
from tests.ledger.nights import AfterOneNight, Nights, child
from tests.support.ledgers import as_version, as_version_1

#: The version of the ledger that this program writes.
NEWEST = max(int(file.name[:3]) for file in SCHEMA.glob("*.sql"))
TODAY = date(2026, 6, 15)
TOMORROW = date(2026, 6, 16)


@pytest.fixture
def nights(after_one_night: AfterOneNight, tmp_path: Path) -> Nights:
    """A first night with one case."""
    return after_one_night(tmp_path, TODAY, [child()])


def test_only_its_owner_may_read_it(nights: Nights) -> None:
    assert (nights.state / FILE).stat().st_mode & 0o777 == 0o600
    assert not list(nights.state.glob("*-wal"))


def newer_schema(folder: Path) -> Path:
    """The schema of a version that is still to come."""
    shutil.copytree(SCHEMA, folder)
    (folder / f"{NEWEST + 1:03}_a_note.sql").write_text("ALTER TABLE cases ADD COLUMN note TEXT;", encoding="utf-8")
    return folder


def test_a_migration_keeps_what_was_there_and_a_copy_of_it(nights: Nights, tmp_path: Path) -> None:
    before = nights.states()
    with open_ledger(nights.state, newer_schema(tmp_path / "schema")):
        pass
    with sqlite3.connect(nights.state / FILE) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (NEWEST + 1,)
        assert connection.execute("SELECT note FROM cases").fetchall() == [(None,)]
    backup = nights.state / BACKUPS / f"ledger-version-{NEWEST}.sqlite3"
    assert backup.stat().st_mode & 0o777 == 0o600
    shutil.copy(backup, nights.state / FILE)
    assert nights.states() == before


def test_a_ledger_of_version_1_is_brought_along(nights: Nights) -> None:
    as_version_1(nights.state / FILE)
    before = nights.states()
    nights.deliver(TOMORROW, [child()])
    nights.run()
    assert (nights.state / BACKUPS / "ledger-version-1.sqlite3").is_file()
    assert list(before.values()) == [("new", [])]
    assert list(nights.states().values()) == [("ongoing", [])]
    with open_ledger(nights.state) as ledger:
        assert [(run.listed, run.seconds is None) for run in ledger.runs()] == [(None, True), (1, False)]


def opened(state: Path) -> dict[str, str]:
    """Since when each case that was ever listed stands on the list, by its number."""
    with closing(sqlite3.connect(state / FILE)) as ledger:
        return dict(ledger.execute("SELECT case_id, opened_on FROM case_states ORDER BY run_no"))


def test_a_night_goes_on_from_the_ledger_of_before_the_weighing(tmp_path: Path) -> None:
    strong, middling, weak = (
        child(trace=f"{kind} 2026-05-04") for kind in ("school_result", "tmv_report", "exemption")
    )
    nights = Nights(tmp_path)
    nights.deliver(TODAY, [strong, middling, weak])
    nights.run()
    before = opened(nights.state)
    assert len(before) == 3
    as_version(nights.state / FILE, 8)
    with closing(sqlite3.connect(nights.state / FILE)) as ledger, ledger:
        ledger.execute("UPDATE case_states SET points = 12693")  # hundredths of another way of weighing
    nights.config.write_text(re.sub(r"(?m)^b = .*", "b = 0.49", nights.config.read_text(encoding="utf-8")))
    nights.deliver(TOMORROW, [strong, middling, weak])
    nights.run()
    assert (nights.state / BACKUPS / "ledger-version-8.sqlite3").is_file()
    after = nights.states()
    assert sorted(status for status, _ in after.values()) == ["ongoing", "ongoing", "weak"]
    # Who is too weak now leaves the list, under the number it had.
    still = {number: day for number, day in before.items() if after[number][0] == "ongoing"}
    assert opened(nights.state) == before | dict.fromkeys(before.keys() - still.keys()) | still
    with closing(sqlite3.connect(nights.state / FILE)) as ledger:
        assert ledger.execute("SELECT count(*) FROM case_states WHERE points = 12693").fetchone() == (0,)


def test_a_run_once_more_puts_its_figures_in_the_place_of_its_own(nights: Nights) -> None:
    with open_ledger(nights.state) as ledger:
        (first,) = ledger.runs()
    nights.run()
    with open_ledger(nights.state) as ledger:
        (again,) = ledger.runs()
    assert (first.listed, again.listed) == (1, 1)
    assert again.run_id != first.run_id
    with closing(sqlite3.connect(nights.state / FILE)) as connection:
        assert connection.execute("SELECT count(*) FROM run_durations").fetchone() == (1,)


def test_a_migration_that_fails_changes_nothing(nights: Nights, tmp_path: Path) -> None:
    schema = newer_schema(tmp_path / "schema")
    (schema / f"{NEWEST + 1:03}_a_note.sql").write_text(
        "CREATE TABLE half (x); CREATE TABLE cases (y);", encoding="utf-8"
    )
    with pytest.raises(InternalFailure, match="could not be opened"), open_ledger(nights.state, schema):
        pass
    assert len(nights.states()) == 1


def test_a_ledger_of_a_newer_version_is_left_alone(nights: Nights) -> None:
    with sqlite3.connect(nights.state / FILE) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(InternalFailure, match="newer version"):
        nights.run()


@pytest.mark.parametrize("place", [0, 4096 + 8])
def test_a_damaged_ledger_says_what_to_put_back(nights: Nights, tmp_path: Path, place: int) -> None:
    with open_ledger(nights.state, newer_schema(tmp_path / "schema")):
        pass
    with (nights.state / FILE).open("r+b") as file:
        file.seek(place)
        file.write(b"\xff" * 4000)
    with pytest.raises(InternalFailure, match=rf"damaged.*backups/ledger-version-{NEWEST}\.sqlite3"):
        nights.run()


def test_cut_off_before_the_ledger_knew_it(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    lists = nights.lists()
    nights.deliver(TOMORROW, [child(trace="tmv_report 2026-05-04")])
    with monkeypatch.context() as patch:
        patch.setattr(publish, "record", cut_off)
        with pytest.raises(KeyboardInterrupt):
            nights.run()
    assert nights.lists() == lists
    assert len(list((nights.output / ".runs").iterdir())) == 2
    assert list(nights.states().values()) == [("new", [])]
    nights.run()
    assert list(nights.states().values()) == [("changed", ["sign_added"])]
    assert len(list((nights.output / ".runs").iterdir())) == 2


def cut_off(*_: object) -> None:
    """The process ends here."""
    raise KeyboardInterrupt


@pytest.mark.parametrize("link", ["both", "latest"])
def test_cut_off_before_it_was_shown(nights: Nights, monkeypatch: pytest.MonkeyPatch, link: str) -> None:
    old = nights.output.joinpath("latest").resolve()
    nights.deliver(TOMORROW, [child(trace="tmv_report 2026-05-04")])
    with monkeypatch.context() as patch:
        patch.setattr(publish, "show", cut_off)
        with pytest.raises(Stopped, match="in the ledger already"):
            nights.run()
    last = last_run_id(nights)
    if link == "latest":
        (nights.output / f"{TOMORROW}-0363").symlink_to(Path(".runs") / last)
    assert nights.output.joinpath("latest").resolve() == old
    (case_id,) = nights.states()
    assert "terugmelding" in explanation(nights.state, case_id).lower()
    with pipeline.open_night(nights.delivery, state=nights.state, output=nights.output, config=nights.config):
        assert nights.output.joinpath("latest").resolve().name == last
        assert (nights.output / f"{TOMORROW}-0363").resolve().name == last


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("show", OSError(28, "No space left on device")),
        ("show", MemoryError()),
        ("remove_lists", ValueError()),
        ("explanations.forget_others", OSError(5, "Input/output error")),
    ],
)
def test_what_fails_once_the_ledger_knew_it_is_told_as_it_is(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, name: str, problem: Exception
) -> None:
    nights.deliver(TOMORROW, [child(trace="tmv_report 2026-05-04")])

    def fail(*_: object) -> None:
        raise problem

    with monkeypatch.context() as patch:
        patch.setattr(f"{publish.__name__}.{name}", fail)
        with pytest.raises(InternalFailure, match="in the ledger but could not be shown whole") as told:
            nights.run()
    assert "nothing was published" not in str(told.value)
    nights.run()
    assert nights.output.joinpath("latest").resolve().name == last_run_id(nights)


@pytest.mark.parametrize("harm", ["emptied", "removed"])
def test_an_empty_ledger_beside_remembered_lists_does_not_begin_anew(nights: Nights, harm: str) -> None:
    ledger = nights.state / FILE
    ledger.write_bytes(b"") if harm == "emptied" else ledger.unlink()
    for _ in range(2):
        with pytest.raises(InternalFailure, match="damaged"):
            nights.run()


def last_run_id(nights: Nights) -> str:
    """The run that the ledger names last."""
    with open_ledger(nights.state) as ledger:
        last = ledger.last_run()
    assert last is not None
    return last.run_id


def test_a_transaction_that_fails_leaves_no_half_run(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    from brp_signals.state.ledger import ledger
    from brp_signals.state.ledger.file import sql

    nights.deliver(TOMORROW, [child(trace="tmv_report 2026-05-04")])
    with monkeypatch.context() as patch:
        broken = {"record_inquiries_gone": "INSERT INTO nowhere VALUES (?)"}
        patch.setattr(ledger, "sql", lambda name: broken.get(name) or sql(name))
        with pytest.raises(InternalFailure, match="could not be written"):
            nights.run()
    assert list(nights.states().values()) == [("new", [])]
    assert nights.output.joinpath("latest").resolve().parent.name == ".runs"
    assert json.loads((nights.output / "latest/run.json").read_text())["reference_date"] == TODAY.isoformat()


def test_a_running_night_is_named_and_a_dead_one_is_taken_over(nights: Nights) -> None:
    with (
        pipeline.open_night(nights.delivery, state=nights.state, output=nights.output),
        pytest.raises(RunLocked, match=r"process \d+ on .+, since 2"),
    ):
        nights.run()
    assert "pid" in json.loads((nights.state / "run.lock").read_text())
    nights.run()


def test_explain_tells_the_life_of_a_case_also_when_no_sign_is_left(nights: Nights) -> None:
    (case_id,) = nights.states()
    assert "- 15-06-2026: nieuw (niveau A)" in explanation(nights.state, case_id)
    nights.deliver(TOMORROW, [child(trace=""), child(left="–", trace="absence_report 2026-05-04")])
    nights.run()
    told = explanation(nights.state, case_id)
    assert "- 16-06-2026: opgelost (niveau A): er is geen teken meer" in told


def test_explain_says_nothing_of_a_child_under_secrecy(nights: Nights) -> None:
    (case_id,) = nights.states()
    nights.deliver(TOMORROW, [child(confidential="yes")])
    nights.run()
    with pytest.raises(Exception, match="sealed-list officer"):
        explanation(nights.state, case_id)


def test_rules_are_kept_once_for_all_runs_that_had_them(nights: Nights) -> None:
    nights.deliver(TOMORROW, [child()])
    nights.run()
    with open_ledger(nights.state) as ledger:
        first, second = ledger.runs()
    assert first.rules == second.rules != {}
    with closing(sqlite3.connect(nights.state / FILE)) as connection:
        assert connection.execute("SELECT count(*) FROM rule_sets").fetchone() == (1,)
