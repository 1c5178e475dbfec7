"""Who is who, said again in plain Python over numbers in memory: what the SQL of the gateway must come to."""

from collections.abc import Callable
from typing import Final

from brp_signals.gateway.canonical import Numbers, Person
from brp_signals.gateway.pseudonyms import Pseudonymiser, Space

_WIPED: Final = ("F", "W")


class Reference:
    """All persons of a register, in the order of reading, and which number leads to whom."""

    def __init__(self, persons: list[Person], pseudonymiser: Pseudonymiser) -> None:
        self._persons, self._pseudonymiser = persons, pseudonymiser
        self.counting = [one for one in persons if not one.numbers.a_number or self._by_a_number(one) is one]

    def person_id(self, person: Person) -> str:
        """The pseudonym; empty for a list that does not count and for a person without a usable number."""
        if person not in self.counting:
            return ""
        if person.numbers.bsn and self._holder(person.numbers.bsn) is person:
            return self._pseudonym(Numbers("", person.numbers.bsn))
        return self._pseudonym(Numbers(person.numbers.a_number))

    def parents(self, person: Person) -> tuple[str, str]:
        """The pseudonyms of both parents, filled in from those who name the person where that is certain."""
        first, second = (self._relative(numbers) for numbers in person.parents)
        free = [self.person_id(one) for one in self._claimants(person)]
        free = sorted(set(free) - {"", first, second, self.person_id(person)})
        if len(free) > (first, second).count(""):
            return first, second
        return (first or (free.pop(0) if free else "")), (second or (free.pop(0) if free else ""))

    def disagreements(self, person: Person) -> int:
        """How many parents have an A-number and a BSN that lead to two persons."""
        found = [(self._by_number(numbers, "a_number"), self._by_number(numbers, "bsn")) for numbers in person.parents]
        return sum(one is not None and other is not None and one is not other for one, other in found)

    def listed(self, bsn: str) -> str:
        """The pseudonym of a row of a list."""
        return self._relative(Numbers("", bsn))

    def is_ambiguous(self, bsn: str) -> bool:
        """Whether the BSN stands, or stood, on two persons."""
        if self._today(lambda one: one.bsn == bsn):
            return self._holder(bsn) is None
        return len(self._before(lambda one: one.bsn == bsn)) > 1

    def _claimants(self, child: Person) -> list[Person]:
        naming = [one for one in self._persons if any(self._find(numbers) is child for numbers in one.children)]
        return [self._by_a_number(one) if one.numbers.a_number else one for one in naming]

    def _relative(self, numbers: Numbers) -> str:
        found = self._find(numbers)
        return self.person_id(found) if found else self._pseudonym(numbers)

    def _find(self, numbers: Numbers) -> Person | None:
        return self._by_number(numbers, "a_number") or self._by_number(numbers, "bsn")

    def _by_number(self, numbers: Numbers, which: str) -> Person | None:
        number = getattr(numbers, which)

        def matches(other: Numbers) -> bool:
            return bool(number) and getattr(other, which) == number

        if today := self._today(matches):
            return today[0] if which == "a_number" else self._holder(number)
        before = self._before(matches)
        return before[0] if len(before) == 1 and self.person_id(before[0]) else None

    def _today(self, matches: Callable[[Numbers], bool]) -> list[Person]:
        return [one for one in self.counting if matches(one.numbers)]

    def _before(self, matches: Callable[[Numbers], bool]) -> list[Person]:
        return [one for one in self.counting if any(matches(numbers) for numbers in one.earlier)]

    def _by_a_number(self, person: Person) -> Person:
        lists = [one for one in self._persons if one.numbers.a_number == person.numbers.a_number]
        return next((one for one in lists if one.suspension_reason not in _WIPED), lists[0])

    def _holder(self, bsn: str) -> Person | None:
        holders = self._today(lambda one: one.bsn == bsn)
        proper = [one for one in holders if one.suspension_reason not in _WIPED]
        candidates = proper or holders
        return candidates[0] if len(candidates) == 1 else None

    def _pseudonym(self, numbers: Numbers) -> str:
        if numbers.bsn:
            return self._pseudonymiser.pseudonym(Space.BSN, numbers.bsn)
        return self._pseudonymiser.pseudonym(Space.A_NUMBER, numbers.a_number) if numbers.a_number else ""
