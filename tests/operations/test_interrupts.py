"""A person who stops a command while its libraries load gets the ordinary end, not an abort."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

#: The signal arrives in the middle of the import: whoever looks for this module sends it.
_STOPPED_WHILE_LOADING = """
import os, signal, sys
from pathlib import Path

class Stopping:
    def find_spec(self, name, path=None, target=None):
        if name == "_duckdb":
            os.kill(os.getpid(), signal.{ending})

signal.signal(signal.{ending}, signal.default_int_handler)
sys.meta_path.insert(0, Stopping())
from brp_signals.base.warehouse import Warehouse
try:
    Warehouse(Path({folder!r}))
except KeyboardInterrupt:
    print("stopped", "with" if "duckdb" in sys.modules else "without", "its library")
"""


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_while_the_database_loads_comes_after_it(tmp_path: Path, ending: signal.Signals) -> None:
    program = _STOPPED_WHILE_LOADING.format(ending=ending.name, folder=str(tmp_path))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "stopped with its library", "")
