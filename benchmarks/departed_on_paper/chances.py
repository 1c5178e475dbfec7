"""Random draws that belong to a name, so that one draw more in one place changes nothing in another."""

import hashlib
import random
from datetime import date, timedelta


def draw_of(*name: object) -> random.Random:
    """A generator of its own for the thing named; the same name gives the same draws on every machine."""
    return random.Random("/".join(map(str, name)))


def number_of(*name: object) -> str:
    """A pseudonym of 32 hexadecimal characters for the thing named."""
    return hashlib.sha256("/".join(map(str, name)).encode()).hexdigest()[:32]


def days_later(day: date, days: float) -> date:
    """The day `days` later, rounded down to whole days."""
    return day + timedelta(days=int(days))


def waiting(chance: random.Random, mean: float) -> float:
    """A time to wait in days, exponential with the given mean."""
    return chance.expovariate(1.0) * mean
