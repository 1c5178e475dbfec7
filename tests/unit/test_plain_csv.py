"""The byte pass finds the same wherever its chunks happen to end, and NumPy does it without threads of its own."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from brp_signals.base.errors import DeliveryRefused
from brp_signals.delivery import plain_csv

#: A file, how many lines it holds, and whether DuckDB may read it as it lies. The longest line is set to 9 bytes.
FILES: dict[str, tuple[bytes, int, bool]] = {
    "lines of all lengths": (b"abc,d\n1\n12345678\nx,y\n", 4, True),
    "no line end at the end": (b"a,b\n1,2", 2, True),
    "a blank line": (b"a,b\n1,2\n\n3,4\n", 4, False),
    "a blank line at the end": (b"a,b\n1,2\n\n", 3, False),
    "a line that is too long": (b"a,b\n123456789\n3,4\n", 3, False),
    "a last line that is too long": (b"a,b\n1,2\n1234567890", 3, False),
    "a quote": (b'a,b\n1,"2"\n', 2, False),
    "a carriage return": (b"a,b\r\n1,2\n", 2, False),
    "characters of several bytes": ("é,€\n1,𝄞\n".encode(), 2, True),
}


@pytest.fixture(params=range(1, 24))
def chunk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read so many bytes at a time."""
    monkeypatch.setattr(plain_csv, "_CHUNK", request.param)
    monkeypatch.setattr(plain_csv, "LONGEST_CELL", 9)


@pytest.mark.usefixtures("chunk")
@pytest.mark.parametrize("name", FILES)
def test_what_a_file_is(name: str, tmp_path: Path) -> None:
    content, n_lines, is_plain = FILES[name]
    path = tmp_path / "persons.csv"
    path.write_bytes(content)
    assert plain_csv.survey(path) == plain_csv.Survey(hashlib.sha256(content).hexdigest(), n_lines, is_plain)


@pytest.mark.usefixtures("chunk")
@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"a,b\n1,2\n3,\0\n", "line 3: a null byte"), (b"a,b\n1,2\n3,\xe9\n", "line 3: not UTF-8")],
)
def test_where_a_file_is_damaged(content: bytes, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "persons.csv"
    path.write_bytes(content)
    with pytest.raises(DeliveryRefused, match=sentence):
        plain_csv.survey(path)


def test_no_thread_is_started_for_it() -> None:
    code = "import os, brp_signals.delivery.plain_csv; print(len(os.listdir('/proc/self/task')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"
