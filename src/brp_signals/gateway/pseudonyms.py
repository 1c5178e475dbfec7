"""Keyed pseudonyms: one number, one key, one pseudonym, and no way back without the key.

A pseudonym is the first 128 bits of HMAC-SHA-256 (RFC 2104, FIPS 180-4) over the number, as 32 lower-case
hex digits. Each number space has a subkey of its own, so that a BSN and an education number of the same
digits never meet. Key and subkeys are used as text, which every vectorised implementation can do too.
"""

import hashlib
import hmac
import os
import re
import stat
from enum import Enum
from pathlib import Path
from typing import Final

from brp_signals.errors import UsageProblem

_LABEL: Final = "brp-signals/pseudonym/1/"
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
    """Turns numbers into pseudonyms under one key."""

    def __init__(self, key: str) -> None:
        self._subkeys = {space: _hmac(key, _LABEL + space.value).hex().encode() for space in Space}
        self.key_id = _hmac(key, "brp-signals/key-id/1").hex()[:8]
        """Names the key in a manifest without telling anything about it."""

    def __repr__(self) -> str:
        return f"Pseudonymiser(key_id={self.key_id!r})"

    def pseudonym(self, space: Space, number: str) -> str:
        """The pseudonym of `number` in `space`."""
        return hmac.digest(self._subkeys[space], number.encode(), "sha256").hex()[:_PSEUDONYM_LENGTH]


def read_key(path: Path) -> Pseudonymiser:
    """The pseudonymiser of a key file: at least 64 hex characters, readable by its owner alone.

    Raises UsageProblem, without any of the key in it, when the file is not such a file.
    """
    try:
        with path.open("rb") as stream:
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


def _hmac(key: str, message: str) -> bytes:
    return hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
