"""The walls of the house (`tool.importlinter` in pyproject.toml) hold, and nothing can be built outside them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def broken(root: Path) -> str:
    """What import-linter has against the packages of `root`; empty when it has nothing."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    paths = os.pathsep.join((str(root / "src"), str(root)))
    done = subprocess.run(
        [*command, "--config", str(ROOT / "pyproject.toml")],
        cwd=root,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages, in a place where more can be built."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "flows", tmp_path / "flows", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_walls_hold(copy: Path) -> None:
    assert broken(copy) == ""


@pytest.mark.parametrize("place", ["attic.py", "attic/__init__.py", "steps/attic.py"])
def test_a_module_that_is_put_nowhere_is_named(copy: Path, place: str) -> None:
    module = copy / "src/brp_signals" / place
    module.parent.mkdir(exist_ok=True)
    module.write_text('"""Nowhere."""\n', encoding="utf-8")
    assert "attic" in broken(copy)


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("base/dates.py", "import brp_signals.delivery.contract"),
        ("delivery/inbox.py", "import brp_signals.state.ledger"),
        ("steps/rank.py", "import brp_signals.steps.cases"),
        ("steps/rank.py", "import brp_signals.publish.wording"),
        ("pipeline.py", "import brp_signals.gateway.linking"),
        ("schedule/alerts.py", "import flows.nightly"),
        ("publish/lists.py", "import duckdb"),
        ("review/answers.py", "import sqlite3"),
        ("upkeep/doctor.py", "import prefect"),
        ("steps/validate.py", "import great_expectations"),
    ],
)
def test_an_import_through_a_wall_is_named(copy: Path, module: str, line: str) -> None:
    path = copy / "src/brp_signals" / module
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    assert line.rpartition(" ")[2] in broken(copy)
