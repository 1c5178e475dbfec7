"""The key map: an encrypted map from pseudonym to A-number and BSN, made for the municipality alone.

A key map is an age file in one or two parts: `MAP` for ordinary persons, `MAP.sealed` for persons under a secrecy
indication, encrypted for other recipients. Inside is one line of JSON (schema, part, key_id, delivery_id,
reference_date) and then 25 bytes a person: the pseudonym (16), the A-number (5) and the BSN (4), big-endian integers, 0
for a number that the person lacks. Rows are gathered in memory (about 80 MB for the country), so that no plain map ever
touches the disk.
"""

import io
import json
import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

import pyrage

from brp_signals.base.errors import UsageProblem
from brp_signals.base.private_files import open_ordinary, refuse_special, replace_private
from brp_signals.base.sealing import Identities, Recipients, unseal

SCHEMA: Final = "brp-signals/key-map/1"
_ROW: Final = struct.Struct(">16sBII")  # an A-number has ten digits and needs five bytes: one and four


class MappedPerson(NamedTuple):
    """One person of a key map; a number that the person lacks is empty."""

    person_id: str
    a_number: str
    bsn: str


@dataclass(frozen=True, slots=True)
class MapHeader:
    """What a key map says about itself."""

    key_id: str
    delivery_id: str
    reference_date: str


class KeyMapWriter:
    """Takes persons and writes both parts when it is closed; without `close` nothing is written.

    Without sealed recipients no confidential person is taken: such a person is counted in `left_out`.
    """

    def __init__(
        self, path: Path, header: MapHeader, recipients: Recipients, sealed_recipients: Recipients = ()
    ) -> None:
        self._ordinary = _Part(path, "ordinary", header, recipients)
        self._sealed = _Part(sealed_part(path), "sealed", header, sealed_recipients) if sealed_recipients else None
        self.left_out = 0

    @property
    def ordinary(self) -> int:
        """How many persons the ordinary part holds."""
        return self._ordinary.persons

    @property
    def sealed(self) -> int:
        """How many persons the sealed part holds."""
        return self._sealed.persons if self._sealed else 0

    def add(self, person_id: str, a_number: str, bsn: str, is_confidential: bool) -> None:
        """Take one person; `a_number` and `bsn` may be empty."""
        part = self._sealed if is_confidential else self._ordinary
        if part:
            part.add(person_id, a_number, bsn)
        else:
            self.left_out += 1

    def sentences(self) -> Iterator[str]:
        """What the map holds, in lines for people."""
        yield f"Key map: {self.ordinary} persons, and {self.sealed} in the sealed part"
        if self.left_out:
            yield f"{self.left_out} × person under a secrecy indication in no key map, for want of --sealed-recipient"

    def as_dict(self) -> dict[str, int]:
        """What the map holds, for machines."""
        return {"ordinary": self.ordinary, "sealed": self.sealed, "left_out": self.left_out}

    def close(self) -> None:
        """Write the sealed part and then the ordinary one, each at once, readable by their owner alone."""
        if self._sealed:
            self._sealed.write()
        self._ordinary.write()


@dataclass(frozen=True, slots=True)
class KeyMapPlace:
    """Where a key map goes and who will be able to read it; checked before any source is read."""

    path: Path
    recipients: Recipients
    sealed_recipients: Recipients = ()

    def check(self, delivery: Path) -> None:
        """Raise UsageProblem for a place where a key map of `delivery` may not or cannot be."""
        if not self.recipients:
            raise UsageProblem("A key map is encrypted: add --recipient with the public key of who may read it.")
        if delivery.resolve() in self.path.resolve().parents:
            raise UsageProblem("The key map must not be in the delivery, which goes to others; choose another place.")
        if not self.path.parent.is_dir():
            raise UsageProblem(f"The key map {self.path} cannot be written there; make the folder or choose another.")
        for part in (self.path, sealed_part(self.path)):
            refuse_special(part)
        if sealed_part(self.path).exists() and not self.sealed_recipients:
            raise UsageProblem(
                f"{sealed_part(self.path)} exists and would no longer fit the new key map; add --sealed-recipient."
            )

    def writer(self, key_id: str, delivery_id: str, reference_date: date) -> KeyMapWriter:
        """The writer of this map."""
        header = MapHeader(key_id, delivery_id, reference_date.isoformat())
        return KeyMapWriter(self.path, header, self.recipients, self.sealed_recipients)


class KeyMap:
    """One part of a key map, open: iterate over its persons, or find some."""

    def __init__(self, header: MapHeader, rows: memoryview) -> None:
        self.header = header
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows) // _ROW.size

    def __iter__(self) -> Iterator[MappedPerson]:
        for row in _ROW.iter_unpack(self._rows):
            yield _person(row)

    def find(self, person_ids: Collection[str]) -> dict[str, MappedPerson]:
        """Those of `person_ids` that are in the map."""
        wanted = {bytes.fromhex(person_id) for person_id in person_ids}
        return {row[0].hex(): _person(row) for row in _ROW.iter_unpack(self._rows) if row[0] in wanted}


def read_key_map(path: Path, identities: Identities) -> KeyMap:
    """One part of a key map, decrypted in memory.

    Raises UsageProblem when it cannot be read, is no key map, or is encrypted for somebody else.
    """
    try:
        with open_ordinary(path) as stream:
            content = stream.read()
    except OSError as problem:
        raise UsageProblem(f"The key map {path} cannot be read ({problem.strerror}).") from None
    plain = unseal(content, identities, f"The key map {path}")
    line, _, _ = plain[:4096].partition(b"\n")
    try:
        values = json.loads(line)
        if values.pop("schema") != SCHEMA or values.pop("part") not in ("ordinary", "sealed"):
            raise ValueError
        header, rows = MapHeader(**values), memoryview(plain)[len(line) + 1 :]
        if len(rows) % _ROW.size:
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError):
        raise UsageProblem(f"{path} is no key map of this version; give the file that pseudonymise wrote.") from None
    return KeyMap(header, rows)


def sealed_part(path: Path) -> Path:
    """Return the path of the sealed part of the key map `path`."""
    return path.with_name(f"{path.name}.sealed")


class _Part:
    def __init__(self, path: Path, name: str, header: MapHeader, recipients: Recipients) -> None:
        self._path, self._recipients = path, recipients
        self.persons = 0
        self._plain = io.BytesIO()
        values = {"schema": SCHEMA, "part": name, **{field: getattr(header, field) for field in header.__slots__}}
        self._plain.write(json.dumps(values).encode() + b"\n")

    def add(self, person_id: str, a_number: str, bsn: str) -> None:
        high, low = divmod(int(a_number or 0), 1 << 32)
        self._plain.write(_ROW.pack(bytes.fromhex(person_id), high, low, int(bsn or 0)))
        self.persons += 1

    def write(self) -> None:
        self._plain.seek(0)
        replace_private(self._path, lambda stream: pyrage.encrypt_io(self._plain, stream, list(self._recipients)))


def _person(row: tuple[bytes, int, int, int]) -> MappedPerson:
    person_id, high, low, bsn = row
    a_number = (high << 32) + low
    return MappedPerson(person_id.hex(), f"{a_number:010d}" if a_number else "", f"{bsn:09d}" if bsn else "")
