"""The commands of the desk: who may work there, and that it listens."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from brp_signals.base.config import load_configuration
from brp_signals.base.errors import UsageProblem
from brp_signals.desk.accounts import keep_user, user_with_password, users
from brp_signals.desk.database import Database
from brp_signals.gateway.way_back import audit
from tests.desk.office import Office

PASSWORD = "een lang wachtwoord"  # noqa: S105 -- of nobody


def ask(*words: str, cwd: Path, typed: str = "", code: int = 0) -> str:
    """Run one command of the desk; a failure says one sentence."""
    done = subprocess.run(
        [sys.executable, "-m", "brp_signals", "desk", *words], cwd=cwd, input=typed, capture_output=True, text=True
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def test_a_user_is_made_changed_listed_and_removed(tmp_path: Path) -> None:
    role = ("--role", "clerk", "--municipality", "0363")
    said = ask("user", "add", "A. Jansen", *role, cwd=tmp_path, typed=f"{PASSWORD}\n")
    assert PASSWORD not in said
    ask("user", "add", "A. Jansen", "--role", "steward", "--municipality", "0518", cwd=tmp_path, typed=f"{PASSWORD}\n")
    assert "A. Jansen  steward  0518" in ask("user", "list", cwd=tmp_path)
    assert not any(PASSWORD.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    ask("user", "add", "B", *role, cwd=tmp_path, typed=f"{PASSWORD}\n", code=2)
    ask("user", "add", "Bob Balie", *role, cwd=tmp_path, typed="kort\n", code=2)
    ask("user", "remove", "A. Jansen", cwd=tmp_path)
    ask("user", "remove", "A. Jansen", cwd=tmp_path, code=2)
    assert audit.verify(tmp_path / "state/desk-audit.jsonl")[0] >= 3


@pytest.mark.parametrize(
    ("name", "roles", "places", "password"),
    [
        ("=cmd()", ["clerk"], ["0363"], PASSWORD),
        ("123456782", ["clerk"], ["0363"], PASSWORD),
        ("Anna", ["koning"], ["0363"], PASSWORD),
        ("Anna", [], ["0363"], PASSWORD),
        ("Anna", ["clerk"], [], PASSWORD),
        ("Anna", ["clerk"], ["Amsterdam"], PASSWORD),
        ("Anna", ["clerk"], ["0363"], "te kort"),
        ("Anna", ["clerk"], ["0363"], "x" * 201),
    ],
)
def test_a_user_that_cannot_be_is_refused(
    tmp_path: Path, name: str, roles: list[str], places: list[str], password: str
) -> None:
    database = Database(tmp_path)
    with pytest.raises(UsageProblem):
        keep_user(database, name, roles, places, password)
    assert users(database) == []


def test_names_are_the_same_in_small_letters_and_passwords_are_not(tmp_path: Path) -> None:
    database = Database(tmp_path)
    keep_user(database, "Anna", ["clerk"], ["0363"], PASSWORD)
    keep_user(database, "anna", ["clerk"], ["0363"])
    assert len(users(database)) == 1
    assert user_with_password(database, "ANNA", PASSWORD)
    assert user_with_password(database, "Anna", PASSWORD.upper()) is None


def test_who_signs_in_elsewhere_has_no_password(tmp_path: Path) -> None:
    database = Database(tmp_path)
    keep_user(database, "Anna", ["clerk"], ["0363"], subject="https://issuer.example 1")
    for guess in ("", "nobody's password", PASSWORD):
        assert user_with_password(database, "Anna", guess) is None


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    from brp_signals.base.errors import InternalFailure

    Database(tmp_path).close()
    import sqlite3

    connection = sqlite3.connect(tmp_path / "desk.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(InternalFailure, match="newer version"):
        Database(tmp_path)


@pytest.mark.parametrize("words", [("serve",), ()])
def test_the_desk_listens_and_stops(office: Office, words: tuple[str, ...]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = ["--state", str(office.nights.state), "--lists", str(office.nights.output), "--port", str(port)]
    command = [sys.executable, "-m", "brp_signals", "desk", *words, *places]
    process = subprocess.Popen(command, cwd=office.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        status, headers = answer(port)
        assert status == 200
        assert "server" not in headers
    finally:
        os.kill(process.pid, signal.SIGTERM)
        said = process.communicate(timeout=20)[0]
    assert "S-" not in said and "Traceback" not in said


def answer(port: int) -> tuple[int, set[str]]:
    """What the desk says of its health, as soon as it listens."""
    for _ in range(120):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/gezond")
            found = connection.getresponse()
            return found.status, {name.lower() for name, _ in found.getheaders()}
        except ConnectionRefusedError:
            time.sleep(0.5)
        finally:
            connection.close()
    raise AssertionError("the desk does not listen")


def test_the_configuration_of_the_desk_changes_no_list(tmp_path: Path) -> None:
    config = tmp_path / "brp-signals.toml"
    config.write_text('[desk]\nblind = true\nfour_eyes = ["hit"]\nhosts = ["signalen.gemeente.example"]\n')
    loaded = load_configuration(config)
    assert loaded.desk.blind and loaded.desk.four_eyes == ("hit",)
    assert loaded.fingerprint == load_configuration(None).fingerprint
    config.write_text("[desk]\nblnd = true\n")
    with pytest.raises(UsageProblem, match="did you mean blind"):
        load_configuration(config)
