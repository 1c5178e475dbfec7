"""Values of the watch in words and as they may be drawn, so that nobody follows from them.

A count of 1 to 4 is never told and never drawn as it is, nor is a share behind which there are so few.
"""

import math
from typing import Final, NamedTuple

from brp_signals.watch.points import SHARES
from brp_signals.watch.telling import SMALLEST_TOLD, is_few

FEW: Final = f"minder dan {SMALLEST_TOLD}"
#: Where a count that is not told is drawn: in the middle of what it may be.
_MIDDLE: Final = SMALLEST_TOLD / 2
#: The units of sql/watch/measures.sql that are drawn: of flags, marks and days of lists there is nothing to see.
COUNTS: Final = ("stock", "count", "faults")
UNITS: Final = (*COUNTS, *SHARES, "days")


class Shown(NamedTuple):
    """A value with its usual band as they may be drawn; `is_few` when the value itself is not told."""

    value: float | None
    lower: float | None
    upper: float | None
    is_few: bool = False


def shown(unit: str, value: float | None, lower: float | None, upper: float | None, n: float | None) -> Shown:
    """What may be drawn of a value; `n` is of how many a share is. A share of nobody knows how many is not drawn."""
    if unit == "days":
        return Shown(value, lower, upper)
    whole = 1.0 if unit in COUNTS else n
    if not whole:
        return Shown(None, None, None)
    few, middle = SMALLEST_TOLD / whole, _MIDDLE / whole
    are_few = False
    if value is not None and is_few(value * whole):
        value, are_few = middle, True
    elif value is not None and unit in SHARES and is_few((1 - value) * whole):
        value, are_few = 1 - middle, True
    return Shown(value, *_wide(unit, lower, upper, few), are_few)


def _wide(unit: str, lower: float | None, upper: float | None, few: float) -> tuple[float | None, float | None]:
    """A band so wide that what is usual does not follow from it, where that is a few or all but a few."""
    if lower is None or upper is None:
        return None, None
    middle = (lower + upper) / 2
    if middle < few:
        return 0.0, few
    if unit in SHARES and 1 - middle < few:
        return 1 - few, 1.0
    return (0.0 if lower < few else lower), (1.0 if unit in SHARES and upper > 1 - few else upper)


def told(unit: str, seen: Shown) -> str:
    """The value in words: `214`, `3 %`, `12 dagen`, `minder dan 5`."""
    if seen.value is None:
        return "onbekend"
    if seen.is_few:
        return FEW if unit in COUNTS or seen.value < 0.5 else f"alle op {FEW} na"
    return figure(unit, seen.value)


def usual(unit: str, seen: Shown) -> str:
    """The usual band in words: `205 tot 222`; empty when there is none."""
    if seen.lower is None or seen.upper is None:
        return ""
    low, high = max(seen.lower, 0.0), seen.upper
    if unit not in SHARES:
        low, high = math.floor(low), math.ceil(high)
    low_text, high_text = figure(unit, low), figure(unit, high)
    return high_text if low_text == high_text else f"{low_text.partition(' ')[0]} tot {high_text}"


def figure(unit: str, value: float) -> str:
    """A number as Dutch staff write it."""
    if unit in SHARES:
        percent = 100 * value
        text = f"{percent:.1f}".removesuffix(".0") if abs(percent) < 10 else f"{percent:.0f}"
        return f"{text.replace('.', ',')} %"
    text = f"{round(value):,}".replace(",", ".")
    return f"{text} {'dag' if text == '1' else 'dagen'}" if unit == "days" else text


def count(number: int) -> str:
    """A number of people or cases in words; a few are not told."""
    return FEW if 0 < number < SMALLEST_TOLD else figure("count", number)
