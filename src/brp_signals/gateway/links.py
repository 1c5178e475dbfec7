"""Who is who: gives every person one pseudonym and follows earlier numbers to it.

A BSN that stands on one person names that person; one that stands on two is given to neither, since a
wrong link would accuse the wrong child. Lists that are errors or to be wiped (suspension F, W) do not make
a BSN ambiguous when a proper list carries it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

from brp_signals.gateway.canonical import Numbers, Person
from brp_signals.gateway.pseudonyms import Pseudonymiser, Space

_NOBODY: Final = -1
"""Stands for "more than one": an index entry that must not be followed."""


class PersonIndex:
    """Built from all persons in reading order (`add`, then `close`); answers for numbers afterwards."""

    def __init__(self, pseudonymiser: Pseudonymiser) -> None:
        self._pseudonymiser = pseudonymiser
        self._numbers: list[Numbers] = []
        self._is_wiped: list[bool] = []
        self._earlier: list[tuple[int, Numbers]] = []
        self._claims: list[tuple[Numbers, int]] = []
        self._lacks_parent: set[int] = set()
        self._by_a_number: dict[str, int] = {}
        self._by_bsn: dict[str, int] = {}
        self._by_earlier_a_number: dict[str, int] = {}
        self._by_earlier_bsn: dict[str, int] = {}
        self._ids: list[str] = []
        self._twice: set[int] = set()
        self._claimants: dict[int, set[int]] = defaultdict(set)

    def add(self, person: Person) -> None:
        """Note the numbers of the next person."""
        ordinal = len(self._numbers)
        self._numbers.append(person.numbers)
        self._is_wiped.append(person.is_wiped)
        self._earlier.extend((ordinal, numbers) for numbers in person.earlier)
        self._claims.extend((numbers, ordinal) for numbers in person.children)
        if not all(person.parents):
            self._lacks_parent.add(ordinal)

    def close(self) -> None:
        """Decide, once all persons are known, which number leads to whom."""
        self._decide_a_numbers()
        self._decide_bsns()
        self._decide_earlier_numbers()
        self._ids = [self._id_of(ordinal) for ordinal in range(len(self._numbers))]
        self._decide_claims()

    def is_same(self, ordinal: int, person: Person) -> bool:
        """Whether this is the person that was added at this place: the second reading follows the first."""
        return ordinal < len(self._numbers) and self._numbers[ordinal] == person.numbers

    def person_id(self, ordinal: int) -> str:
        """The pseudonym of the person; empty when no number of it can be used."""
        return self._ids[ordinal]

    def is_twice(self, ordinal: int) -> bool:
        """Whether another list carries this person's A-number and counts instead of this one."""
        return ordinal in self._twice

    def has_ambiguous_bsn(self, ordinal: int) -> bool:
        """Whether the person's own BSN does not lead to it, because another person carries it too."""
        bsn = self._numbers[ordinal].bsn
        return bool(bsn) and self._by_bsn.get(bsn) != ordinal

    def find(self, numbers: Numbers) -> int | None:
        """The person with this A-number or else BSN, today or before; None when unknown or not certain."""
        by_a_number = _certain(numbers.a_number, self._by_a_number, self._by_earlier_a_number)
        return by_a_number if by_a_number is not None else self._find_bsn(numbers.bsn)

    def disagree(self, numbers: Numbers) -> bool:
        """Whether A-number and BSN lead to two different persons."""
        by_a_number = _certain(numbers.a_number, self._by_a_number, self._by_earlier_a_number)
        by_bsn = self._find_bsn(numbers.bsn)
        return None not in (by_a_number, by_bsn) and by_a_number != by_bsn

    def relative_id(self, numbers: Numbers) -> str:
        """The pseudonym of a relative: the person's own when in the set, else from its numbers, or empty."""
        ordinal = self.find(numbers)
        if ordinal is not None and self._ids[ordinal]:
            return self._ids[ordinal]
        return self._pseudonym(numbers)

    def bsn_id(self, bsn: str) -> str:
        """The pseudonym for a row of a list: the person's own, or the BSN's own when it leads to no one."""
        ordinal = self._find_bsn(bsn)
        if ordinal is not None and self._ids[ordinal]:
            return self._ids[ordinal]
        return self._pseudonymiser.pseudonym(Space.BSN, bsn)

    def is_ambiguous_bsn(self, bsn: str) -> bool:
        """Whether the BSN stands, or stood, on two persons."""
        return self._by_bsn.get(bsn, self._by_earlier_bsn.get(bsn)) == _NOBODY

    def is_earlier_bsn(self, bsn: str) -> bool:
        """Whether the BSN leads to a person who has another one today."""
        return bsn not in self._by_bsn and self._by_earlier_bsn.get(bsn, _NOBODY) != _NOBODY

    def claimants(self, ordinal: int) -> list[str]:
        """Pseudonyms of persons who name this person as their child, for a person with a parent unknown."""
        return sorted(self._ids[parent] for parent in self._claimants.get(ordinal, ()))

    def _decide_a_numbers(self) -> None:
        """The first proper list of an A-number counts; without a proper one the first."""
        for ordinal, numbers in enumerate(self._numbers):
            if not numbers.a_number:
                continue
            other = self._by_a_number.setdefault(numbers.a_number, ordinal)
            if other == ordinal:
                continue
            if self._is_wiped[other] and not self._is_wiped[ordinal]:
                self._by_a_number[numbers.a_number] = ordinal
                self._twice.add(other)
            else:
                self._twice.add(ordinal)

    def _decide_bsns(self) -> None:
        counted = [o for o, numbers in enumerate(self._numbers) if numbers.bsn and o not in self._twice]
        proper = Counter(self._numbers[o].bsn for o in counted if not self._is_wiped[o])
        for ordinal in counted:
            bsn = self._numbers[ordinal].bsn
            if proper[bsn] and self._is_wiped[ordinal]:
                continue
            self._by_bsn[bsn] = _NOBODY if bsn in self._by_bsn else ordinal

    def _decide_earlier_numbers(self) -> None:
        for ordinal, numbers in self._earlier:
            if ordinal in self._twice:
                continue
            _claim(self._by_earlier_a_number, numbers.a_number, ordinal)
            _claim(self._by_earlier_bsn, numbers.bsn, ordinal)
        self._earlier.clear()

    def _decide_claims(self) -> None:
        """Who names whom as a child, kept only for children with an unknown parent."""
        for child, claimant in self._claims:
            ordinal = self.find(child)
            parent = self._by_a_number.get(self._numbers[claimant].a_number, claimant)
            if ordinal is not None and ordinal in self._lacks_parent and self._ids[parent]:
                self._claimants[ordinal].add(parent)
        self._claims.clear()

    def _id_of(self, ordinal: int) -> str:
        numbers = self._numbers[ordinal]
        if numbers.bsn and self._by_bsn.get(numbers.bsn) == ordinal:
            return self._pseudonym(numbers)
        return self._pseudonym(Numbers(numbers.a_number))

    def _pseudonym(self, numbers: Numbers) -> str:
        if numbers.bsn:
            return self._pseudonymiser.pseudonym(Space.BSN, numbers.bsn)
        if numbers.a_number:
            return self._pseudonymiser.pseudonym(Space.A_NUMBER, numbers.a_number)
        return ""

    def _find_bsn(self, bsn: str) -> int | None:
        return _certain(bsn, self._by_bsn, self._by_earlier_bsn)


def parents_of(index: PersonIndex, ordinal: int, links: Iterable[str]) -> tuple[list[str], str]:
    """Both parents' pseudonyms of a person, and the finding that the filling in of an unknown one gives.

    An unknown parent is filled in from the lists that name this person as a child, but only when there are
    no more such persons than parents to fill in.
    """
    parents = list(links)
    candidates = [one for one in index.claimants(ordinal) if one not in (*parents, index.person_id(ordinal))]
    gaps = [slot for slot, parent in enumerate(parents) if not parent]
    if not gaps or not candidates:
        return parents, ""
    if len(candidates) > len(gaps):
        return parents, "parents_unclear"
    for slot, candidate in zip(gaps, candidates, strict=False):
        parents[slot] = candidate
    return parents, "parent_from_children"


def _claim(index: dict[str, int], number: str, ordinal: int) -> None:
    if number:
        index[number] = ordinal if index.get(number, ordinal) == ordinal else _NOBODY


def _certain(number: str, today: dict[str, int], before: dict[str, int]) -> int | None:
    """The one person a number leads to; a number in use today never leads to someone who had it before."""
    if not number:
        return None
    ordinal = today.get(number, before.get(number, _NOBODY))
    return None if ordinal == _NOBODY else ordinal
