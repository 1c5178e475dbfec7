"""64-bit keys of persons: made from the 32 characters of a person_id, compared without the text.

Two ids may share a key, though hardly ever. So a key only picks rows; whether they belong to one person is decided on
the text, but for one thing: a child who shares a key with somebody who left is looked at in vain (decision 0010).
"""

import math
import re
from collections.abc import Iterable
from typing import Final

import numpy as np

from brp_signals.sieve.cells import Cells, Flags, Numbers
from brp_signals.sieve.forms import is_id

#: The key of a row without a well-formed id; no id has it.
NO_KEY: Final = np.uint64(0)
_ID: Final = re.compile(rb"[0-9a-f]{32}")
_FACTORS: Final = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)


def ids(cells: Cells) -> tuple[Flags, Numbers]:
    """Whether a cell is a well-formed id, and its key; NO_KEY when it is none."""
    ok = is_id(cells)
    return ok, np.where(ok, _mixed(cells.id_words()), NO_KEY)


def keys_of_texts(ids: Iterable[str]) -> Numbers:
    """The keys of ids in text; what is not 32 bytes long has none and is left out."""
    content = b"".join(encoded for text in ids if len(encoded := text.encode()) == 32)
    return _mixed(np.frombuffer(content, np.dtype("<u8")).reshape(-1, 4))


def key_of_cell(cell: bytes) -> np.uint64:
    """The key of one id; NO_KEY when the cell is no id."""
    return keys_of_texts([cell.decode()])[0] if _ID.fullmatch(cell) else NO_KEY


def _mixed(words: Numbers) -> Numbers:
    key = np.zeros(len(words), np.uint64)
    for word, factor in zip(words.T, _FACTORS, strict=True):
        key = (key ^ word) * np.uint64(factor)
        key ^= key >> np.uint64(32)
    return key | np.uint64(1)


def unique(keys: Numbers) -> Numbers:
    """The different ones of `keys`, sorted. Sorting is several times faster than numpy's own hashing."""
    ordered = np.sort(keys)
    different: Numbers = ordered[np.diff(ordered, prepend=~ordered[:1]) != 0]
    return different


class KeySet:
    """A set of keys that answers for many keys at once."""

    def __init__(self, keys: Numbers) -> None:
        self.sorted = unique(keys)
        n_bits = min(24, max(10, math.ceil(math.log2(len(self.sorted) + 1)) + 3))
        self._shift = np.uint64(64 - n_bits)
        self._may_hold = np.zeros(1 << n_bits, np.bool_)
        self._may_hold[self.sorted >> self._shift] = True

    def contains(self, keys: Numbers) -> Flags:
        """Which of `keys` are in the set. Most are not, so a table of their first bits is asked before."""
        if not len(self.sorted):
            return np.zeros(len(keys), np.bool_)
        found: Flags = self._may_hold[keys >> self._shift]
        likely = np.flatnonzero(found)
        found[likely] = is_among(keys[likely], self.sorted)
        return found


NOBODY: Final = KeySet(np.zeros(0, np.uint64))


def is_among(keys: Numbers, among: Numbers) -> Flags:
    """Which of `keys` stand in the sorted `among`."""
    if not len(among):
        return np.zeros(len(keys), np.bool_)
    places = np.searchsorted(among, keys)
    places[places == len(among)] = 0
    same: Flags = among[places] == keys
    return same
