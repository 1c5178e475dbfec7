"""The drills of docs/operations.md: their commands run as they stand, in an empty folder."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.ledgers import as_version_1

pytestmark = pytest.mark.long

_TEXT = (Path(__file__).parents[2] / "docs/operations.md").read_text(encoding="utf-8")
_MARKED = re.compile(r"^<!-- tested(: upgrade)? -->\n```sh\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_BLOCKS = [(bool(found[1]), found[2]) for found in _MARKED.finditer(_TEXT)]


def shell(script: str, folder: Path) -> str:
    """What a block prints; it must succeed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-eu", "-c", script], cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first block leaves: two deliveries, and a night on one of them."""
    folder = tmp_path_factory.mktemp("made")
    shell(next(script for is_upgrade, script in _BLOCKS if not is_upgrade), folder)
    return folder


def test_a_restored_place_goes_on_as_one_that_never_was(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path, symlinks=True, dirs_exist_ok=True)
    _, *rest = (script for is_upgrade, script in _BLOCKS if not is_upgrade)
    printed = [shell(script, tmp_path) for script in rest]
    assert len(printed) == 2
    assert "MISSING" not in printed[1]
    assert (tmp_path / "state-backup.tar").stat().st_mode & 0o777 == 0o600
    assert len(runs(tmp_path / "restored/state")) == len(runs(tmp_path / "state")) == 2


def test_a_ledger_of_version_1_is_upgraded(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path, symlinks=True, dirs_exist_ok=True)
    as_version_1(tmp_path / "state/ledger.sqlite3")
    before = runs(tmp_path / "state")
    (printed,) = (shell(script, tmp_path) for is_upgrade, script in _BLOCKS if is_upgrade)
    assert re.search(r"whole, version 1; the next run makes it \d+, after a copy", printed)
    assert printed.splitlines()[-1] == "ledger-version-1.sqlite3"
    assert runs(tmp_path / "state")[:-1] == before
    copied = tmp_path / "state/backups/ledger-version-1.sqlite3"
    with closing(sqlite3.connect(copied)) as ledger:
        assert ledger.execute("SELECT run_id FROM runs").fetchall() == before


def runs(state: Path) -> list[tuple[str]]:
    """The runs that the ledger of this folder knows, oldest first."""
    with closing(sqlite3.connect(state / "ledger.sqlite3")) as ledger:
        return ledger.execute("SELECT run_id FROM runs ORDER BY run_no").fetchall()
