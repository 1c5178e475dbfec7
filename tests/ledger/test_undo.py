"""The last run is taken back: ledger, lists and memory are as before it, and what people decided stays."""

import shutil
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from brp_signals import pipeline
from brp_signals.base.errors import DeliveryRefused, UsageProblem
from brp_signals.state.ledger import FILE, open_ledger
from brp_signals.upkeep.doctor import examine
from brp_signals.upkeep.purging import purge
from tests.ledger.nights import Nights
from tests.support.commands import command
from tests.support.ledgers import decide

pytestmark = pytest.mark.long

FIRST = date(2026, 6, 15)
CHILD = {"departed": "2026-03-02", "enrolled": "2026-04-13 seen 2026-05-06"}


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """Two nights, the second with a slip of the keyboard in its date."""
    made = Nights(tmp_path_factory.mktemp("nights"))
    made.deliver(FIRST, [CHILD], delivery_id="first")
    made.run()
    made.deliver(date(2062, 6, 15), [CHILD], delivery_id="slip")
    made.run()
    return made


@pytest.fixture
def nights(two_nights: Nights, tmp_path: Path) -> Nights:
    """A copy of them."""
    return two_nights.copy(tmp_path)


def undo(nights: Nights, run: str = "slip", reason: str = "Verkeerde datum") -> None:
    pipeline.undo(run, reason, state=nights.state, output=nights.output)


def lists(nights: Nights) -> dict[str, bytes]:
    """Every published list by its name, without the account of the run."""
    top = nights.output / "latest/"
    return {str(path.relative_to(top)): path.read_bytes() for path in top.rglob("*.csv")}


def test_the_run_before_shows_again_and_the_service_goes_on(nights: Nights) -> None:
    undo(nights)
    assert sorted(path.name for path in nights.output.iterdir() if path.is_symlink()) == ["first", "latest"]
    assert (nights.output / "latest").resolve() == (nights.output / "first").resolve()
    nights.deliver(FIRST + timedelta(1), [CHILD], delivery_id="second")
    nights.run()
    assert (nights.output / "latest").resolve() == (nights.output / "second").resolve()


def test_after_it_nothing_is_different(nights: Nights, tmp_path: Path) -> None:
    undo(nights)
    nights.deliver(FIRST + timedelta(1), [CHILD], delivery_id="second")
    nights.run()
    (tmp_path / "other").mkdir()
    other = Nights(tmp_path / "other")
    for day, name in ((FIRST, "first"), (FIRST + timedelta(1), "second")):
        other.deliver(day, [CHILD], delivery_id=name)
        other.run()
    assert lists(nights) == lists(other)


def test_the_same_delivery_can_be_run_again(nights: Nights) -> None:
    before = lists(nights)
    undo(nights)
    nights.run()
    assert lists(nights) == before


def test_only_the_newest_run_goes_and_the_right_name_is_told(nights: Nights) -> None:
    with pytest.raises(UsageProblem, match="of delivery slip and reference date 2062-06-15"):
        undo(nights, "first")
    with pytest.raises(UsageProblem, match="--reason"):
        undo(nights, reason="bsn 900 000 077")
    undo(nights)
    with open_ledger(nights.state) as ledger:
        assert len(ledger.taken_back()) == 1
        assert [run.delivery_id for run in ledger.runs()] == ["first"]


def test_what_people_decided_stays(nights: Nights) -> None:
    with open_ledger(nights.state) as ledger:
        (number,) = ledger.positions()
        decide(ledger, number, "X-VERTREK-OK", FIRST, "2026-06-15T10:00:00+00:00", "0" * 64)
    undo(nights)
    with open_ledger(nights.state) as ledger:
        assert [decision.outcome_code for decision in ledger.decisions(number)] == ["X-VERTREK-OK"]
    nights.deliver(FIRST + timedelta(1), [CHILD], delivery_id="second")
    nights.run()
    assert nights.states()[number][0] == "closed"


def test_the_only_run_goes_too_unless_people_decided_on_it(tmp_path: Path) -> None:
    made = Nights(tmp_path)
    made.deliver(date(2062, 6, 15), [CHILD], delivery_id="slip")
    made.run()
    undo(made)
    assert not [path for path in made.output.iterdir() if path.is_symlink()]
    made.deliver(FIRST, [CHILD], delivery_id="first")
    made.run()
    with open_ledger(made.state) as ledger:
        (number,) = ledger.positions()
        decide(ledger, number, "X-VERTREK-OK", FIRST, "2026-06-15T10:00:00+00:00", "0" * 64)
    with pytest.raises(UsageProblem, match="people decided"):
        undo(made, "first")


