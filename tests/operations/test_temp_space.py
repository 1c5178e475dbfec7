"""What a run needs beside memory: where it spills, a disk that is full is one sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

#: Sorts far more than fits in memory, where no file may grow beyond a megabyte: a disk that is full.
SPILL = """
import resource, sys
from pathlib import Path
from brp_signals.base.errors import InternalFailure
from brp_signals.base.warehouse import Warehouse
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
with Warehouse(Path(sys.argv[1]), memory_limit=sys.argv[2], threads=1) as warehouse:
    try:
        warehouse.execute(
            "CREATE TABLE large AS SELECT hash(i) AS h, repeat('x', 100) || i AS t FROM range(600000) AS r(i) "
            "ORDER BY h",
            "a large table",
        )
    except InternalFailure as problem:
        print(problem)
"""


def _spilt(folder: Path, memory: str) -> str:
    program = folder / "spill.py"
    program.write_text(SPILL, encoding="utf-8")
    done = subprocess.run([sys.executable, str(program), str(folder), memory], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_full_disk_is_told_with_what_to_do(tmp_path: Path) -> None:
    said = _spilt(tmp_path, "40MB")
    assert said.count("\n") == 1
    assert "a large table" in said
    assert "disk space" in said
    assert str(tmp_path) not in said


def test_what_fits_in_memory_needs_no_disk(tmp_path: Path) -> None:
    """Otherwise the refusal above could be for another reason."""
    assert _spilt(tmp_path, "1GB") == ""
