"""Who is who, said again in plain Python over numbers in memory: what the SQL of the gateway must come to."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import product
from typing import Any, Final

from brp_signals.base.dates import UNKNOWN, Interval, parse_register_date
from brp_signals.gateway.formats.records import Numbers, Person, Residence
from brp_signals.gateway.pseudonyms import Pseudonymiser, Space

_TOLD: Final = ("municipality_code", "address_function", "departure_date", "is_destination_unknown")
_COMPARED: Final = ("address_number", "address_from")


class Known:
    """One person: all of its lists, the one that counts first."""

    def __init__(self, lists: list[Person], days: dict[int, date]) -> None:
        self.lists = sorted(lists, key=lambda one: (one.is_wiped, one.history_rank))
        self.counting, *self.others = self.lists
        proper = [one for one in self.lists if one.is_wiped == self.counting.is_wiped]
        self._fresh = sorted((one for one in lists if one in proper), key=lambda one: one.history_rank)
        self._fresh.sort(key=lambda one: days[one.line], reverse=True)
        self._proper = proper
        a_numbers = [one.numbers.a_number for one in self._fresh]
        bsns = [one.numbers.bsn for one in proper]
        self.numbers = Numbers(next(filter(None, a_numbers), ""), next(filter(None, bsns), ""))

    def had(self) -> Iterator[Numbers]:
        """The numbers that lead to this person unless somebody has them today."""
        yield from self.counting.earlier
        for one in self.others:
            if not one.is_wiped:
                yield from (*one.earlier, one.numbers)

    @property
    def parents(self) -> tuple[Numbers, Numbers]:
        """The parents of the first list that names any."""
        return next((one.parents for one in self._proper if any(one.parents)), self.counting.parents)

    def today(self) -> tuple[str, ...]:
        """Birth date, suspension, municipality, secrecy."""
        vagueness = [(_days(_born(one)), one.birth_date) for one in self._fresh if _is_date(one.birth_date)]
        birth_date = min(vagueness, key=lambda pair: pair[0])[1] if vagueness else self.counting.birth_date
        municipality = next(filter(None, (one.municipality_code for one in self._fresh)), "")
        saying = [one for one in self._proper if one.is_snapshot or one in (self.counting, self._fresh[0])]
        secrecy = "1" if any(one.is_confidential for one in saying) else "0"
        told = [one.suspension_reason for one in (self._fresh[0], self.counting)]
        return birth_date, "O" if "O" in told else told[0], municipality, secrecy

    def residences(self) -> list[Residence]:
        """The residences of the list that counts, below a newer one of the freshest list."""
        own = list(self.counting.residences)
        news = next((one for one in self._fresh[0].residences if one.seq == 0), None)
        known = next((one for one in own if one.seq == 0), None)
        if self._fresh[0] is self.counting or not news or not _is_new(news, known):
            return own
        # A list that calls its person emigrated and shows no departure undoes none.
        if self._fresh[0].suspension_reason == "E" and known and known.departure_date and not news.departure_date:
            return own
        return [news, *(one._replace(seq=one.seq + 1) for one in own)]


class Reference:
    """All lists of some registers, each with its day, and which number leads to which person."""

    def __init__(self, registers: Sequence[tuple[date, Sequence[Person]]], pseudonymiser: Pseudonymiser) -> None:
        newest_first = sorted(registers, key=lambda register: register[0], reverse=True)
        self._lists = [one for _, persons in newest_first for one in persons]
        self._pseudonymiser = pseudonymiser
        self._source = {one.line: number for number, (_, persons) in enumerate(registers) for one in persons}
        self._former = {number for one in self._lists for number in self._replaced_by(one)}
        later = defaultdict(set)
        for one in self._lists:
            later[one.numbers.a_number].add(self._agreed_a_number(one))
        self._later = {
            number: (found - {"", number}).pop()
            for number, found in later.items()
            if number and len(found - {"", number}) == 1
        }
        days = {one.line: day for day, persons in registers for one in persons}
        groups = defaultdict(list)
        for one in self._lists:
            groups[self._key(one)].append(one)
        self.people = [Known(lists, days) for lists in groups.values()]

    def person_id(self, person: Known) -> str:
        """The pseudonym; empty for a person without a usable number."""
        if person.numbers.bsn and self._holder(person.numbers.bsn) is person:
            return self._pseudonym(Numbers("", person.numbers.bsn))
        return self._pseudonym(Numbers(person.numbers.a_number))

    def parents(self, person: Known) -> tuple[str, str]:
        """The pseudonyms of both parents, filled in from those who name the person where that is certain."""
        first, second = (self._relative(numbers) for numbers in person.parents)
        free = [self.person_id(one) for one in self._claimants(person)]
        free = sorted(set(free) - {"", first, second, self.person_id(person)})
        if len(free) > (first, second).count(""):
            return first, second
        return (first or (free.pop(0) if free else "")), (second or (free.pop(0) if free else ""))

    def disagreements(self, person: Known) -> int:
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

    # which lists are one person

    def _key(self, one: Person) -> Any:
        a_number = one.numbers.a_number or self._agreed_a_number(one)
        agreeing = self._agreeing(one)
        return self._later.get(a_number, a_number) or (agreeing[0] if agreeing else one).line

    def _agreeing(self, one: Person) -> list[Person]:
        """All lists with its BSN that are of one person with it, if nothing contradicts that."""
        bearers = [other for other in self._lists if one.numbers.bsn and self._bsn(other) == self._bsn(one)]
        saying = [other for other in bearers if not other.is_wiped] or bearers
        if not saying or self._is_one(saying):
            return saying if self._belongs(one, saying) else []
        saying = [other for other in saying if _born(other) == _born(one)]
        is_sure = bool(saying) and _born(one).is_complete and self._is_one(saying)
        return saying if is_sure and self._belongs(one, saying) else []

    def _belongs(self, one: Person, lists: list[Person]) -> bool:
        return one in lists or (not one.numbers.a_number and bool(lists) and _overlap([one, *lists]))

    def _is_one(self, lists: list[Person]) -> bool:
        a_numbers = {one.numbers.a_number for one in lists} - {""}
        return _overlap(lists) and (len(a_numbers) <= 1 or len(a_numbers - self._former) == 1)

    def _agreed_a_number(self, one: Person) -> str:
        a_numbers = {other.numbers.a_number for other in self._agreeing(one)} - {""}
        return min(a_numbers - self._former or a_numbers, default="")

    def _replaced_by(self, newer: Person) -> set[str]:
        """A-numbers of others with its BSN that it had before."""
        had = {numbers.a_number for numbers in newer.earlier} - {"", newer.numbers.a_number}
        return {
            one.numbers.a_number
            for one in self._lists
            if newer.numbers.bsn and self._bsn(one) == self._bsn(newer) and one.numbers.a_number in had
        }

    def _bsn(self, one: Person) -> str:
        """Its BSN, or the one that it was corrected to."""
        bsn = one.numbers.bsn
        older = [other for other in self._lists if bsn and other.numbers.bsn == bsn]
        newer = [
            other
            for other in self._lists
            if other.numbers.bsn not in ("", bsn) and any(numbers.bsn == bsn for numbers in other.earlier)
        ]
        bsns = {one.numbers.bsn for one in newer}
        is_one = len(bsns) == len({one.birth_date for one in newer}) == 1
        is_one &= len({one.numbers.a_number for one in newer} - {""}) <= 1
        return bsns.pop() if older and is_one and all(self._is_older(*pair) for pair in product(older, newer)) else bsn

    def _is_older(self, older: Person, newer: Person) -> bool:
        return (
            self._source[older.line] != self._source[newer.line]
            and _is_date(older.birth_date)
            and _born(older).is_complete
            and older.birth_date == newer.birth_date
            and (not older.numbers.a_number or newer.numbers.a_number in ("", older.numbers.a_number))
        )

    # where a number leads to

    def _claimants(self, child: Known) -> list[Known]:
        return [
            one
            for one in self.people
            if any(self._find(numbers) is child for listed in one.lists for numbers in listed.children)
        ]

    def _relative(self, numbers: Numbers) -> str:
        found = self._find(numbers)
        return self.person_id(found) if found else self._pseudonym(numbers)

    def _find(self, numbers: Numbers) -> Known | None:
        return self._by_number(numbers, "a_number") or self._by_number(numbers, "bsn")

    def _by_number(self, numbers: Numbers, which: str) -> Known | None:
        number = getattr(numbers, which)

        def matches(other: Numbers) -> bool:
            return bool(number) and getattr(other, which) == number

        if today := self._today(matches):
            return today[0] if which == "a_number" else self._holder(number)
        before = self._before(matches)
        return before[0] if len(before) == 1 and self.person_id(before[0]) else None

    def _today(self, matches: Callable[[Numbers], bool]) -> list[Known]:
        return [one for one in self.people if matches(one.numbers)]

    def _before(self, matches: Callable[[Numbers], bool]) -> list[Known]:
        return [one for one in self.people if any(matches(numbers) for numbers in one.had())]

    def _holder(self, bsn: str) -> Known | None:
        holders = self._today(lambda one: one.bsn == bsn)
        proper = [one for one in holders if not one.counting.is_wiped]
        candidates = proper or holders
        return candidates[0] if len(candidates) == 1 else None

    def _pseudonym(self, numbers: Numbers) -> str:
        if numbers.bsn:
            return self._pseudonymiser.pseudonym(Space.BSN, numbers.bsn)
        return self._pseudonymiser.pseudonym(Space.A_NUMBER, numbers.a_number) if numbers.a_number else ""


def _is_date(text: str) -> bool:
    try:
        return parse_register_date(text) is not None
    except ValueError:
        return False


def _born(one: Person) -> Interval:
    return (parse_register_date(one.birth_date) or UNKNOWN) if _is_date(one.birth_date) else UNKNOWN


def _days(born: Interval) -> int:
    return (born.latest - born.earliest).days


def _overlap(lists: list[Person]) -> bool:
    """Whether one day fits all birth dates."""
    return max(_born(one).earliest for one in lists) <= min(_born(one).latest for one in lists)


def _is_new(news: Residence, known: Residence | None) -> bool:
    if known is None:
        return True
    told = [(getattr(news, cell), getattr(known, cell)) for cell in _TOLD]
    compared = [(getattr(news, cell), getattr(known, cell)) for cell in _COMPARED]
    return (
        any(new not in ("", "00000000", old) for new, old in told)
        or any(new not in ("", "00000000", old) and old not in ("", "00000000") for new, old in compared)
        or (news.is_under_inquiry, known.is_under_inquiry) == ("1", "0")
    )
