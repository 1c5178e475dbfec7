"""A named pipe, socket, device or folder where an ordinary file belongs is refused at once, wherever it is given."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from brp_signals.state.ledger import FILE
from tests.cli.office import OTHERS, PSEUDONYMISE, REGISTER, REVEAL, first_case
from tests.support.commands import command

pytestmark = pytest.mark.long

#: In place of a file of the command; X is the special file, CASE a number.
_OPENED = ("--key-map", "map.age", "--identity", "clerk.id")
_ROTATE = ("key", "rotate", "--recipient", "RECIPIENT", "--key-file")
_COMMANDS = {
    "run DELIVERY": ("run", "X"),
    "run --config": ("run", "earlier", "--config", "X"),
    "run --state": ("run", "earlier", "--state", "X"),
    "run --output": ("run", "earlier", "--output", "X"),
    "validate DELIVERY": ("validate", "X"),
    "validate --config": ("validate", "earlier", "--config", "X"),
    "validate --report": ("validate", "earlier", "--report", "X"),
    "pseudonymise --key-file": (*PSEUDONYMISE, *REGISTER, *OTHERS, "--key-file", "X", "--out", "made"),
    "pseudonymise --out": (*PSEUDONYMISE, *REGISTER, *OTHERS, "--key-file", "old.key", "--out", "X"),
    "pseudonymise --key-map": (*PSEUDONYMISE, *REGISTER, *OTHERS, "--key-file", "old.key", "--out", "made",
                               "--key-map", "X", "--recipient", "RECIPIENT"),
    **{
        f"pseudonymise {profile}": (*PSEUDONYMISE, *REGISTER[: 2 * (profile != "gbav")], "--source", f"{profile}=X",
                                    "--key-file", "old.key", "--out", "made")
        for profile in ("gbav", "lg01", "lo-json", "haal-centraal", "school-csv", "trace-csv", "edexml")
    },
    "profile check FILE": ("profile", "check", "X"),
    "profile check --profile": ("profile", "check", "schools.csv", "--profile", "x.toml"),
    "reveal LIST": (*REVEAL, "X", *_OPENED, "--out", "r.csv"),
    "reveal --key-map": (*REVEAL, "output/latest/signals.csv", "--key-map", "X", *_OPENED[2:], "--out", "r.csv"),
    "reveal --identity": (*REVEAL, "output/latest/signals.csv", *_OPENED[:2], "--identity", "X", "--out", "r.csv"),
    "reveal --out": (*REVEAL, "output/latest/signals.csv", *_OPENED, "--out", "X"),
    "reveal --audit-log": (*REVEAL, "output/latest/signals.csv", *_OPENED, "--out", "r.csv", "--audit-log", "X"),
    "audit verify": ("audit", "verify", "X"),
    "key new": ("key", "new", "X"),
    "key identity": ("key", "identity", "X"),
    "key rotate --key-file": (*_ROTATE, "X", "--new-key-file", "new.key", *_OPENED, "--out", "n.age"),
    "key rotate --new-key-file": (*_ROTATE, "old.key", "--new-key-file", "X", *_OPENED, "--out", "n.age"),
    "key rotate --out": (*_ROTATE, "old.key", "--new-key-file", "new.key", *_OPENED, "--out", "X"),
    "key rotate --state": (*_ROTATE, "old.key", "--new-key-file", "new.key", *_OPENED, "--out", "n.age",
                           "--state", "X"),
    "review import FILE": ("review", "import", "X"),
    "review import --state": ("review", "import", "decided.xlsx", "--state", "X"),
    "explain --state": ("explain", "CASE", "--state", "X"),
    "explain --identity": ("explain", "CASE", "--identity", "X"),
    "dossier --out": ("dossier", "CASE", "--out", "X"),
    "evaluate --report": ("evaluate", "--report", "X"),
    "evaluate --config": ("evaluate", "--config", "X"),
    "evaluate --groups": ("evaluate", "--groups", "X"),
    "evaluate --departures": ("evaluate", "--groups", "groups.csv", "--departures", "X"),
    "backtest DELIVERY": ("backtest", "X"),
    "backtest --config": ("backtest", "earlier", "--config", "X"),
    "backtest --report": ("backtest", "earlier", "--report", "X"),
    "backtest --csv": ("backtest", "earlier", "--csv", "X"),
    "weights --config": ("weights", "--config", "X"),
    "weights --groups": ("weights", "--groups", "X"),
    "weights --pool": ("weights", "--pool", "X"),
    "evaluate --share": ("evaluate", "--share", "X"),
    "purge --config": ("purge", "--config", "X"),
    "purge --state": ("purge", "--state", "X"),
    "undo --state": ("undo", "2026-06-15-0363", "--reason", "slip", "--state", "X"),
    "undo --output": ("undo", "2026-06-15-0363", "--reason", "slip", "--output", "X"),
    "sample OUT": ("sample", "X"),
    "doctor --config": ("doctor", "--config", "X"),
    "serve --inbox": ("serve", "--inbox", "X"),
    "serve --config": ("serve", "--inbox", "inbox", "--config", "X"),
}  # fmt: skip

#: What a command itself keeps and looks for.
_KEPT = {
    f"state/{FILE}": ("run", "earlier"),
    "state/run.lock": ("run", "earlier"),
    "state/learned_weights.json": ("run", "earlier"),
    "state/identity": ("run", "earlier"),
    "output/.owner": ("run", "earlier"),
    "delivery/manifest.json": ("run", "delivery"),
    "delivery/persons.parquet": ("run", "delivery"),
    "brp-signals.toml": ("evaluate", "--config", "brp-signals.toml"),
}


@pytest.fixture(scope="module")
def place(office: Path, furnished: tuple[Path, str]) -> tuple[Path, str]:
    """The folder and its recipient, with a pipe for X and one whose name says that it is a profile."""
    os.mkfifo(office / "X")
    os.mkfifo(office / "x.toml")
    (office / "inbox").mkdir()
    (office / "groups.csv").write_text("case_id,kind\n")
    return office, furnished[1]


@pytest.mark.parametrize("name", _COMMANDS)
def test_a_pipe_is_refused_at_once(name: str, place: tuple[Path, str]) -> None:
    folder, recipient = place
    said = {"CASE": first_case(folder), "RECIPIENT": recipient}
    done = command(*(said.get(word, word) for word in _COMMANDS[name]), cwd=folder, timeout_seconds=60)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert (folder / "X").is_fifo()


@pytest.mark.parametrize("name", _KEPT)
def test_a_pipe_among_our_own_files_is_refused_at_once(name: str, furnished: tuple[Path, str], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(furnished[0], tmp_path / "place", symlinks=True))
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    done = command(*_KEPT[name], cwd=folder, timeout_seconds=60)
    assert done.returncode in (2, 3, 5), done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.fixture
def special(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A special file; a device behind a link of our own, so that a command at fault replaces the link and no device."""
    if request.param.startswith("/dev/"):
        (tmp_path / "device").symlink_to(request.param)
        yield str(tmp_path / "device")
    elif request.param == "socket":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(tmp_path / "s"))
            yield str(tmp_path / "s")
    else:
        yield request.param


#: One command that reads meets everything, and one that writes; what others do differently a socket shows.
_ELSE = [
    *(("reveal LIST", special) for special in ("socket", "/dev/zero", "/dev/full", "/dev/null", ".")),
    *(("dossier --out", special) for special in ("socket", "/dev/zero", "/dev/full", "/dev/null", ".")),
    *((name, "socket") for name in ("run --config", "profile check FILE", "reveal --out", "evaluate --report")),
]


@pytest.mark.parametrize(("name", "special"), _ELSE, indirect=["special"])
def test_so_is_whatever_else_is_no_file(name: str, special: str, place: tuple[Path, str]) -> None:
    folder, _ = place
    said = {"CASE": first_case(folder), "X": special}
    done = command(*(said.get(word, word) for word in _COMMANDS[name]), cwd=folder, timeout_seconds=60)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1