def test_cut_off_after_the_ledger_the_next_start_puts_the_output_right(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = pipeline.finish_last_run
    calls: list[int] = []

    def cut_off(state: Path, output: Path) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        finish(state, output)

    monkeypatch.setattr(pipeline, "finish_last_run", cut_off)
    with pytest.raises(KeyboardInterrupt):
        undo(nights)
    assert (nights.output / "slip").exists()
    monkeypatch.setattr(pipeline, "finish_last_run", finish)
    pipeline.finish_last_run(nights.state, nights.output)
    assert sorted(path.name for path in nights.output.iterdir() if path.is_symlink()) == ["first", "latest"]


def test_without_it_a_later_delivery_is_out_of_turn(nights: Nights) -> None:
    nights.deliver(FIRST + timedelta(1), [CHILD], delivery_id="second")
    with pytest.raises(DeliveryRefused, match="lies before 2062-06-15"):
        nights.run()


# ---- a ledger that was put back


def test_an_older_ledger_under_newer_lists_is_refused_until_somebody_answers_for_it(tmp_path: Path) -> None:
    made = Nights(tmp_path)
    made.deliver(FIRST, [CHILD], delivery_id="first")
    made.run()
    copy = tmp_path / "copy"
    shutil.copytree(made.state, copy)
    time.sleep(1.1)  # a run is named after the second in which it began
    made.deliver(FIRST + timedelta(1), [CHILD], delivery_id="second")
    made.run()
    shutil.rmtree(made.state)
    shutil.copytree(copy, made.state)
    made.deliver(FIRST + timedelta(2), [CHILD], delivery_id="third")
    with pytest.raises(UsageProblem, match="by hand: `brp-signals run … --accept-rollback REASON`") as refusal:
        made.run()
    assert everything_else_says(made) == {str(refusal.value)}
    made.run(accept_rollback="Schijf vervangen")
    assert everything_else_says(made) == set()
    made.deliver(FIRST + timedelta(3), [CHILD], delivery_id="fourth")
    made.run()
    assert (made.state / FILE).is_file()


def everything_else_says(made: Nights) -> set[str]:
    """What doctor, purge and undo say of a ledger that does not know the newest lists; each alike, changing nothing."""
    before = contents(made.folder)
    found = {each.what for each in examine(made.state, made.output, made.config) if not each.is_fine}
    said = {sentence for sentence in found if "does not know the newest lists" in sentence}
    if not said:
        return said
    for refused in (
        lambda: purge(state=made.state, output=made.output, config=made.config),
        lambda: pipeline.undo("first", "toch niet", state=made.state, output=made.output),
    ):
        with pytest.raises(UsageProblem) as refusal:
            refused()
        said.add(str(refusal.value))
    assert contents(made.folder) == before
    return said


def contents(folder: Path) -> dict[str, bytes]:
    """Every file with its bytes, but for the lock, which says who held it last."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "run.lock"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files if "sqlite3-" not in path.name}


def test_doctor_and_purge_know_a_ledger_of_before_the_last_run_by_the_command_line(tmp_path: Path) -> None:
    made = Nights(tmp_path)
    made.deliver(FIRST, [CHILD], delivery_id="first")
    made.run()
    copy = tmp_path / "copy"
    shutil.copytree(made.state, copy)
    time.sleep(1.1)
    made.deliver(FIRST + timedelta(1), [CHILD], delivery_id="second")
    made.run()
    shutil.rmtree(made.state)
    shutil.copytree(copy, made.state)
    for words in (("doctor",), ("purge",), ("run", made.delivery)):
        done = command(*words, cwd=tmp_path)
        assert (done.returncode, "The ledger in state does not know" in done.stdout + done.stderr) == (2, True)


def test_doctor_says_whose_an_output_is_as_a_run_does(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    one, other = Nights(tmp_path / "one"), Nights(tmp_path / "other")
    for made in (one, other):
        made.deliver(FIRST, [CHILD], delivery_id="first")
        made.run()
    other.output = one.output
    with pytest.raises(UsageProblem, match="belongs to another state folder") as refusal:
        other.run()
    found = {each.what for each in examine(other.state, other.output, other.config) if not each.is_fine}
    assert str(refusal.value) in found
    assert not any("belongs to another" in each.what for each in examine(one.state, one.output, one.config))


def test_a_run_whose_lists_are_no_longer_remembered_is_not_gone_back_to(tmp_path: Path) -> None:
    made = Nights(tmp_path)
    for number, name in enumerate(("first", "second", "third", "fourth")):
        seen = date(2026, 5, 6) + timedelta(days=7 * number)
        made.deliver(FIRST + timedelta(number), [{**CHILD, "enrolled": f"2026-04-13 seen {seen}"}], delivery_id=name)
        made.run()
    undo(made, "fourth")
    shown = lists(made)
    with pytest.raises(UsageProblem, match="the school lists that the run before it was made from"):
        undo(made, "third")
    made.deliver(FIRST + timedelta(2), [{**CHILD, "enrolled": "2026-04-13 seen 2026-05-20"}], delivery_id="third")
    made.run()  # as a schedule does that finds it as the newest delivery again
    assert lists(made) == shown
    made.deliver(FIRST + timedelta(4), [CHILD], delivery_id="fifth")
    made.run()
    assert (made.output / "latest").resolve() == (made.output / "fifth").resolve()
