"""Writes what simulation shows into docs/learned_weights.md, the model card.

python -m tests.evaluation.model_card
"""

import re
import sys
from pathlib import Path
from typing import Final

from brp_signals.evaluation.examples import Example
from brp_signals.evaluation.learned import Judgement, judge
from tests.evaluation.histories import FIXED, NOTHING, flatter_later, history, the_strong_first

PAGE: Final = Path(__file__).parents[2] / "docs/learned_weights.md"
_SIGNALS: Final = 1650
_MARKS: Final = (
    "<!-- The table is written by `python -m tests.evaluation.model_card`. -->\n",
    "<!-- End of the table. -->\n",
)


def table() -> str:
    """What was judged in simulation, in Markdown."""
    unbiased = history(_SIGNALS, seed=1)
    rows = [
        ("large, nearly all decided", _judged(unbiased)),
        ("what a city keeps in six years", _judged(history(210, seed=2))),
        ("what a city keeps in three years", _judged(history(105, seed=2))),
        ("small", _judged(history(80, seed=1))),
        ("no control sample", _judged(unbiased, n_controls=0)),
        ("only strong signals looked at", _judged(history(2 * _SIGNALS, seed=1, looked=the_strong_first))),
        ("right on average, wrong low and high", _judged(flatter_later(history(3300, seed=1)))),
        ("the truth is what the fixed weights say", _judged(history(_SIGNALS, seed=1, truth=FIXED))),
        ("nothing that is weighed says anything", _judged(history(_SIGNALS, seed=1, truth=NOTHING))),
    ]
    head = "| history | decided | judged | gain (interval) | predicted / found | the same in bands | moved | sentence |"
    rule = "| --- | --- | --- | --- | --- | --- | --- | --- |"
    return "\n".join([head, rule, *(_row(name, found) for name, found in rows)]) + "\n"


def with_table(page: str) -> str:
    """`page` with the table in its place, between the two marks."""
    start, end = (re.escape(mark) for mark in _MARKS)
    return re.sub(f"({start}).*({end})", lambda found: found[1] + table() + found[2], page, flags=re.DOTALL)


def _judged(examples: list[Example], n_controls: int = 60) -> Judgement:
    groups = {"group": {each.case_id: str(int(each.case_id[2:]) % 2) for each in examples}}
    return judge(examples, n_controls, groups, FIXED)


def _row(name: str, found: Judgement) -> str:
    interval = f" ({found.interval[0]:.2f} to {found.interval[1]:.2f})" if found.interval else ""
    gain = f"{found.gain:.2f}{interval}" if found.gain is not None else "–"
    whole = f"{found.whole.predicted:.2f} / {found.whole.observed:.2f}" if found.whole else "–"
    bands = ", ".join(f"{band.predicted:.2f} / {band.observed:.2f}" for band in found.bands) or "–"
    moved = ", ".join(f"{piece} {before:+.0f} → {after:+.0f}" for piece, before, after in found.moved) or "–"
    return (
        f"| {name} | {found.n_decided} | {found.n_judged or '–'} | {gain} | {whole} | {bands} | {moved} "
        f"| {found.sentence_nl} |"
    )


def main() -> int:
    """Bring docs/learned_weights.md of this checkout up to date."""
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
