"""The pipeline works where the code that sees identities cannot be imported at all."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

SAMPLE = Path(__file__).parents[2] / "data/sample/2026-11-20-0363"
CODE = """
import sys
from pathlib import Path
sys.modules["brp_signals.gateway"] = None
from brp_signals import pipeline
delivery, work = Path(sys.argv[1]), Path(sys.argv[2])
pipeline.run(delivery, state=work / "state", output=work / "output")
"""


def test_a_night_without_the_gateway(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", CODE, SAMPLE, tmp_path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "output/latest/signals.csv").exists()
