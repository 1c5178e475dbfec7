"""What was purged is in no byte of any file, what is kept still is; cut off anywhere the next purge does the rest."""

import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from brp_signals.base.errors import InternalFailure, RunLocked, UsageProblem
from brp_signals.publish import commit
from brp_signals.publish.explain import explanation
from brp_signals.state import memory_files
from brp_signals.state.ledger import BACKUPS, FILE, ledger
from brp_signals.state.ledger.file import sql, statements
from brp_signals.state.lock import lock_state
from brp_signals.upkeep import purging
from brp_signals.upkeep.purging import Purged, purge
from tests.ledger.nights import Nights
from tests.retention.kept import CHILDREN, LAST, case_id, dump, files, holding, key


def purged(nights: Nights, before: date | None = None) -> Purged:
    """Purge the folders of these nights."""
    return purge(state=nights.state, output=nights.output, config=nights.config, before=before)


def test_no_byte_is_left_of_what_is_over_its_term(nights: Nights) -> None:
    gone, kept = case_id(nights, "gone"), case_id(nights, "kept")
    nights.decide(gone, "X-VERTREK-OK 2024-07-01")
    for word in (key("gone"), gone, key("old pupil")):
        assert holding(nights, word), "it was there"
    removed = purged(nights).removed
    assert {what: number for what, number in removed.items() if number} == {
        "cases lapsed": 1,
        "school list rows": 1,
        "left by cut-off runs": 1,
        "ledger copies": 1,
        "lists": 2,
    }
    for word in (key("gone"), gone, key("old pupil")):
        assert holding(nights, word) == []
    for word in (key("kept"), kept):
        assert f"state/{FILE}" in holding(nights, word)
        assert any(name.endswith("signals.csv") for name in holding(nights, word))
    assert any("enrolment_memory" in name for name in holding(nights, key("new pupil")))
    assert not [path for path in files(nights) if path.name.endswith(("-wal", "-shm"))]
    with closing(sqlite3.connect(nights.state / FILE)) as kept_ledger:
        assert kept_ledger.execute("PRAGMA foreign_key_check").fetchall() == []


def test_explain_knows_a_purged_case_no_more_than_any_other_number(nights: Nights) -> None:
    gone, kept = case_id(nights, "gone"), case_id(nights, "kept")
    assert "vervallen" in explanation(nights.state, gone).lower()
    purged(nights)
    with pytest.raises(UsageProblem) as unknown:
        explanation(nights.state, "S-AAAA-AAAA")
    with pytest.raises(UsageProblem) as said:
        explanation(nights.state, gone)
    assert str(said.value).replace(gone, "S-AAAA-AAAA") == str(unknown.value)
    assert kept in explanation(nights.state, kept)


def test_what_readers_see_stays_and_the_next_night_runs(nights: Nights) -> None:
    before = nights.lists()
    purged(nights)
    assert nights.lists() == before
    assert sorted(path.name for path in nights.output.iterdir()) == [".owner", ".runs", f"{LAST}-0363", "latest"]
    nights.run()
    assert nights.lists() == before, "the last run once more"
    nights.deliver(date(2026, 2, 3), CHILDREN)
    nights.run()
    assert list(nights.states()) == [case_id(nights, "kept")]


def test_what_is_left_is_readable_by_its_owner_alone(nights: Nights) -> None:
    purged(nights)
    for path in nights.state.iterdir():
        if path.is_file() and path.name != "run.lock":
            assert path.stat().st_mode & 0o077 == 0, path.name


def test_twice_is_once(nights: Nights) -> None:
    purged(nights)
    ledger_once, files_once = dump(nights), files(nights)
    assert not any(purged(nights).removed.values())
    assert (dump(nights), files(nights)) == (ledger_once, files_once)


