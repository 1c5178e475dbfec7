"""One output folder belongs to one state folder and to one process at a time; what was left half done is swept."""

import fcntl
import json
import os
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from brp_signals import pipeline
from brp_signals.base import unfinished
from brp_signals.base.config import load_configuration
from brp_signals.base.errors import RunLocked, UsageProblem
from brp_signals.base.private_files import replace_private
from brp_signals.gateway.delivery_folder import DeliveryFolder
from brp_signals.publish.ownership import FILE, IDENTITY
from brp_signals.steps import delivery
from brp_signals.upkeep.purging import purge
from tests.ledger.nights import AfterOneNight, Nights, child
from tests.support.unjudged import set_aside_unjudged

pytestmark = pytest.mark.long

TODAY, TOMORROW = date(2026, 6, 15), date(2026, 6, 16)
OTHER = "state-of-another"


@pytest.fixture
def nights(after_one_night: AfterOneNight, tmp_path: Path) -> Nights:
    """A place with one run."""
    return after_one_night(tmp_path, TODAY, [child()])


def _open(nights: Nights, *, state: str = "", output: str = "") -> pipeline.OpenNight:
    return pipeline.open_night(
        nights.delivery,
        state=nights.folder / state if state else nights.state,
        output=nights.folder / output if output else nights.output,
        config=nights.config,
    )


def test_the_output_of_another_state_is_refused(nights: Nights) -> None:
    before = sorted(nights.output.rglob("*"))
    for _ in range(2):
        with pytest.raises(UsageProblem, match="belongs to another state folder"):
            _open(nights, state=OTHER)
    with pytest.raises(UsageProblem, match="belongs to another state folder"):
        _other(nights)
        pipeline.undo(f"{TODAY}-0363", "slip", state=nights.folder / OTHER, output=nights.output)
    done = purge(state=nights.folder / OTHER, output=nights.output)
    assert not done.is_output_ours
    assert sorted(nights.output.rglob("*")) == before
    nights.run()


def _other(nights: Nights) -> None:
    """A night of another state folder, with an output of its own."""
    with _open(nights, state=OTHER, output="output-of-another") as night:
        _take(night, pipeline.STEPS)


def _take(night: pipeline.OpenNight, steps: Sequence[str]) -> None:
    """Take these steps, without Great Expectations, which costs seconds."""
    for step in steps:
        set_aside_unjudged(night.night) if step == "validate" else night.run_step(step)


def test_the_marker_says_nothing_of_machine_or_person(nights: Nights) -> None:
    told = json.loads((nights.output / FILE).read_text())
    assert set(told) == {"schema", "state"}
    assert (nights.state / IDENTITY).read_text().strip() == told["state"]
    assert (nights.output / FILE).stat().st_mode & 0o777 == 0o600


def test_two_at_once_on_one_output(nights: Nights) -> None:
    with (nights.output / FILE).open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(RunLocked, match="using the output folder"):
            _open(nights)
        with pytest.raises(RunLocked, match="using the output folder"):
            purge(state=nights.state, output=nights.output)
        with pytest.raises(RunLocked, match="using the output folder"):
            pipeline.undo(f"{TODAY}-0363", "slip", state=nights.state, output=nights.output)
    nights.run()


def test_two_states_that_begin_on_the_same_new_output(nights: Nights) -> None:
    with _open(nights, output="new") as first, _open(nights, state=OTHER, output="new") as second:
        _take(first, pipeline.STEPS)
        _take(second, pipeline.STEPS[:-1])
        with pytest.raises(RunLocked, match="using the output folder"):
            second.run_step(pipeline.STEPS[-1])


def test_an_output_of_an_earlier_version_is_taken_over(nights: Nights) -> None:
    (nights.output / FILE).unlink()
    (nights.state / IDENTITY).unlink()
    nights.run()
    assert json.loads((nights.output / FILE).read_text())["state"] == (nights.state / IDENTITY).read_text().strip()


@pytest.mark.parametrize("content", ["", "{", '{"schema": "brp-signals/output/1"}'])
def test_a_marker_that_was_cut_off_is_written_anew(content: str, nights: Nights) -> None:
    (nights.output / FILE).write_text(content)
    (nights.state / IDENTITY).write_text("")
    nights.run()
    assert json.loads((nights.output / FILE).read_text())["state"] == (nights.state / IDENTITY).read_text().strip()


