"""64-bit keys of persons: made from the 32 characters of a person_id, compared without the text.

Two ids may share a key, though hardly ever. So a key only picks rows; whether they belong to one person is decided on
the text, but for one thing: a child who shares a key with somebody who left is looked at in vain (decision 0010).
"""

import math
import re
from collections.abc import Iterable
from typing import Final, Self

import numpy as np

from brp_signals.sieve.cells import Cells, Flags, Numbers, Places
from brp_signals.sieve.forms import is_id

#: The key of a row without a well-formed id; no id has it.
NO_KEY: Final = np.uint64(0)
_ID: Final = re.compile(rb"[0-9a-f]{32}")
#: So many keys are counted at once.
_STRETCH: Final = 1 << 20
#: So many keys fit in the cache of a processor.
_NEAR: Final = 1 << 16
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
    is_first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    different: Numbers = ordered[is_first]
    return different


def not_among(known: Numbers, keys: Numbers) -> Numbers:
    """Those of `keys` that are not among `known`; both are sorted, `keys` without repeats.

    For many keys at once: of `known` a part that the processor holds near is searched for all keys that fall in it.
    """
    if not len(known):
        return keys
    ends = np.append(np.searchsorted(keys, known[_NEAR::_NEAR]), len(keys)).tolist()
    missing, first = [], 0
    for number, end in enumerate(ends):
        asked, near = keys[first:end], known[number * _NEAR :][:_NEAR]
        places = np.minimum(np.searchsorted(near, asked), len(near) - 1)
        missing.append(asked[near[places] != asked])
        first = end
    return np.concatenate(missing)


class KeySet:
    """A set of keys that answers for many keys at once.

    Keys are as good as random, so the first bits of a key say nearly where it would stand among the sorted ones; a
    search by halves would have to fetch from memory at every step.
    """

    def __init__(self, keys: Numbers) -> None:
        self._hold(unique(keys))

    @classmethod
    def of_sorted(cls, keys: Numbers) -> Self:
        """The set of sorted `keys`, where they lie, each perhaps more than once."""
        made = cls.__new__(cls)
        made._hold(keys)
        return made

    def _hold(self, keys: Numbers) -> None:
        self.sorted = keys
        n_bits = min(22, max(10, math.ceil(math.log2(len(keys) + 1)) + 2))
        self._shift = np.uint64(64 - n_bits)
        #: Where the keys that begin with these bits begin, and behind the last ones where all end.
        self._first = np.zeros((1 << n_bits) + 1, np.int32)
        for start in range(0, len(keys), _STRETCH):
            beginnings = self._beginnings(keys[start : start + _STRETCH])
            counts = np.bincount(beginnings - beginnings[0])
            self._first[beginnings[0] + 1 :][: len(counts)] += counts.astype(np.int32)
        np.cumsum(self._first, out=self._first)
        self._may_hold = self._first[1:] > self._first[:-1]

    def _beginnings(self, keys: Numbers) -> Places:
        return (keys >> self._shift).view(np.int64)

    def contains(self, keys: Numbers) -> Flags:
        """Which of `keys` are in the set. Mostly none of it begins like them, which is asked of a small table."""
        if not len(self.sorted):
            return np.zeros(len(keys), np.bool_)
        beginnings = self._beginnings(keys)
        found: Flags = self._may_hold[beginnings]
        asked = np.flatnonzero(found)
        beginnings = beginnings[asked]
        places, ends = self._first[beginnings], self._first[beginnings + 1]
        while len(asked):
            is_here = self.sorted[places] == keys[asked]
            goes_on = ~is_here & (places + 1 < ends)
            found[asked[~is_here & ~goes_on]] = False
            asked, places, ends = asked[goes_on], places[goes_on] + 1, ends[goes_on]
        return found


NOBODY: Final = KeySet(np.zeros(0, np.uint64))
