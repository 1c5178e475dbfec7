"""Breaks guardrails on purpose in a copy of the checkout, and sees whether the test named for each notices."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.guardrails.declared import Break

ROOT: Final = Path(__file__).parents[2]
_COPIED: Final = ("src", "sql", "expectations", "flows", "tests", "data", "docs")
_FILES: Final = ("pyproject.toml", "requirements.lock")
_SECONDS: Final = 900
_SOME_TEST_FAILED: Final = 1


@dataclass(frozen=True)
class Verdict:
    """What came of one break: noticed, or why not."""

    broken: Break
    is_noticed: bool
    told: str


def broken_text(broken: Break, root: Path = ROOT) -> str:
    """The file of a break with the change made; raises ValueError when the place is not there exactly once."""
    text = (root / broken.file).read_text(encoding="utf-8")
    if text.count(broken.old) != 1:
        raise ValueError(f"{broken.file} holds {text.count(broken.old)} times what this break changes: {broken.old!r}")
    return text.replace(broken.old, broken.new)


def copy_checkout(folder: Path) -> Path:
    """A copy of what tests need, to be broken."""
    for name in _COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _FILES:
        shutil.copy(ROOT / name, folder / name)
    return folder


def run_tests(copy: Path, tests: Iterable[str]) -> subprocess.CompletedProcess[str]:
    """Run tests of the copy, on the code of the copy."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-rf", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist", *tests],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def judge(broken: Break, copy: Path) -> Verdict:
    """Make one change in the copy, run the test that must notice, and put the file back.

    A test that cannot even begin has noticed nothing: only one that fails counts.
    """
    file = copy / broken.file
    text = file.read_text(encoding="utf-8")
    file.write_text(broken_text(broken, copy), encoding="utf-8")
    try:
        done = run_tests(copy, [broken.test])
    finally:
        file.write_text(text, encoding="utf-8")
    is_noticed = done.returncode == _SOME_TEST_FAILED and f"FAILED {broken.test}" in done.stdout
    return Verdict(broken, is_noticed, "" if is_noticed else done.stdout[-600:] + done.stderr[-600:])
