"""Made-up histories of decided signals, of which we know what is true: the only proof there is of learned weights."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from math import exp

from brp_signals.evaluation.learned import Example

FIRST_DAY = date(2024, 1, 1)
Looked = Callable[[Example, random.Random], bool]


def everybody(example: Example, chance: random.Random) -> bool:
    """Nearly every signal is decided, whatever it looks like."""
    return chance.random() < 0.9


def the_fresh_first(example: Example, chance: random.Random) -> bool:
    """Staff who work from the top down and are short of time: old signs are hardly looked at."""
    return chance.random() < (0.95 if example.freshness >= 0.5 else 0.05)


def history(
    signals: int, seed: int, looked: Looked = everybody, of_sources: float = 4.0, of_freshness: float = 0.2
) -> list[Example]:
    """Signals over three years; whether the register was wrong depends on sources and freshness as told."""
    chance = random.Random(seed)
    return [_signal(number, signals, chance, looked, of_sources, of_freshness) for number in range(signals)]


def _signal(
    number: int, signals: int, chance: random.Random, looked: Looked, of_sources: float, of_freshness: float
) -> Example:
    is_level_a = chance.random() < 0.7
    is_protective = is_level_a and chance.random() < 0.15
    sources, freshness = chance.choice((1, 1, 2, 3)) / 3, chance.random()
    logit = -2.6 + 0.8 * is_level_a + 0.5 * is_protective + of_sources * sources + of_freshness * freshness
    is_hit = chance.random() < 1 / (1 + exp(-logit))
    day = FIRST_DAY + timedelta(days=number * 1000 // signals)
    seen = Example(f"S-{number:08d}", is_level_a, is_protective, sources, freshness, day, is_hit)
    if looked(seen, chance):
        return seen
    return Example(seen.case_id, is_level_a, is_protective, sources, freshness, None, None)
