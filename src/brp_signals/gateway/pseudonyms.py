"""Keyed pseudonyms: one number, one key, one pseudonym, and no way back without the key.

A pseudonym is the first 128 bits of HMAC-SHA-256 (RFC 2104, FIPS 180-4) over the number, as 32 lower-case
hex digits. Each number space has a subkey of its own, derived with HKDF-SHA-256 (RFC 5869), so that a BSN and
an education number of the same digits never meet. Key and subkeys are used as text, which the vectorised
implementation can do too.

A Polars expression that hashes carries the subkey in its arguments: none is ever logged, kept or serialised.
"""

import hmac
import os
import re
import stat
from enum import Enum
from pathlib import Path
from typing import Final

import polars
import polars_hash

from brp_signals.base.errors import UsageProblem
from brp_signals.base.private_files import open_ordinary
from brp_signals.base.reason_text import looks_like_number

#: Salt and purposes of the derivation; whoever changes one changes every pseudonym.
_SALT: Final = b"brp-signals"
_PSEUDONYM: Final = b"pseudonym/2/"
_KEY_ID: Final = b"key-id/2"
_KEY = re.compile(r"([0-9A-Fa-f]{2}){32,1024}", re.ASCII)
_READABLE_BY_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_LARGEST_KEY_FILE: Final = 4096
_PSEUDONYM_LENGTH: Final = 32


class Space(Enum):
    """The number spaces; the value is part of the subkey's derivation and never changes."""

    BSN = "bsn"
    A_NUMBER = "a-number"
    ADDRESS = "address"
    EDUCATION_NUMBER = "education-number"


class Pseudonymiser:
    """Turns numbers into pseudonyms under one key, one at a time or a column at once."""

    def __init__(self, key: str) -> None:
        self._subkeys = {space: hkdf(key.encode(), _SALT, _PSEUDONYM + space.value.encode()).hex() for space in Space}
        name = hkdf(key.encode(), _SALT, _KEY_ID).hex()[:8]
        self.key_id = f"k{name}" if looks_like_number(name) else name
        """Identifies the key in a manifest without revealing anything of it; it never looks like a person's number."""

    def __repr__(self) -> str:
        return f"Pseudonymiser(key_id={self.key_id!r})"

    def pseudonym(self, space: Space, number: str) -> str:
        """The pseudonym of `number` in `space`."""
        return hmac.digest(self._subkeys[space].encode(), number.encode(), "sha256").hex()[:_PSEUDONYM_LENGTH]

    def pseudonyms(self, space: Space, numbers: polars.Series) -> polars.Series:
        """The pseudonyms of a column of numbers in `space`; null where there is no number (null or empty)."""
        column = polars_hash.col(numbers.name)
        hashed = column.chash.hmac_sha256(key=self._subkeys[space]).str.head(_PSEUDONYM_LENGTH)
        made: polars.Series = (
            numbers.to_frame().select(polars.when(polars.col(numbers.name) != "").then(hashed)).to_series()
        )
        return made.alias(numbers.name)


def hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    """32 bytes derived from `key` for the purpose `info`: HKDF-SHA-256 (RFC 5869), whose first block is enough."""
    extracted = hmac.digest(salt, key, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def read_key(path: Path) -> Pseudonymiser:
    """The pseudonymiser of a key file: at least 64 hex characters, readable by its owner alone.

    Raises UsageProblem, without any of the key in it, when the file is not such a file.
    """
    try:
        with open_ordinary(path) as stream:
            mode = os.fstat(stream.fileno()).st_mode
            content = stream.read(_LARGEST_KEY_FILE + 1)
    except FileNotFoundError:
        raise UsageProblem(f"The key file {path} does not exist; make one with 32 random bytes as hex.") from None
    except OSError as problem:
        raise UsageProblem(f"The key file {path} cannot be read ({problem.strerror}).") from None
    if stat.S_IMODE(mode) & _READABLE_BY_OTHERS:
        raise UsageProblem(f"The key file {path} is open to others than its owner; run chmod 600 on it.")
    text = content.decode("ascii", errors="replace").strip()
    if not _KEY.fullmatch(text):
        raise UsageProblem(
            f"The key file {path} does not hold a key: it needs 64 hex characters (32 random bytes) or more."
        )
    return Pseudonymiser(text)
