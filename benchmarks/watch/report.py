"""The table of docs/watch.md."""

import statistics
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.measuring import machine
from benchmarks.watch.change import STRENGTHS
from benchmarks.watch.scoring import RIVALS, WATCH, Outcome

PAGE: Final = Path(__file__).parents[2] / "docs" / "watch.md"
BEGIN, END = "<!-- watch benchmark: begin -->", "<!-- watch benchmark: end -->"
#: Targets: of abrupt changes the first night, of slow ones in time, and false alarms a year for 40 schools.
ABRUPT, SLOW, FALSE = 0.9, 0.75, 6


def table(outcomes: Sequence[Outcome], false: Sequence[dict[str, list[str]]]) -> str:
    """What was found and how soon, by the watch and by what it competes with; then every kind of change."""
    kinds = {outcome.code for outcome in outcomes}
    lines = [
        f"{len(kinds)} kinds of change, {len(outcomes)} times one of them; {len(false)} × 52 nights without any. "
        f"{machine('scikit-learn', 'duckdb')}, {datetime.now(UTC).date().isoformat()}.",
        "",
        "| | abrupt, found the first night | slow, in time | nights until found, median (ninth of ten) "
        "| false alarms a year | of other subjects during a change |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(_summary(name, outcomes, false) for name in (WATCH, *RIVALS) if any(name in each.found for each in outcomes)),
        "",
        "| change | | weak | middle | strong | nights |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
        *_each(outcomes),
    ]
    return "\n".join(lines)


def _summary(name: str, outcomes: Sequence[Outcome], false: Sequence[dict[str, list[str]]]) -> str:
    nights = sorted(found for outcome in outcomes if (found := outcome.found.get(name)) is not None)
    until = f"{statistics.median(nights):g} ({nights[len(nights) * 9 // 10]})" if nights else "–"
    others = sum(outcome.others.get(name, 0) for outcome in outcomes)
    return (
        f"| {name} | {_share(name, outcomes, is_slow=False)} | {_share(name, outcomes, is_slow=True)} | {until} "
        f"| {_a_year(name, false):.1f} | {others / max(1, len(outcomes)):.2f} |"
    )


def _share(name: str, outcomes: Sequence[Outcome], *, is_slow: bool) -> str:
    share = in_time(name, outcomes, is_slow=is_slow)
    return "–" if share is None else f"{100 * share:.0f} %"


def in_time(name: str, outcomes: Sequence[Outcome], *, is_slow: bool) -> float | None:
    """The share of changes that were found in time; none where there was no change of that kind."""
    concerned = [outcome.in_time.get(name, False) for outcome in outcomes if outcome.is_slow == is_slow]
    return statistics.fmean(concerned) if concerned else None


def _a_year(name: str, false: Sequence[dict[str, list[str]]]) -> float:
    return statistics.fmean(len(said.get(name, [])) for said in false) if false else 0.0


def _each(outcomes: Sequence[Outcome]) -> list[str]:
    """A line for each kind of change: how often it was found in time, of how many times."""
    of_code: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        of_code[outcome.code].append(outcome)
    return [_line(code, some) for code, some in of_code.items()]


def _line(code: str, outcomes: list[Outcome]) -> str:
    cells = []
    for strength in STRENGTHS:
        concerned = [outcome for outcome in outcomes if outcome.strength == strength]
        found = sum(outcome.in_time[WATCH] for outcome in concerned)
        cells.append(f"{found}/{len(concerned)} ({concerned[0].value})" if concerned else "–")
    nights = [weeks for outcome in outcomes if (weeks := outcome.found[WATCH]) is not None]
    until = f"{statistics.median(nights):g}" if nights else "–"
    slow = ", slowly" if outcomes[0].is_slow else ""
    return f"| {code} | {outcomes[0].what}{slow} | {' | '.join(cells)} | {until} |"


def missed(outcomes: Sequence[Outcome], false: Sequence[dict[str, list[str]]]) -> list[str]:
    """The targets that were missed, in words."""
    words = []
    for is_slow, least, what in ((False, ABRUPT, "abrupt"), (True, SLOW, "slow")):
        share = in_time(WATCH, outcomes, is_slow=is_slow)
        if share is not None and share < least:
            words.append(f"{100 * share:.0f} % of the {what} changes were found in time")
    if _a_year(WATCH, false) > FALSE:
        words.append(f"{_a_year(WATCH, false):.1f} false alarms a year")
    return words
