"""Outcome and output are apart: what becomes of stdout and stderr changes no exit code of work that is done."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from brp_signals.state.ledger import FILE
from tests.cli.office import DAY, OTHERS, PSEUDONYMISE, REGISTER, REVEAL, first_case
from tests.support.commands import command

pytestmark = pytest.mark.long

#: Commands that do something, with the file that shows that it is done.
_WORK = {
    "run": (("run", "earlier", "--output", "again", "--state", "again-state", "--json"), "again/latest/run.json"),
    "pseudonymise": (
        (*PSEUDONYMISE, *REGISTER, *OTHERS, "--key-file", "old.key", "--out", "made", "--json"),
        "made/manifest.json",
    ),
    "validate": (("validate", "delivery", "--report", "report.html", "--json"), "report.html"),
    "review": (("review", "import", "decided.xlsx", "--json"), f"state/{FILE}"),
    "reveal": (
        (*REVEAL, "output/latest/signals.csv", "--key-map", "map.age", "--identity", "clerk.id", "--out", "r.csv"),
        "r.csv",
    ),
    "dossier": (("dossier", "CASE", "--out", "case.html"), "case.html"),
    "evaluate": (("evaluate", "--json"), "evaluate.html"),
    "backtest": (("backtest", "earlier", "--months", "1", "--json"), "backtest.csv"),
    "purge": (("purge", "--json"), f"state/{FILE}"),
    "undo": (("undo", f"{DAY}-0363", "--reason", "verkeerde dag"), f"state/{FILE}"),
    "sample": (("sample", "town", "--persons", "200"), "town/manifest.json"),
    "key new": (("key", "new", "third.key"), "third.key"),
    "key identity": (("key", "identity", "third.id"), "third.id"),
    "audit verify": (("audit", "verify", "reveal-audit.jsonl"), "reveal-audit.jsonl"),
    "weights --default": (("weights", "--default"), f"state/{FILE}"),
}

#: Commands that answer and do nothing else.
_ANSWERS = {
    "explain": ("explain", "CASE"),
    "review who": ("review", "who", "CASE"),
    "rules": ("rules",),
    "rule": ("rules", "L-01"),
    "rules as JSON": ("rules", "--json"),
    "weights": ("weights",),
    "profile list": ("profile", "list"),
    "profile check": ("profile", "check", "schools.csv"),
    "source check": ("source", "check", "gbav=register.csv"),
}


@pytest.fixture
def place(office: Path, tmp_path: Path) -> Path:
    shutil.copytree(office, tmp_path / "place", symlinks=True)
    return tmp_path / "place"


def _asked(words: tuple[str, ...], place: Path) -> Iterator[str]:
    return (first_case(place) if word == "CASE" else word for word in words)


def _other_streams(*names: str) -> list[tuple[str, str]]:
    """Streams are made patient before any command begins: what all do on full ones, some do on the other kinds."""
    return [(name, streams) for name in names for streams in ("closed", "broken")]


@pytest.mark.parametrize(
    ("name", "streams"), [*((name, "full") for name in _WORK), *_other_streams("run", "evaluate", "key new")]
)
def test_work_that_is_done_ends_in_0(name: str, streams: str, place: Path) -> None:
    words, shows = _WORK[name]
    done = command(*_asked(words, place), cwd=place, streams=streams)
    assert done.returncode == 0
    assert (place / shows).stat().st_size


def test_a_result_that_could_not_be_printed_is_told(place: Path) -> None:
    done = command(*_WORK["evaluate"][0], cwd=place, streams="full stdout", BRP_SIGNALS_LANG="en")
    assert done.returncode == 0
    assert done.stderr.splitlines()[1:] == [
        "The result could not be printed (No space left on device); what the command did stands."
    ]


@pytest.mark.parametrize("name", _ANSWERS)
def test_an_answer_that_did_not_come_out_is_a_failure(name: str, place: Path) -> None:
    words = tuple(_asked(_ANSWERS[name], place))
    done = command(*words, cwd=place, streams="full stdout", BRP_SIGNALS_LANG="en")
    assert done.returncode == 5
    (said,) = done.stderr.splitlines()
    assert said.startswith("The answer could not be printed whole (No space left on device)")


@pytest.mark.parametrize("name", ["explain", "rules"])
def test_it_is_a_failure_too_where_that_cannot_be_said(name: str, place: Path) -> None:
    assert command(*_asked(_ANSWERS[name], place), cwd=place, streams="full").returncode == 5


@pytest.mark.parametrize(("name", "streams"), _other_streams("explain", "rules", "profile check"))
def test_who_does_not_want_the_answer_gets_no_failure(name: str, streams: str, place: Path) -> None:
    assert command(*_asked(_ANSWERS[name], place), cwd=place, streams=streams).returncode == 0


@pytest.mark.parametrize("streams", ["closed", "full", "broken"])
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nonsense",), 2),
        (("run", "nowhere"), 2),
        (("explain", "S-AAAA-AAAA"), 2),
        (("--debug", "run", "nowhere"), 2),
        (("--help",), 0),
    ],
)
def test_a_failure_keeps_its_code(words: tuple[str, ...], code: int, streams: str, tmp_path: Path) -> None:
    assert command(*words, cwd=tmp_path, streams=streams).returncode == code


def test_nothing_is_written_into_the_file_that_takes_a_closed_number(tmp_path: Path) -> None:
    """The ledger would get number 2, and a library that writes there would write into it."""
    program = (
        "import os; os.close(2); os.close(1); from brp_signals.base import streams; streams.make_patient();"
        "n = os.open('ledger', os.O_CREAT | os.O_RDWR); os.write(2, b'words'); os.write(1, b'words'); assert n > 2"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=False)
    assert (done.returncode, (tmp_path / "ledger").read_bytes()) == (0, b"")


def test_a_name_that_is_not_utf_8_can_be_said(tmp_path: Path) -> None:
    done = command("run", "nu\udcff", cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