def test_an_output_or_a_state_that_moved_stays_its_own(nights: Nights) -> None:
    shutil.move(nights.output, nights.folder / "moved")
    shutil.copytree(nights.state, nights.folder / "restored")
    with _open(nights, state="restored", output="moved"):
        pass
    (nights.folder / "restored" / IDENTITY).unlink()  # a backup of before the upgrade
    with _open(nights, state="restored", output="moved"):
        pass


def test_a_refused_delivery_makes_no_output(nights: Nights) -> None:
    with _open(nights, output="never"):
        pass
    assert not (nights.folder / "never").exists()


def test_the_next_start_sweeps_what_a_killed_process_left(nights: Nights) -> None:
    left = [
        nights.state / ".alerts.json.abcd1234.unfinished",
        nights.state / "backups" / ".ledger-version-1.sqlite3.abcd1234.unfinished",
        nights.output / ".runs" / ".20260101T000000-abcdef.unfinished" / "signals.csv",
        nights.state / "work" / "spill",
    ]
    kept = [
        nights.state / ".alerts.json.abcd1234",
        nights.state / "note.unfinished",
        nights.output / ".runs.unfinished",
    ]
    for path in (*left, *kept):
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text("half")
    (nights.output / f".{TOMORROW}-0363.next").symlink_to(".runs/none")
    with _open(nights):
        assert not [path for path in left if path.exists()]
    assert not (nights.output / f".{TOMORROW}-0363.next").is_symlink()
    assert all(path.exists() for path in kept)


def test_what_is_being_made_is_not_swept(tmp_path: Path) -> None:
    descriptor, busy = unfinished.start_file(tmp_path / "list.csv")
    with unfinished.folder(tmp_path, "delivery") as making:
        unfinished.sweep(tmp_path)
        assert busy.exists() and making.exists()
    os.close(descriptor)
    unfinished.sweep(tmp_path, "other.csv")
    assert busy.exists()
    replace_private(tmp_path / "list.csv", lambda stream: stream.write(b"whole"))
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]


def test_a_delivery_that_was_cut_off_goes_with_the_next_of_its_name(tmp_path: Path) -> None:
    (tmp_path / ".made.abcd1234.unfinished" / "work").mkdir(parents=True)
    (tmp_path / ".other.abcd1234.unfinished").mkdir()
    with DeliveryFolder(tmp_path / "made") as making:
        making.publish({})
    assert sorted(path.name for path in tmp_path.iterdir()) == [".other.abcd1234.unfinished", "made"]


@pytest.mark.parametrize("name", ["it's", "a b", "a%41#b&c;d", 'a"b', "ünï", "$HOME", ":memory:", "a\\b", "-x"])
def test_a_night_in_a_folder_with_an_odd_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    nights = Nights(tmp_path / name)
    nights.deliver(TODAY, [child()])
    nights.run()
    nights.deliver(TOMORROW, [child(trace="tmv_report 2026-05-04")])
    nights.run()
    assert list(nights.states().values()) == [("changed", ["sign_added"])]


@pytest.mark.parametrize("name", ["nu\udcff", "two\nlines", "a*b", "a[b]", "a\x1bb"])
@pytest.mark.parametrize("which", ["delivery", "state"])
def test_a_path_that_the_database_cannot_read_is_refused(name: str, which: str, nights: Nights) -> None:
    place = nights.folder / name
    shutil.copytree(getattr(nights, which), place)
    if which == "state":
        place.chmod(0o700)
    given = {"state": nights.state, "delivery": nights.delivery} | {which: place}
    with pytest.raises(UsageProblem, match="rename it"):
        pipeline.open_night(given["delivery"], state=given["state"], output=nights.output, config=nights.config)


@pytest.mark.parametrize("key_id", ["", "  ", "900000077", "9000.00.077", "1e300", "nan", "2026", 2026, 1.5])
def test_a_key_id_that_is_no_name_is_refused(key_id: object, nights: Nights) -> None:
    path = nights.delivery / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"pseudonym_key_id": key_id}))
    with pytest.raises(UsageProblem, match="pseudonym_key_id") as refusal:
        nights.run()
    assert "9000" not in str(refusal.value)


def test_a_successor_out_of_scope_is_refused_by_its_key(nights: Nights) -> None:
    nights.config.write_text(nights.config.read_text() + '[municipality_successors]\n"0457" = "0344"\n')
    with _open(nights) as night, pytest.raises(UsageProblem, match=r"municipality_successors\.0457: 0344 is not in"):
        delivery.run(night.night)
    assert load_configuration(nights.config).municipality_successors == {"0457": "0344"}
