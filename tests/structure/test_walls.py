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


def test_a_module_that_is_put_nowhere_is_named(copy: Path) -> None:
    for place in ("attic.py", "cellar/__init__.py", "steps/shed.py"):
        module = copy / "src/brp_signals" / place
        module.parent.mkdir(exist_ok=True)
        module.write_text('"""Nowhere."""\n', encoding="utf-8")
    said = broken(copy)
    assert [name for name in ("attic", "cellar", "shed") if name not in said] == []


#: Imports that go through a wall, of every kind: the module that has it, and what it imports.
THROUGH = [
    ("base.dates", "brp_signals.delivery.contract"),
    ("delivery.inbox", "brp_signals.state.ledger"),
    ("steps.rank", "brp_signals.steps.cases"),
    ("steps.rank", "brp_signals.publish.wording"),
    ("steps.rank", "brp_signals.state.schools"),
    ("pipeline", "brp_signals.gateway.linking"),
    ("schedule.alerts", "flows.nightly"),
    ("publish.lists", "duckdb"),
    ("review.answers", "sqlite3"),
    ("upkeep.doctor", "prefect"),
    ("steps.validate", "great_expectations"),
]


def test_every_import_through_a_wall_is_named(copy: Path) -> None:
    for module, imported in THROUGH:
        path = copy / "src/brp_signals" / f"{module.replace('.', '/')}.py"
        path.write_text(f"{path.read_text(encoding='utf-8')}\nimport {imported}\n", encoding="utf-8")
    said = broken(copy)
    named = [f"brp_signals.{module} -> {imported} " for module, imported in THROUGH]
    assert [each for each in named if each not in said] == []
