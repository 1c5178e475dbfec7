"""Made-up histories of decided signals, of which we know what is true: the only proof there is of learned weights."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from math import exp
from typing import Final

from brp_signals.base.config import Weights, default_points
from brp_signals.evaluation.examples import Example

FIRST_DAY = date(2024, 1, 1)
Looked = Callable[[Example, random.Random], bool]
#: How often a signal has each piece.
_OFTEN: Final = {
    "L-01": 0.4,
    "L-02": 0.15,
    "L-03": 0.35,
    "L-04": 0.25,
    "L-06": 0.3,
    "M-01": 0.1,
    "unknown-destination": 0.3,
    "C-01": 0.2,
    "C-02": 0.25,
}


def _weights(base: int, **pieces: int) -> Weights:
    named = {piece.replace("_", "-"): Decimal(points) for piece, points in pieces.items()}
    return Weights(base=Decimal(base), pieces={**dict.fromkeys(default_points()[1], Decimal(0)), **named})


#: The fixed weights of these histories; a test must not hang on those of the product.
FIXED: Final = _weights(
    -15, L_01=10, L_02=20, L_03=6, L_04=12, L_06=5, M_01=15, **{"unknown-destination": 6}, C_01=-10, C_02=-6
)
#: A town in which absences tell much, tests nothing, and who left the list was seen to go.
OTHER: Final = _weights(
    -15, L_01=10, L_02=20, L_03=24, L_04=0, L_06=5, M_01=15, **{"unknown-destination": 6}, C_01=-25, C_02=-6
)
#: A town in which nothing that is weighed says anything.
NOTHING: Final = _weights(-3)


def everybody(example: Example, chance: random.Random) -> bool:
    """Nearly every signal is decided, whatever it looks like."""
    return chance.random() < 0.9


def the_strong_first(example: Example, chance: random.Random) -> bool:
    """Staff who work from the top down and are short of time: what stands low is hardly looked at."""
    return chance.random() < (0.95 if example.level == "A" else 0.05)


def history(signals: int, seed: int, looked: Looked = everybody, truth: Weights = OTHER) -> list[Example]:
    """Signals over three years; whether the register was wrong depends on the pieces as `truth` says."""
    chance = random.Random(seed)
    return [_signal(number, signals, chance, looked, truth) for number in range(signals)]


def flatter_later(examples: list[Example]) -> list[Example]:
    """The same history, but in the later part the outcome hangs on the pieces less: as many hits, otherwise spread."""
    chance = random.Random(5)
    late = sorted(each.decided_on for each in examples if each.decided_on)[len(examples) // 2]
    mean = sum(each.is_hit is True for each in examples) / sum(each.is_hit is not None for each in examples)
    return [
        replace(each, is_hit=chance.random() < mean + 0.6 * (_chance(each.pieces, OTHER) - mean))
        if each.decided_on and each.decided_on >= late
        else each
        for each in examples
    ]


def _chance(pieces: frozenset[str], weights: Weights) -> float:
    """The chance that the register is wrong."""
    points = weights.base + sum(weights.pieces[piece] for piece in pieces)
    return 1 / (1 + exp(-float(points) / 10))


def _signal(number: int, signals: int, chance: random.Random, looked: Looked, truth: Weights) -> Example:
    pieces = _pieces(chance)
    level = "A" if _chance(pieces, FIXED) >= 0.5 else "B"
    day = FIRST_DAY + timedelta(days=number * 1000 // signals)
    is_hit = chance.random() < _chance(pieces, truth)
    seen = Example(f"S-{number:08d}", level, pieces, day, is_hit)
    return seen if looked(seen, chance) else replace(seen, decided_on=None, is_hit=None)


def _pieces(chance: random.Random) -> frozenset[str]:
    """What a signal rests on; a signal that is too weak by the fixed weights is on no list."""
    while True:
        pieces = frozenset(piece for piece, often in _OFTEN.items() if chance.random() < often)
        if pieces and _chance(pieces, FIXED) >= 0.1:
            return pieces
