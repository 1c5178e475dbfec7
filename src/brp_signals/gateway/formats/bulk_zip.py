"""The zip in which messages of the register travel in bulk ("alternatieve media"), checked before it is used.

It holds `am-metadata.json` (version, number of messages, SHA-256 of the messages) and `berichtregels.jsonl` (one
message a line), and nothing else. Facts from the public schemas 2025Q3 to 2027Q1 of the BRP Berichten API.
"""

import errno
import hashlib
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, Final

from brp_signals.base.errors import DeliveryRefused
from brp_signals.base.private_files import open_ordinary

_METADATA: Final = "am-metadata.json"
_MESSAGES: Final = "berichtregels.jsonl"
#: Versions of the schemas, year and quarter (`YYYYQ`), whose lines this reader knows.
_KNOWN_VERSIONS: Final = ("20253", "20262", "20264", "20271")
_SHA256 = re.compile(r"[0-9A-Fa-f]{64}", re.ASCII)
_MAGIC: Final = b"PK"
_LARGEST_METADATA: Final = 1 << 16
#: Text of messages packs some tens of times smaller. A file that packs better than this, and is large enough to harm,
#: is no such text.
_HIGHEST_RATIO: Final = 200
_HARMLESS_SIZE: Final = 10 << 20
_CHUNK: Final = 1 << 20
#: Everything that the zip library raises on damage; which error depends on the damage that it meets first.
_UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError)
_USUAL_COMPRESSION: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def is_zip(path: Path) -> bool:
    """Whether the file begins like a zip."""
    with open_ordinary(path) as stream:
        return stream.read(len(_MAGIC)) == _MAGIC


class UnpackedStream:
    """The bytes of one file in a zip. Raises DeliveryRefused for damage that shows while unpacking."""

    def __init__(self, file: str, stream: IO[bytes]) -> None:
        self._file, self._stream = file, stream

    def read(self, most: int) -> bytes:
        """Return at most so many bytes; none at the end."""
        with _refusing_damage(self._file):
            return self._stream.read(most)

    def readline(self, most: int) -> bytes:
        """Return the next line, or at most so many bytes of it; none at the end."""
        with _refusing_damage(self._file):
            return self._stream.readline(most)


@contextmanager
def open_messages(path: Path) -> Iterator[UnpackedStream]:
    """Open the messages of the zip at `path`. Raises DeliveryRefused when it cannot be unpacked."""
    with ExitStack() as stack:
        with _refusing_damage(path.name):
            archive = stack.enter_context(zipfile.ZipFile(path))
            stream = stack.enter_context(archive.open(_MESSAGES))
        yield UnpackedStream(path.name, stream)


@contextmanager
def _refusing_damage(file: str) -> Iterator[None]:
    damage = DeliveryRefused(f"{file} is damaged and cannot be unpacked; have it sent again.")
    try:
        yield
    except _UNREADABLE:
        raise damage from None
    except OSError as problem:
        if problem.errno != errno.EINVAL:  # the disk is to blame
            raise
        raise damage from None  # the directory of the zip points to a place before the file begins


def check(path: Path) -> None:
    """Raise DeliveryRefused unless names, sizes, version, checksum and number of messages are what the zip says."""
    file = path.name
    with _refusing_damage(file), zipfile.ZipFile(path) as archive:
        _check_entries(file, archive.infolist())
        version, expected, checksum = _metadata(file, archive)
    if version not in _KNOWN_VERSIONS:
        raise DeliveryRefused(
            f"{file}: {_METADATA} names a version that this tool does not know (it knows"
            f" {', '.join(_KNOWN_VERSIONS)}); ask for one of these."
        )
    found, actual = _count_and_checksum(path)
    if actual != checksum.lower():
        raise DeliveryRefused(f"{file}: the checksum of {_MESSAGES} is not the one of {_METADATA}; have it sent again.")
    if found != expected:
        raise DeliveryRefused(
            f"{file}: {_MESSAGES} holds {found} messages and {_METADATA} says {expected}; have it sent again."
        )


def _check_entries(file: str, entries: list[zipfile.ZipInfo]) -> None:
    if sorted(entry.filename for entry in entries) != sorted((_METADATA, _MESSAGES)):
        raise DeliveryRefused(f"{file} must hold {_METADATA} and {_MESSAGES} and nothing else; have it sent again.")
    for entry in entries:
        if entry.flag_bits & 1:
            raise DeliveryRefused(f"{file}: {entry.filename} is locked with a password; have it sent without one.")
        if entry.compress_type not in _USUAL_COMPRESSION:
            raise DeliveryRefused(f"{file}: {entry.filename} is packed in an unusual way; have it sent as a plain zip.")
        if entry.file_size > max(_HARMLESS_SIZE, _HIGHEST_RATIO * entry.compress_size):
            raise DeliveryRefused(
                f"{file}: {entry.filename} would unpack to more than {_HIGHEST_RATIO} times its size, which is not"
                " text of messages; ask the sender what it is."
            )


def _metadata(file: str, archive: zipfile.ZipFile) -> tuple[str, int, str]:
    """Version, number of messages and checksum."""
    with archive.open(_METADATA) as stream:
        content = stream.read(_LARGEST_METADATA + 1)
    try:
        if len(content) > _LARGEST_METADATA:
            raise ValueError("too large")
        data: Any = json.loads(content)
        version, expected, checksum = str(data["versie"]), data["aantalBerichten"], data["checksum-sha256"]
        if type(expected) is not int or not _SHA256.fullmatch(checksum):
            raise ValueError("not the types of the schema")
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DeliveryRefused(
            f"{file}: {_METADATA} does not give versie, aantalBerichten and checksum-sha256; have it sent again."
        ) from None
    return version, expected, checksum


def _count_and_checksum(path: Path) -> tuple[int, str]:
    """Number of lines with a message, and the checksum in hex."""
    digest = hashlib.sha256()
    lines = 0
    is_inside = False
    with open_messages(path) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            first, *others = chunk.split(b"\n")
            is_inside = is_inside or bool(first.strip())
            for part in others:
                lines += is_inside
                is_inside = bool(part.strip())
    return lines + is_inside, digest.hexdigest()
