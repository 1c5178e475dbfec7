"""Made-up histories of decided signals, of which we know what is true: the only proof there is of learned weights."""

import random
from collections.abc import Callable
from dataclasses import replace
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


def flatter_later(examples: list[Example]) -> list[Example]:
    """The same history, but in the later part the outcome hangs on the parts less: as many hits, otherwise spread."""
    chance = random.Random(5)
    late = sorted(each.decided_on for each in examples if each.decided_on)[len(examples) // 2]
    return [
        replace(each, is_hit=chance.random() < 0.55 + 0.4 * (_chance(each, 4.0, 0.2) - 0.55))
        if each.decided_on and each.decided_on >= late
        else each
        for each in examples
    ]


def _chance(example: Example, of_sources: float, of_freshness: float) -> float:
    """The chance that the register is wrong."""
    by_level = 0.8 * example.is_level_a + 0.5 * example.is_protective
    return 1 / (1 + exp(2.6 - by_level - of_sources * example.sources - of_freshness * example.freshness))


def _signal(
    number: int, signals: int, chance: random.Random, looked: Looked, of_sources: float, of_freshness: float
) -> Example:
    is_level_a = chance.random() < 0.7
    is_protective = is_level_a and chance.random() < 0.15
    sources, freshness = chance.choice((1, 1, 2, 3)) / 3, chance.random()
    day = FIRST_DAY + timedelta(days=number * 1000 // signals)
    signal = Example(f"S-{number:08d}", is_level_a, is_protective, sources, freshness, day, None)
    seen = replace(signal, is_hit=chance.random() < _chance(signal, of_sources, of_freshness))
    return seen if looked(seen, chance) else replace(signal, decided_on=None)
