"""What the rules do to groups that differ in nothing but the noise of administrations.

Two groups of children who left, in each of which as many are in truth still here. In the second one schools are late to
take a child off their list, or report absence of a child that has left. The engine judges both in one run.

    python -m tests.evaluation.noise    write the table into docs/fairness.md
"""

import random
import re
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from brp_signals.evaluation.intervals import wilson
from tests.ledger.nights import case_of
from tests.spec.builders import delivery_of, key_of, settings_of
from tests.support.engine import run_engine

PAGE: Final = Path(__file__).parents[2] / "docs/fairness.md"
TODAY: Final = date(2026, 6, 15)
CHILDREN: Final = 500
#: In each group so many in a hundred are still here; of those so many leave a sign.
_STILL_HERE, _SEEN = 0.06, 0.8
_MARKS: Final = (
    "<!-- The table is written by `python -m tests.evaluation.noise`. -->\n",
    "<!-- End of the table. -->\n",
)
_ON_TWO_LISTS: Final = "2020-08-17 seen 2026-04-08 2026-05-06"
_ON_ONE_LIST: Final = "2020-08-17 seen 2026-03-25 2026-04-08"


@dataclass(frozen=True)
class Noise:
    """How often a child that has left leaves a trace of administration: a school list that is late, or that stays
    wrong, and an absence report.
    """

    is_late: float
    stays_wrong: float
    absence: float


GROUPS: Final = {"little noise": Noise(0.10, 0.02, 0.01), "much noise": Noise(0.40, 0.12, 0.04)}


@dataclass(frozen=True)
class Outcome:
    """What came of one group: children listed on level A and B, and how many of those were still here."""

    listed: dict[str, int]
    right: dict[str, int]


def simulate(seed: int = 1, children: int = CHILDREN) -> dict[str, Outcome]:
    """Both groups through the engine, in one delivery."""
    chance = random.Random(seed)
    cells: list[dict[str, str]] = []
    here: dict[str, tuple[str, bool]] = {}
    for group, noise in GROUPS.items():
        for number in range(children):
            name = f"{group} {number}"
            is_here = chance.random() < _STILL_HERE
            cells.append({"child": name, **(_sign(chance) if is_here else _noise(chance, noise))})
            here[key_of(case_of([], TODAY), name)] = group, is_here
    found = {group: Outcome({"A": 0, "B": 0}, {"A": 0, "B": 0}) for group in GROUPS}
    case = case_of(cells, TODAY)
    for each in run_engine(delivery_of(case), TODAY, settings_of(case)).cases:
        group, is_here = here[each["person_id"]]
        found[group].listed[each["level"]] += 1
        found[group].right[each["level"]] += is_here
    return found


def _sign(chance: random.Random) -> dict[str, str]:
    """What a child who is still here leaves behind, if anything."""
    if chance.random() >= _SEEN:
        return {}
    return chance.choice(({"trace": "absence_report 2026-04-20"}, {"trace": "school_result 2026-04-21"}))


def _noise(chance: random.Random, noise: Noise) -> dict[str, str]:
    """What an administration leaves behind of a child who has left."""
    if chance.random() < noise.absence:
        return {"trace": "absence_report 2026-04-20"}
    if chance.random() < noise.stays_wrong:
        return {"enrolled": _ON_TWO_LISTS}
    return {"enrolled": _ON_ONE_LIST} if chance.random() < noise.is_late else {}


def table() -> str:
    """The outcome in Markdown."""
    lines = ["| group | level | listed of the departures | right of those listed |", "| --- | --- | --- | --- |"]
    for group, found in simulate().items():
        for level in ("A", "B"):
            listed, right = found.listed[level], found.right[level]
            lines.append(f"| {group} | {level} | {_share(listed, CHILDREN)} | {_share(right, listed)} |")
    return "\n".join(lines) + "\n"


def _share(part: int, whole: int) -> str:
    if not whole:
        return "none"
    low, high = wilson(part / whole, whole)
    return f"{part} of {whole}: {part / whole:.1%} ({low:.1%} to {high:.1%})"


def with_table(page: str) -> str:
    """`page` with the table in its place, between the two marks."""
    start, end = (re.escape(mark) for mark in _MARKS)
    return re.sub(f"({start}).*({end})", lambda found: found[1] + table() + found[2], page, flags=re.DOTALL)


def main() -> int:
    """Bring docs/fairness.md of this checkout up to date."""
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
