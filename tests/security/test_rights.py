"""What is written is for its owner alone, and a folder that is open to others is refused."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from brp_signals import pipeline
from brp_signals.base.errors import UsageProblem
from brp_signals.publish.explain import explanation
from brp_signals.review import import_reviewed
from brp_signals.schedule import serving
from brp_signals.state.ledger import SCHEMA, open_ledger
from brp_signals.state.lock import lock_state
from brp_signals.upkeep.doctor import examine
from tests.ledger.nights import Nights, child
from tests.reference.populations import REFERENCE_DATES
from tests.support.rights import open_to_others

pytestmark = pytest.mark.long

TODAY = REFERENCE_DATES[0]


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Nights]:
    """A delivery, in a process that would make everything readable and writable by everybody."""
    before = os.umask(0)
    nights = Nights(tmp_path)
    nights.deliver(TODAY, [child(), child(confidential="yes")])
    yield nights
    os.umask(before)


def test_nothing_is_open_to_others_at_any_step_of_a_run(nights: Nights) -> None:
    nights.run()
    with pipeline.open_night(
        nights.delivery, state=nights.state, output=nights.output, config=nights.config, threads=1
    ) as night:
        for step in pipeline.STEPS:
            night.run_step(step)
            assert open_to_others(nights.state, nights.output) == [], step
    assert open_to_others(nights.state, nights.output) == []
    names = {path.name.partition("-")[0] for path in nights.state.iterdir()}
    assert names >= {"ledger.sqlite3", "run.lock", "enrolment_memory", "last_run"}


def test_the_ledger_its_logs_and_its_copies_are_closed(nights: Nights, tmp_path: Path) -> None:
    nights.run()
    shutil.copytree(SCHEMA, tmp_path / "schema")
    newest = max(int(file.name[:3]) for file in SCHEMA.glob("*.sql"))
    (tmp_path / f"schema/{newest + 1:03d}_later.sql").write_text("CREATE TABLE later (n INTEGER);")
    with open_ledger(nights.state, tmp_path / "schema"):
        assert (nights.state / "ledger.sqlite3-wal").exists()
        assert open_to_others(nights.state) == []
    assert [file.name for file in (nights.state / "backups").iterdir()] == [f"ledger-version-{newest}.sqlite3"]


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o720, 0o702, 0o777])
def test_a_state_folder_that_is_open_is_refused_everywhere(mode: int, nights: Nights) -> None:
    nights.run()
    nights.state.chmod(mode)
    sentence = "The state folder state can be read or written by others than its owner; run chmod 700 on it."
    for action in (
        lambda: pipeline.open_night(nights.delivery, state=nights.state, output=nights.output, config=nights.config),
        lambda: serving.run_once(nights.delivery, state=nights.state, output=nights.output),
        lambda: serving.serve(inbox=nights.folder, state=nights.state, output=nights.output),
        lambda: import_reviewed([nights.config], nights.state),
    ):
        with pytest.raises(UsageProblem) as refusal:
            action()
        assert str(refusal.value) == sentence
    assert sentence in [finding.what for finding in examine(nights.state, nights.output) if not finding.is_fine]
    nights.state.chmod(0o700)
    nights.run()


@pytest.mark.parametrize("place", ["output", "output/.runs"])
def test_an_output_folder_in_which_others_can_write_is_refused(place: str, nights: Nights) -> None:
    nights.run()
    before = nights.lists()
    (nights.folder / place).chmod(0o770)
    with pytest.raises(UsageProblem, match=r"can be written by others than its owner; run chmod go-w on it\."):
        nights.run()
    assert nights.lists() == before


def test_readers_may_be_let_in_to_the_output_but_never_to_sealed(nights: Nights) -> None:
    nights.run()
    for folder in (nights.output, nights.output / ".runs"):
        folder.chmod(0o755)
    nights.run()
    sealed = nights.output / "latest/sealed"
    assert len(list(sealed.rglob("*.csv"))) == 2
    assert open_to_others(sealed) == []


def test_a_folder_of_another_user_is_refused(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    nights.run()
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    with pytest.raises(UsageProblem, match="state belongs to another user"):
        lock_state(nights.state)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a link away")
def test_a_link_that_another_user_could_turn_elsewhere_is_refused(nights: Nights) -> None:
    nights.run()
    nights.state.rename(nights.folder / "real")
    nights.state.symlink_to(nights.folder / "real")
    lock_state(nights.state).close()
    os.lchown(nights.state, 12345, 12345)
    with pytest.raises(UsageProblem, match="state belongs to another user"):
        lock_state(nights.state)


@pytest.mark.parametrize("place", ["state/work", "state/run.lock", "output/2026-06-15-0363", "output/latest"])
def test_a_link_planted_where_a_run_writes_is_not_followed(place: str, nights: Nights) -> None:
    """Whoever planted it would get the lists, or see a file of his choice overwritten."""
    elsewhere = nights.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("kept")
    planted = nights.folder / place
    planted.parent.mkdir(mode=0o700, exist_ok=True)
    planted.symlink_to(elsewhere / "kept" if place.endswith("lock") else elsewhere)
    if place.startswith("state"):
        with pytest.raises(UsageProblem, match=r"move it away|cannot be written"):
            nights.run()
    else:  # these are links of ours: whatever stands there is swapped for a new one
        nights.run()
        assert planted.resolve().parent == nights.output / ".runs"
    assert [path.name for path in elsewhere.iterdir()] == ["kept"]
    assert (elsewhere / "kept").read_text() == "kept"


def test_a_link_in_place_of_the_runs_is_as_safe_as_where_it_leads(nights: Nights) -> None:
    (nights.folder / "shared").mkdir(mode=0o777)
    nights.output.mkdir(mode=0o700)
    (nights.output / ".runs").symlink_to(nights.folder / "shared")
    with pytest.raises(UsageProblem, match="can be written by others"):
        nights.run()
    assert list((nights.folder / "shared").iterdir()) == []


def test_explain_reads_and_opens_nothing(nights: Nights) -> None:
    nights.run()
    header, row = (nights.output / "latest/signals.csv").read_text().splitlines()
    assert header.startswith("case_id,")
    assert "Verloop" in explanation(nights.state, row.partition(",")[0])
    assert open_to_others(nights.state) == []
