"""Signals that were listed as examples to learn from, and as a table of what spoke for and against each.

pandas is imported where it is used: no run needs it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from brp_signals.base.config import Weights
from brp_signals.evaluation.additive import Numbers
from brp_signals.evaluation.decided import LookedAt

#: A kind of signal with fewer is not judged on its coverage.
FEWEST_IN_STRATUM: Final = 20


@dataclass(frozen=True)
class Example:
    """One signal that was listed: level and pieces of evidence when it came onto the list, and what people found, if
    they did.
    """

    case_id: str
    level: str
    pieces: frozenset[str]
    decided_on: date | None
    is_hit: bool | None


def examples_of(cases: Sequence[LookedAt]) -> list[Example]:
    """Every departure that was listed for its signs and weighed, as an example."""
    return [_example(each) for each in cases if each.is_signal and each.kind == "departure" and each.pieces]


def _example(case: LookedAt) -> Example:
    decided_on = case.decisions[-1].decided_on if case.is_hit is not None else None
    return Example(case.case_id, case.level, frozenset(case.pieces), decided_on, case.is_hit)


def controls_of(cases: Sequence[LookedAt]) -> int:
    """How many departures of the control sample were decided."""
    return sum(each.draw is not None and not each.is_signal and each.is_hit is not None for each in cases)


def frame_of(examples: Sequence[Example], default: Weights) -> Any:
    """A row for each listed signal: a column for each piece of evidence, and for how its outcome counts.

    `coverage` is the share of its kind of signal that was decided; a kind with few signals is taken together with all.
    """
    import pandas as pd

    rows = [
        {
            "case_id": each.case_id,
            "stratum": f"{each.level} {_strongest(each, default)}",
            "decided_on": each.decided_on,
            "is_hit": each.is_hit is True,
            "is_decided": each.is_hit is not None and each.decided_on is not None,
            **{piece: piece in each.pieces for piece in default.pieces},
        }
        for each in examples
    ]
    columns = ["case_id", "stratum", "decided_on", "is_hit", "is_decided", *default.pieces]
    frame = pd.DataFrame(rows, columns=columns).astype({"is_hit": bool, "is_decided": bool})
    of_kind = frame.groupby("stratum")["is_decided"]
    return frame.assign(
        coverage=of_kind.transform("mean").where(
            of_kind.transform("size") >= FEWEST_IN_STRATUM, frame["is_decided"].mean()
        )
    )


def _strongest(example: Example, default: Weights) -> str:
    """The piece that a signal mainly rests on."""
    return max(sorted(example.pieces & set(default.pieces)), key=lambda piece: default.pieces[piece], default="")


def n_of_a_kind(cases: Any) -> int:
    hits = int(cases["is_hit"].sum())
    return min(hits, len(cases) - hits)


def pieces_of(cases: Any, weights: Weights) -> Numbers:
    return np.asarray(cases[list(weights.pieces)], dtype=np.float64)


def hits_of(cases: Any) -> Numbers:
    return np.asarray(cases["is_hit"], dtype=np.float64)


def numbers_of(cases: Any) -> Numbers:
    """The number of signals that each decided signal represents, scaled to the effective sample size (Kish 1965)."""
    stands_for = 1 / np.asarray(cases["coverage"], dtype=np.float64)
    return np.asarray(stands_for * stands_for.sum() / (stands_for**2).sum())