def test_a_failure_inside_the_ledger_leaves_all_of_it(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    before, files_before = dump(nights), files(nights)
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "sql", lambda name: "DELETE FROM nowhere" if name == "remove_runs" else sql(name))
        with pytest.raises(InternalFailure, match="could not be written"):
            purged(nights)
    assert (dump(nights), files(nights)) == (before, files_before)
    assert purged(nights).removed["cases lapsed"] == 1


def test_a_table_that_was_forgotten_refuses_the_whole_purge(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dump(nights)
    of_a_case = statements("remove_case")
    monkeypatch.setattr(ledger, "statements", lambda name: of_a_case[-1:])
    with pytest.raises(InternalFailure, match="could not be written"):
        purged(nights)
    assert dump(nights) == before


def cut_off(*_: object, **__: object) -> None:
    """The process ends here."""
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (ledger.Ledger, "compact"),
        (memory_files, "forget_lists"),
        (memory_files, "put"),
        (purging, "_remove_leftovers"),
        (purging, "_remove_backups"),
        (purging, "remove_dated"),
        (commit, "_remove_unlinked"),
        (shutil, "rmtree"),
    ],
)
def test_cut_off_anywhere_the_next_purge_does_the_rest(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, owner: object, name: str
) -> None:
    lists = nights.lists()
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, cut_off)
        with pytest.raises(KeyboardInterrupt):
            purged(nights)
    assert nights.lists() == lists
    purged(nights)
    assert nights.lists() == lists
    assert holding(nights, key("gone")) == holding(nights, key("old pupil")) == []
    assert sorted(path.name for path in nights.output.iterdir()) == [".owner", ".runs", f"{LAST}-0363", "latest"]
    assert len(list((nights.output / ".runs").iterdir())) == 1
    assert not list(nights.state.glob(".*"))


def test_a_busy_run_is_left_in_peace(nights: Nights) -> None:
    before = files(nights)
    with lock_state(nights.state), pytest.raises(RunLocked, match="Another run"):
        purged(nights)
    assert files(nights) == before


def test_a_reader_of_the_ledger_is_named_and_nothing_that_went_comes_back(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_patience = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *words, **how: with_patience(*words, **{**how, "timeout": 0.2}))
    with closing(sqlite3.connect(nights.state / FILE, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM cases").fetchone()
        with pytest.raises(InternalFailure, match="could not be compacted"):
            purged(nights)
        reader.execute("COMMIT")
    assert case_id(nights, "gone") == ""
    purged(nights)
    assert holding(nights, key("gone")) == []


def test_a_state_folder_without_a_run_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="No run has been published"):
        purge(state=tmp_path / "nowhere", output=tmp_path)
    assert not (tmp_path / "nowhere").exists()


def test_the_output_of_another_municipality_is_left_alone(nights: Nights, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / ".runs" / ".20260101T000000-abcdef.unfinished").mkdir(parents=True)
    done = purge(state=nights.state, output=other, config=nights.config, before=date(2099, 1, 1))
    assert done.removed["lists"] == 0
    assert "left alone" in done.sentences()[-1]
    assert (other / ".runs" / ".20260101T000000-abcdef.unfinished").is_dir()


def test_a_list_that_does_not_say_its_date_is_named(nights: Nights) -> None:
    (nights.output / f"{LAST}-0363" / "run.json").write_text("{}")
    with pytest.raises(InternalFailure, match=r"does not say its date \(run.json\)"):
        purged(nights)


def test_a_day_far_ahead_ends_everything(nights: Nights) -> None:
    purged(nights, date(2099, 1, 1))
    assert sorted(str(path.relative_to(nights.output)) for path in nights.output.rglob("*")) == [".owner", ".runs"]
    for child in ("gone", "kept", "old pupil", "new pupil"):
        assert holding(nights, key(child)) == []
    assert not (nights.state / BACKUPS / "ledger-version-1.sqlite3").exists()
    assert not any(purged(nights, date(2099, 1, 1)).removed.values())
    nights.deliver(date(2026, 2, 3), CHILDREN)
    nights.run()
    assert [status for status, _ in nights.states().values()] == ["new"]
