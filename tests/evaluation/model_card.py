"""Writes what simulation shows into docs/learned_weights.md, the model card.

python -m tests.evaluation.model_card
"""

import re
import sys
from pathlib import Path
from typing import Final

from brp_signals.config import Weights
from brp_signals.evaluation.learned import Example, Judgement, judge
from tests.evaluation.histories import flatter_later, history, the_fresh_first

PAGE: Final = Path(__file__).parents[2] / "docs/learned_weights.md"
_SIGNALS: Final = 3000
_MARKS: Final = (
    "<!-- The table is written by `python -m tests.evaluation.model_card`. -->\n",
    "<!-- End of the table. -->\n",
)


def table() -> str:
    """What was judged in simulation, in Markdown."""
    unbiased = history(_SIGNALS, seed=1)
    told_by_default = history(_SIGNALS, seed=1, of_sources=1.5, of_freshness=1.0)
    rows = [
        ("large, nearly all decided", _judged(unbiased)),
        ("small", _judged(history(300, seed=1))),
        ("no control sample", _judged(unbiased, n_controls=0)),
        ("only fresh signals looked at", _judged(history(2 * _SIGNALS, seed=1, looked=the_fresh_first))),
        ("right on average, wrong low and high", _judged(flatter_later(history(2 * _SIGNALS, seed=1)))),
        ("the truth is what the fixed weights say", _judged(told_by_default)),
    ]
    head = "| history | decided | gain (95 % interval) | predicted / found | the same in bands | used | sentence |"
    return (
        "\n".join([head, "| --- | --- | --- | --- | --- | --- | --- |", *(_row(name, found) for name, found in rows)])
        + "\n"
    )


def with_table(page: str) -> str:
    """`page` with the table in its place, between the two marks."""
    start, end = (re.escape(mark) for mark in _MARKS)
    return re.sub(f"({start}).*({end})", lambda found: found[1] + table() + found[2], page, flags=re.DOTALL)


def _judged(examples: list[Example], n_controls: int = 60) -> Judgement:
    groups = {"group": {each.case_id: str(int(each.case_id[2:]) % 2) for each in examples}}
    return judge(examples, n_controls, groups, Weights())


def _row(name: str, found: Judgement) -> str:
    gain = f"{found.gain:.3f} ({found.interval[0]:.3f} to {found.interval[1]:.3f})" if found.interval else "–"
    chance = f"{found.predicted:.2f} / {found.observed:.2f}" if found.predicted is not None else "–"
    bands = ", ".join(f"{band.predicted:.2f} / {band.observed:.2f}" for band in found.bands) or "–"
    used = (
        f"source {found.weights.source:g}, freshness {found.weights.freshness:g}"
        if found.weights
        else "the fixed weights"
    )
    return f"| {name} | {found.n_decided} | {gain} | {chance} | {bands} | {used} | {found.sentence_nl} |"


def main() -> int:
    """Bring docs/learned_weights.md of this checkout up to date."""
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
