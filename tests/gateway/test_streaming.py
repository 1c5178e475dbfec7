"""Underway: what the temporary database holds, what an end leaves behind, who goes into the key map. Synthetic."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from brp_signals.gateway import pseudonymised_batches
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats.records import Numbers, Person
from brp_signals.gateway.way_back import mapped_persons
from tests.gateway.memory_readers import MemoryReader, enrolment, person, residence, serve
from tests.gateway.rubric import Workshop, a_number, bsn, who

pytestmark = pytest.mark.long

_FAMILY = {
    "earlier": (Numbers(a_number(5), bsn(5)),),
    "parents": (Numbers(a_number(6), bsn(6)), Numbers("", bsn(7))),
    "children": (Numbers(a_number(8), bsn(8)),),
}


class _Stopped(Exception):
    """The reader stops half-way."""


class _StoppingReader(MemoryReader):
    """Looks into the folder beside the delivery when its last record is read, then stops."""

    held = b""

    def persons(self, findings: Findings) -> Iterator[Person]:
        yield from self.records
        (hidden,) = (path for path in Path(self.file).parent.iterdir() if path.name.startswith(".delivery-"))
        assert hidden.stat().st_mode & 0o077 == 0
        assert (hidden / "work").stat().st_mode & 0o077 == 0
        self.held = b"".join(path.read_bytes() for path in hidden.rglob("*") if path.is_file())
        raise _Stopped


def test_no_number_lies_on_disk_while_a_register_is_read(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pseudonymised_batches, "ROWS_AT_ONCE", 2)
    persons = [person(line, Numbers(a_number(1), bsn(1)), **_FAMILY) for line in range(40)]
    reader = _StoppingReader("register", persons, str(workshop.folder / "register"))
    sources = serve(monkeypatch, gbav=reader, school_csv=MemoryReader("enrolments", [enrolment(1, bsn(9))], "school"))
    with pytest.raises(_Stopped):
        workshop.deliver(*sources)
    pseudonym = bytes.fromhex(_id(workshop, 1))
    assert len(reader.held) > 4096 and (pseudonym[1:8] in reader.held or pseudonym[::-1][:7] in reader.held)
    for serial in range(1, 10):
        for number in (a_number(serial), bsn(serial)):
            assert number.encode() not in reader.held
            assert int(number).to_bytes(8, "little") not in reader.held
    assert b"0363010000000001" not in reader.held
    assert not [path for path in workshop.folder.iterdir() if "delivery" in path.name]


def _id(workshop: Workshop, serial: int) -> str:
    from brp_signals.gateway.pseudonyms import Space, read_key

    return read_key(workshop.key_file).pseudonym(Space.BSN, bsn(serial))


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_an_ended_command_leaves_nothing(workshop: Workshop, ending: signal.Signals) -> None:
    """The register is so long that the command is surely in the middle of it."""
    _, register = workshop.register([who(1)])
    header, *lines = register.read_bytes().splitlines(keepends=True)
    register.write_bytes(header + b"".join(lines) * (30_000_000 // len(b"".join(lines))))
    _, school = workshop.school()
    command = [sys.executable, "-m", "brp_signals", "pseudonymise", "--source", f"school-csv={school}"]
    command += ["--source", f"gbav={register}", "--key-file", str(workshop.key_file), "--out", "made"]
    before = set(workshop.folder.iterdir())
    child = subprocess.Popen(
        command,
        cwd=workshop.folder,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a test in the background ignores it
    )
    while not [path for path in workshop.folder.iterdir() if path.name.startswith(".made.")]:
        assert child.poll() is None
        time.sleep(0.01)
    child.send_signal(ending)
    _, said = child.communicate(timeout=60)
    assert child.returncode == 130, said
    assert said.strip() == "Stopped; nothing was published."
    assert set(workshop.folder.iterdir()) == before


class _KeyMap:
    """A key map in memory, its own place and writer."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str, str, bool]] = []
        self.is_closed = False

    def check(self, _: Path) -> None:
        """Every place is good."""

    def writer(self, *_: object) -> "_KeyMap":
        return self

    def add(self, *entry: Any) -> None:
        assert not self.is_closed
        self.entries.append(entry)

    def close(self) -> None:
        self.is_closed = True


def test_the_key_map_gets_children_and_who_left_lately(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    zero = "0000000012"
    persons = [
        person(2, Numbers(a_number(1), bsn(1)), birth_date="19800101"),
        person(3, Numbers(zero, bsn(2))),
        person(4, Numbers(a_number(3), ""), birth_date="19800101", residences=(residence(4, 0, "20230615"),)),
        person(5, Numbers(zero, bsn(2))),  # a second list
        person(6, Numbers(a_number(4), bsn(4))),
        person(7, Numbers(a_number(5), bsn(4))),
        person(8, Numbers("", "")),
        person(9, Numbers("", bsn(6)), is_confidential=True),
    ]
    key_map = _KeyMap()
    sources = serve(
        monkeypatch,
        gbav=MemoryReader("register", persons),
        school_csv=MemoryReader("enrolments", [enrolment(1, bsn(9))], "school"),
    )
    made = workshop.deliver(*sources, key_map=key_map)
    assert key_map.entries == [
        (made.bsn_id(2), zero, bsn(2), False),
        (made.a_number_id(3), a_number(3), "", False),
        (made.a_number_id(4), a_number(4), bsn(4), False),
        (made.a_number_id(5), a_number(5), bsn(4), False),
        (made.bsn_id(6), "", bsn(6), True),
    ]
    assert key_map.is_closed


def test_a_delivery_that_fails_closes_no_key_map(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    key_map = _KeyMap()
    reader = _StoppingReader("register", [person(2, Numbers(a_number(1), bsn(1)))], str(workshop.folder / "register"))
    sources = serve(monkeypatch, gbav=reader, school_csv=MemoryReader("enrolments", [enrolment(1, bsn(9))], "school"))
    with pytest.raises(_Stopped):
        workshop.deliver(*sources, key_map=key_map)
    assert not key_map.is_closed


@pytest.mark.parametrize(
    ("birth_date", "departure_date", "belongs"),
    [
        ("20220615", "", True),  # four today
        ("20220616", "", False),
        ("20060616", "", True),  # nineteen for one more day
        ("20060615", "", False),
        ("20220000", "", True),
        ("20060600", "", True),
        ("00000000", "", True),
        ("20060230", "", False),
        ("19800101", "20230615", True),
        ("19800101", "20230614", False),
        ("19800101", "20230600", True),
        ("19800101", "20260616", False),
        ("19800101", "00000000", True),
    ],
)
def test_who_belongs_in_the_key_map(birth_date: str, departure_date: str, belongs: bool) -> None:
    mapped = mapped_persons.MappedPersons(date(2026, 6, 15))
    one = person(2, Numbers(), birth_date=birth_date, residences=(residence(2, 0, departure_date),))
    assert mapped.belongs(one) is belongs
