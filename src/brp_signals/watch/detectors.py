"""The detectors: each says of every series how likely its value of tonight is by chance alone.

A detector takes `Points` and returns, a series each, the chance (0 to 1) of a value at least as far from what is usual;
1 where it has nothing to say. None of them knows a person, a case or a rule.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from brp_signals.watch.points import FAMILY, SHARES, SUMMER, Flags, Floats, Points, row_median

#: Fewest earlier points from which something is called usual.
_FEWEST: Final = 2
#: Of a normal distribution the standard deviation is so many times the median of absolute deviations.
_TO_DEVIATION: Final = 1.4826
#: And so many times their mean.
_MEAN_TO_DEVIATION: Final = 1.2533
#: Over how many points a slow change is looked for, how far at most one step of it counts, and by how much it
#: must have moved: a share of the whole, or a share itself.
_LENGTHS, _MOST_OF_STEP, _LEAST_TREND, _LEAST_MOVED = (2, 4, 8, 12), 4.0, 0.03, 0.01
#: So many of the newest points a rise of faults may have lifted.
_NEWEST: Final = 8
#: What is no further from usual than so many times as it moves by itself is not looked at closer.
_WORTH_IT: Final = 2.0
#: So many of the people of a list come or go from one point to the next; at least one does.
_TURNOVER: Final = 0.02
#: From which index on codes of a column are said to have changed.
_LEAST_INDEX: Final = 0.1
#: The reference value of the sum below, in standard deviations: half of the shift that it is meant to find.
_ALLOWANCE: Final = 1.0
#: A rise of faults by fewer rows, or by a smaller share, is not worth a sentence.
_LEAST_FAULTS, _LEAST_RISE = 4, 0.3
#: Months in which lists change little: the last one of a school year and the summer.
_QUIET: Final = (6, *SUMMER)
#: A number other than a mark is missed when it stands still only if it stood still so seldom.
_SELDOM: Final = 0.2
#: The chance of what no chance brings about.
_CERTAIN: Final = 0.0


def level(points: Points) -> Floats:
    """The distance from the median, in robust standard deviations (Iglewicz and Hoaglin, How to Detect and Handle
    Outliers, 1993, modified z-score).

    With few earlier points the deviation is not known well, so that the distance counts for less. A count cannot fall
    below nothing: how far it fell is measured on the scale of its root (Anscombe 1948).
    """
    return _of_those(points, np.abs(points.value - points.usual) > _WORTH_IT * points.noise(), _far_from_usual)


def _far_from_usual(points: Points) -> Floats:
    usual, n = points.usual, points.n_earlier
    deviation = _TO_DEVIATION * row_median(np.abs(points.earlier - usual[:, None]))
    noise = np.fmax(np.nan_to_num(deviation), points.noise()) * np.sqrt(1 + 1 / np.fmax(n, 1))
    root = np.sqrt(np.fmax(usual, 0) + 3 / 8)
    fallen = 2 * root * (np.sqrt(np.fmax(points.value, 0) + 3 / 8) - root)
    is_fall = (points.unit == "count") & (points.value < usual)
    distance = _on_its_side(points, np.where(is_fall, fallen, points.value - usual) / noise)
    return _where(n >= _FEWEST, _two_sided(distance))


def step(points: Points) -> Floats:
    """The last step against the steps before, in robust standard deviations: a number of people of whom most stay is a
    random walk, which only those who come and go move (Box and Jenkins 1970, differencing).

    A point before is enough: then chance alone says how far a step goes.
    """
    is_watched = points.is_settled & ~points.is_in_season
    moved = np.abs(points.value - points.earlier[:, -1])
    return _of_those(points, is_watched & (moved > _step_by_chance(points)), _stepped)


def _stepped(points: Points) -> Floats:
    steps = np.diff(np.column_stack([points.earlier, points.value]), axis=1)
    last, before = steps[:, -1], steps[:, :-1]
    n_before = np.isfinite(before).sum(axis=1)
    usual_step = np.where(n_before > _FEWEST, row_median(before), 0.0)
    deviation = _TO_DEVIATION * row_median(np.abs(before - usual_step[:, None])) * np.sqrt(1 + 2 / np.fmax(n_before, 1))
    by_chance = _step_by_chance(points)
    return _two_sided(_on_its_side(points, (last - usual_step) / np.fmax(np.nan_to_num(deviation), by_chance)))


def drift(points: Points) -> Floats:
    """A slow change of people who mostly stay: the sum of the last steps against the steps before them, also those of
    earlier school years (Page, Biometrika 41, 1954: a sum finds a small shift that no single point shows).

    A step counts for no more than four deviations, so that one jump is no slow change. A number that grows is no
    worry, unless its side says so.
    """
    is_watched = points.is_settled & ~points.is_in_season
    has_moved = np.any([_has_moved(points, length) for length in _LENGTHS], axis=0)
    return _of_those(points, is_watched & has_moved, _drifted)


def _has_moved(points: Points, length: int) -> Flags:
    """Whether a number is so far from what it was some points ago, in this school year, that it is worth telling."""
    moved = points.value - points.earlier[:, -length]
    is_share = np.isin(points.unit, SHARES)
    is_on_side = np.where(is_share & (points.side == "both"), moved != 0, (moved > 0) == (points.side == "higher"))
    has_moved: Flags = is_on_side & (np.abs(moved) > np.where(is_share, _LEAST_MOVED, _LEAST_TREND * points.usual))
    return has_moved


def _drifted(points: Points) -> Floats:
    steps = np.diff(np.column_stack([points.of_all_years, points.value]), axis=1)
    least = _step_by_chance(points) / 2
    chance = np.ones(len(points.value))
    for length in _LENGTHS:
        last, before = steps[:, -length:], steps[:, :-length]
        n_before = np.isfinite(before).sum(axis=1)
        usual_step = np.nan_to_num(row_median(before))[:, None]
        deviation = np.fmax(_spread(before - usual_step), least) * np.sqrt(1 + length / np.fmax(n_before, 1))
        beyond = np.clip((last - usual_step) / deviation[:, None], -_MOST_OF_STEP, _MOST_OF_STEP)
        distance = beyond.sum(axis=1) / math.sqrt(length)
        applies = (n_before > _FEWEST) & _has_moved(points, length)
        chance = np.fmin(chance, _where(applies, _two_sided(distance) * len(_LENGTHS)))
    return chance


def cusum(points: Points) -> Floats:
    """The sum of what counts of faults were too high, night after night (Page, Biometrika 41, 1954; for counts Lucas,
    Technometrics 27, 1985), on the scale on which a Poisson count has a standard deviation of one (Anscombe 1948).

    The chance that such a sum of pure noise reaches h is about exp(-2 k h), k the allowance (Siegmund 1985).
    """
    whole = np.column_stack([points.earlier, points.value])
    # What was usual is said by the older half: a slow rise must not lift what it is held against.
    older = points.earlier[:, : points.earlier.shape[1] - _NEWEST]
    known = np.where(np.isfinite(older).sum(axis=1) >= _FEWEST, row_median(older), _first_half(points.earlier))
    usual = np.fmax(known, 0.5)
    steps = 2 * (np.sqrt(whole + 3 / 8) - np.sqrt(usual + 3 / 8)[:, None])
    spread = _TO_DEVIATION * row_median(np.abs(steps[:, :-1]))
    # A large count moves by more than chance: by its declared share, which on this scale is that times its root.
    spread = np.fmax(np.fmax(np.nan_to_num(spread), 1), points.noise_share * np.sqrt(usual))
    steps = steps / spread[:, None]
    summed = np.zeros(len(whole))
    for column in range(whole.shape[1] - _NEWEST, whole.shape[1]):
        summed = np.fmax(0, summed + np.nan_to_num(steps[:, column]) - _ALLOWANCE)
    is_high = points.value >= usual + np.fmax(_LEAST_FAULTS, _LEAST_RISE * usual)
    return _where((points.n_earlier >= _FEWEST) & is_high, np.exp(-2 * _ALLOWANCE * summed))


def frozen(points: Points) -> Floats:
    """How likely so many lists in a row are the same to the day, from how often lists of this school were (Laplace's
    rule of succession); not while a school year ends or begins.
    """
    whole = np.column_stack([points.earlier, points.value])
    pairs = np.isfinite(whole[:, 1:]) & np.isfinite(whole[:, :-1])
    same = pairs & (whole[:, 1:] == whole[:, :-1])
    run = np.cumprod(np.where(pairs, same, False)[:, ::-1], axis=1).sum(axis=1)
    n_pairs, n_same = pairs.sum(axis=1) - run, same.sum(axis=1) - run
    rate = (n_same + 1) / (n_pairs + 2)
    is_lively = (points.unit == "mark") | (rate < _SELDOM)
    applies = (run >= 2) & (n_pairs >= _FEWEST) & is_lively & ~np.isin(points.month, _QUIET)
    return _where(applies, rate**run)


def codes(points: Points) -> Floats:
    """The population stability index of the codes of a column, sum of (p - q) ln(p / q) (Siddiqi, Credit Risk
    Scorecards, 2006, where above 0.1 something changed): said of the code that moved most.

    Times the number of rows it is distributed nearly as chi-square when nothing changed (Yurdakul 2018).
    """
    usual, n = np.nan_to_num(points.usual), np.fmax(points.size, 1)
    least = 0.5 / n
    p, q = np.fmax(points.value, least), np.fmax(usual, least)
    parts = (p - q) * np.log(p / q)
    chance = np.ones(len(parts))
    for subject in np.unique(points.subject):
        at = np.flatnonzero(points.subject == subject)
        index, size = parts[at].sum(), n[at].max()
        if index >= _LEAST_INDEX and (points.n_earlier[at] >= _FEWEST).any() and len(at) > 1:
            chance[at[parts[at].argmax()]] = _chi_square(index * size, len(at) - 1)
    return chance


def repeated(points: Points) -> Floats:
    """A list that is an earlier one to the day, but neither of the last two: a pupil may come and go."""
    is_same = points.earlier == points.value[:, None]
    applies = is_same[:, :-2].any(axis=1) & ~is_same[:, -2:].any(axis=1)
    return _where(applies, _CERTAIN)


def back(points: Points) -> Floats:
    """A last day that lies before one that was reached earlier, by more than corrections bring about: certain."""
    reached = np.max(np.nan_to_num(points.earlier, nan=-np.inf), axis=1)
    return _where(points.value < reached - points.least_noise, _CERTAIN)


def flag(points: Points) -> Floats:
    """What is certain: a flag that is up."""
    return _where(points.value > 0, _CERTAIN)


@dataclass(frozen=True)
class Detector:
    """A detector, and the units of the measures that it can judge."""

    chance: Callable[[Points], Floats]
    units: tuple[str, ...]


#: The detectors by name, in the order in which they are asked; of two that find the same the first is named.
DETECTORS: Final = {
    "flag": Detector(flag, ("flag",)),
    "repeated": Detector(repeated, ("mark",)),
    "back": Detector(back, ("day",)),
    "level": Detector(level, ("stock", "part", "count", "share", "days")),
    "step": Detector(step, ("stock", "part", "code", "faults")),
    "cusum": Detector(cusum, ("faults",)),
    "drift": Detector(drift, ("stock", "part")),
    "codes": Detector(codes, ("code",)),
    "frozen": Detector(frozen, ("mark", "stock")),
}


def _on_its_side(points: Points, distance: Floats) -> Floats:
    """The distance, or 0 where only the other side is of interest."""
    is_other = ((points.side == "lower") & (distance > 0)) | ((points.side == "higher") & (distance < 0))
    return np.where(is_other, 0.0, distance)


def _step_by_chance(points: Points) -> Floats:
    """How far a step goes when families come and go by chance. Of a share only those of its own kind move it: most when
    it is a half.
    """
    is_share = np.isin(points.unit, SHARES)
    people = np.nan_to_num(np.where(is_share, points.size, points.usual))
    share = np.clip(np.where(is_share, np.nan_to_num(points.usual), 0.5), 0, 1)
    movers = FAMILY * 4 * share * (1 - share) * _TURNOVER * people
    return np.asarray(np.sqrt(1 + movers) / np.where(is_share, np.fmax(people, 1), 1))


def _spread(deviations: Floats) -> Floats:
    """The standard deviation of each row as its median deviation tells it, or its mean one without the largest where
    that is more: of numbers that mostly stay the same the median is nothing.
    """
    sizes = np.abs(deviations)
    largest = np.max(np.nan_to_num(sizes), axis=1)
    mean = (np.nansum(sizes, axis=1) - largest) / np.fmax(np.isfinite(sizes).sum(axis=1) - 1, 1)
    spread: Floats = np.fmax(_TO_DEVIATION * np.nan_to_num(row_median(sizes)), _MEAN_TO_DEVIATION * mean)
    return spread


def _first_half(earlier: Floats) -> Floats:
    """The median of the older half of the points there are."""
    n = np.isfinite(earlier).sum(axis=1)
    columns = np.arange(earlier.shape[1])[None, :]
    is_older = columns < (earlier.shape[1] - n // 2)[:, None]
    return row_median(np.where(is_older, earlier, np.nan))


def _two_sided(distance: Floats) -> Floats:
    """The chance of a normal number at least so far from its mean, on either side."""
    return np.array([math.erfc(abs(each) / math.sqrt(2)) for each in np.nan_to_num(distance).tolist()])


def _lower_tail(distance: Floats) -> Floats:
    """The chance of a normal number at least so far below its mean."""
    return np.array([math.erfc(-each / math.sqrt(2)) / 2 for each in np.nan_to_num(distance).tolist()])


def _of_those(points: Points, which: Flags, detector: Callable[[Points], Floats]) -> Floats:
    """What a detector says of some of the series; of the others, that chance alone explains them."""
    chance = np.ones(len(points.value))
    if which.any():
        chance[which] = detector(points.those(which))
    return chance


def _where(applies: Flags, chance: Floats | float) -> Floats:
    return np.where(applies, chance, 1.0)


def _chi_square(value: float, freedom: int) -> float:
    """The chance of a chi-square number at least so large (Wilson and Hilferty 1931, by its cube root)."""
    spread = 2 / (9 * freedom)
    distance = ((value / freedom) ** (1 / 3) - (1 - spread)) / math.sqrt(spread)
    return math.erfc(distance / math.sqrt(2)) / 2
