"""The town that the sample is about: everybody in it, what was written down, and the streams of chance."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from brp_signals.sample.people import Household, Person, Residence, register_date
from brp_signals.sample.schools import Schools

#: Other municipalities that people come from; none of them is the sample's own.
_ELSEWHERE = ("0034", "0344", "0384", "0518", "0599", "0772")
NON_RESIDENTS = "1999"


def is_found(expected: str) -> bool:
    """Whether an expected outcome means that some rule finds something."""
    return expected not in ("none", "not_judged")


@dataclass(slots=True)
class Truth:
    """What really happened behind one departure of a child. No step of the pipeline ever reads this."""

    person_id: str
    departed_on: str
    what_really_happened: str
    was_here: str
    is_compulsory_age: bool
    signs: tuple[str, ...]
    expected: str
    meaning_nl: str

    @property
    def shows_sign(self) -> bool:
        """Whether some rule should find something about this departure, suppressed or not."""
        return is_found(self.expected)


@dataclass(slots=True)
class Town:
    """A municipality under construction. Each part draws from a stream of its own, so that a change in one
    part does not reshuffle the others."""

    seed: int
    reference_date: date
    municipality: str
    size: int
    people: list[Person] = field(default_factory=list)
    truths: list[Truth] = field(default_factory=list)
    families: list[Household] = field(default_factory=list)
    """Families that never left, with their children: among them life goes on from night to night."""
    schools: Schools = field(init=False)
    _counter: int = 0

    def __post_init__(self) -> None:
        self.schools = Schools(self.stream("schools"), self.reference_date, self.size)

    def stream(self, name: str) -> Random:
        """A source of chance for one part of the town."""
        return Random(f"brp-signals/{self.seed}/{name}")

    def new_id(self) -> str:
        """The next pseudonym: 32 hexadecimal characters, like the gateway's, of nobody."""
        self._counter += 1
        return hashlib.sha256(f"brp-signals/sample/{self.seed}/{self._counter}".encode()).hexdigest()[:32]

    def elsewhere(self, rng: Random) -> str:
        """The code of another municipality."""
        return rng.choice([code for code in _ELSEWHERE if code != self.municipality])

    def add(self, birth: date, known: str = "day") -> Person:
        """A new resident, without an address yet."""
        person = Person(self.new_id(), birth, register_date(birth, known), self.municipality)
        self.people.append(person)
        return person

    def lives(
        self,
        rng: Random,
        person: Person,
        address_id: str,
        since: date,
        *,
        declared_by: str = "I",
        municipality: str | None = None,
        known: str = "day",
        function: str = "W",
    ) -> Residence:
        """Write a new address down, recorded within the five days of the law or so."""
        recorded = min(since + timedelta(days=rng.randrange(6)), self.reference_date)
        row = Residence(
            municipality or self.municipality,
            function,
            address_id,
            register_date(since, known),
            declared_by=declared_by,
            valid_from=register_date(since, known),
            recorded_on=register_date(recorded),
        )
        person.residences.append(row)
        return row

    def leaves(
        self,
        person: Person,
        on: date,
        recorded_on: date,
        *,
        declared_by: str,
        is_unknown: bool,
        known: str = "day",
        municipality: str = NON_RESIDENTS,
        is_copied: bool = False,
    ) -> Residence:
        """Write a departure down, with a later administrative copy of it if wanted."""
        row = Residence(
            municipality,
            departure_date=register_date(on, known),
            is_destination_unknown=str(int(is_unknown)),
            declared_by=declared_by,
            valid_from=register_date(on, known),
            recorded_on=register_date(min(recorded_on, self.reference_date)),
        )
        person.residences.append(row)
        copied_on = recorded_on + timedelta(days=45)
        if is_copied and copied_on <= self.reference_date:
            copy = Residence(municipality, departure_date=row.departure_date, declared_by="A")
            copy.is_destination_unknown = row.is_destination_unknown
            copy.valid_from = copy.recorded_on = register_date(copied_on)
            person.residences.append(copy)
        person.suspension_reason = "E"
        person.suspension_date = register_date(on, known)
        person.municipality_code = NON_RESIDENTS
        person.away.append((on, None))
        return person.residences[-1]

    def returns(self, rng: Random, person: Person, on: date, address_id: str) -> None:
        """Register a person again at an address in town."""
        self.lives(rng, person, address_id, on)
        person.suspension_reason = person.suspension_date = ""
        person.municipality_code = self.municipality
        left, _ = person.away[-1]
        person.away[-1] = (left, on)
