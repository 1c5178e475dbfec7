"""Which persons go into the municipality's key map, and their numbers until their pseudonym is known.

The map holds persons who can be on a list: those of 4 to 19 years, and those who left in the last 36 months. An
incomplete date counts when any of its possible days counts: a case without a way back would help nobody.
"""

from array import array
from bisect import bisect_left
from datetime import date
from typing import Final

from brp_signals.base.dates import Interval, add_months, parse_register_date
from brp_signals.gateway.formats.records import Person

_YOUNGEST, _OLDEST = 4, 19
MONTHS_BACK: Final = 36


class MappedPersons:
    """The persons of the map by ordinal. Numbers are kept as integers: 24 bytes a person, 75 MB for the country."""

    def __init__(self, reference_date: date) -> None:
        self._today = reference_date
        self._born_after = add_months(reference_date, -12 * (_OLDEST + 1))
        self._born_until = add_months(reference_date, -12 * _YOUNGEST)
        self._left_from = add_months(reference_date, -MONTHS_BACK)
        self._ordinals, self._a_numbers, self._bsns = array("q"), array("q"), array("q")

    def belongs(self, person: Person) -> bool:
        """Whether the person goes into the map."""
        born = _interval(person.birth_date)
        if born and born.latest > self._born_after and born.earliest <= self._born_until:
            return True
        return any(self._left_lately(residence.departure_date) for residence in person.residences)

    def add(self, ordinal: int, person: Person) -> None:
        """Keep the numbers of a person that belongs; ordinals come in ascending order."""
        self._ordinals.append(ordinal)
        self._a_numbers.append(int(person.numbers.a_number or 0))
        self._bsns.append(int(person.numbers.bsn or 0))

    def numbers(self, a_ordinal: int | None, b_ordinal: int | None) -> tuple[str, str]:
        """The A-number of one kept list and the BSN of another, or of the same; empty for a number that none has."""
        return self._text(self._a_numbers, a_ordinal, 10), self._text(self._bsns, b_ordinal, 9)

    def _text(self, numbers: "array[int]", ordinal: int | None, digits: int) -> str:
        number = 0 if ordinal is None else numbers[bisect_left(self._ordinals, ordinal)]
        return f"{number:0{digits}d}" if number else ""

    def _left_lately(self, departure_date: str) -> bool:
        left = _interval(departure_date)
        return left is not None and left.latest >= self._left_from and left.earliest <= self._today


def _interval(text: str) -> Interval | None:
    try:
        return parse_register_date(text)
    except ValueError:
        return None  # an impossible date: the run sets the row aside, so nobody gets on a list by it
