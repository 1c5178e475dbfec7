"""The results as tables for people, and the part of docs/detection.md that is made from them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks.departed_on_paper.assumptions import NAMES, TABLE
from benchmarks.departed_on_paper.chart import write_chart
from benchmarks.departed_on_paper.scoring import AtEqualWork, Score, Share
from benchmarks.measuring import write_between

PAGE: Final = Path(__file__).parents[2] / "docs/detection.md"
_CHART: Final = PAGE.with_suffix(".svg")
_RESULTS: Final = ("<!-- results: begin -->", "<!-- results: end -->")
_ASSUMPTIONS: Final = ("<!-- assumptions: begin -->", "<!-- assumptions: end -->")
_VARIATIONS: Final = ("<!-- variations: begin -->", "<!-- variations: end -->")


def write_page(scores: Mapping[str, Score], seeds: str) -> None:
    """Write the results, with their picture, and the table of assumptions between their marks in docs/detection.md."""
    write_chart(_CHART, scores)
    picture = f"![Found at equal work, and stated chance against share right]({_CHART.name})"
    write_between(PAGE, *_RESULTS, f"Seeds: {seeds}.\n\n{picture}\n\n{table(scores)}")
    write_between(PAGE, *_ASSUMPTIONS, assumptions())


def write_variations(told: Mapping[tuple[str, float], Score], level: str, seeds: str) -> None:
    """Write what halving and doubling assumptions of a level does between its marks in docs/detection.md.

    Rows of other assumptions stay as they were measured before; all are in the order of the assumptions.
    """
    made = variations(told)
    measured = {row.split("|")[1].strip() for row in made.splitlines()}
    before = PAGE.read_text(encoding="utf-8").partition(_VARIATIONS[0])[2].partition(_VARIATIONS[1])[0]
    kept = [row for row in before.splitlines() if row.startswith("| `") and row.split("|")[1].strip() not in measured]
    head, rows = made.splitlines()[:2], made.splitlines()[2:]
    ordered = sorted([*rows, *kept], key=lambda row: NAMES.index(row.split("`")[1]))
    write_between(PAGE, *_VARIATIONS, f"Level: {level}. Seeds: {seeds}.\n\n" + "\n".join([*head, *ordered]))


def variations(told: Mapping[tuple[str, float], Score]) -> str:
    """The comparison with the newest list, and how often A is right, when an assumption is multiplied by a factor."""
    head = (
        "| assumption | times | cases looked at | it finds | we find | against it | the upper mark finds "
        "| against that | by chance | A: right |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    )
    rows = (
        f"| `{name}` | {factor:g} | {_cells(score.at_equal_work['newest list'])} | {score.precision['A'].value:.0%} |"
        for (name, factor), score in told.items()
    )
    return "\n".join([head, *rows])


def table(scores: Mapping[str, Score]) -> str:
    """All figures of all levels, as Markdown tables."""
    parts = [
        _equal_work("spreadsheet", {level: told.at_equal_work for level, told in scores.items()}),
        _lists(scores),
        _equal_work("departures, spreadsheet", {level: told.groups for level, told in scores.items()}),
    ]
    if any(told.calibration for told in scores.values()):
        parts.append(_calibration(scores))
    return "\n\n".join(parts)


def assumptions() -> str:
    """Every number that the worlds are made of."""
    head = "| assumption | low | mid | high | unit | what it is | source |\n| --- | --- | --- | --- | --- | --- | --- |"
    rows = (
        f"| `{row.name}` | {row.low:g} | {row.mid:g} | {row.high:g} | {row.unit} | {row.meaning} | {row.source} |"
        for row in TABLE
    )
    return "\n".join([head, *rows])


def _equal_work(what: str, found: Mapping[str, Mapping[str, AtEqualWork]]) -> str:
    """The comparisons of each level by their name, which is that of `what`."""
    head = (
        f"| level | {what} | cases looked at | it finds | we find | against it | the upper mark finds "
        "| against that | by chance |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    )
    rows = (f"| {level} | {name} | {_cells(cut)} |" for level, cuts in found.items() for name, cut in cuts.items())
    return "\n".join([head, *rows])


def _cells(found: AtEqualWork) -> str:
    return (
        f"{found.looked_at} | {found.spreadsheet} | {found.tool} | {found.against_spreadsheet:.2f} x | "
        f"{found.upper_mark} | {found.against_upper_mark:.0%} | {found.chance:.0f}"
    )


def _lists(scores: Mapping[str, Score]) -> str:
    head = (
        "| level | departures, of which wrong | newest list: right, finds | A: right, finds | A + B: right, finds "
        "| right of the first 10, 25, 50 | average precision | days to the first list | false per 1,000 departures "
        "| new lines a night |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    )
    rows = (
        f"| {level} | {told.departures}, {told.wrong} | {_of_sheet(told)} | {_right(told, 'A')} | "
        f"{_right(told, 'A + B')} | {', '.join(f'{share.value:.0%}' for share in told.first_lines.values())} | "
        f"{told.average_precision:.2f} | {told.days_to_first_list:.0f} | {told.false_per_thousand:.0f} | "
        f"{told.new_lines_a_night:.0%} |"
        for level, told in scores.items()
    )
    return "\n".join([head, *rows])


def _right(told: Score, part: str) -> str:
    precision, recall = told.precision[part], told.recall[part]
    return f"{precision.right} of {precision.of} ({precision.value:.0%}), {recall.value:.0%}"


def _of_sheet(told: Score) -> str:
    found = told.at_equal_work["newest list"]
    share, recall = Share(found.spreadsheet, found.looked_at), Share(found.spreadsheet, told.wrong)
    return f"{share.right} of {share.of} ({share.value:.0%}), {recall.value:.0%}"


def _calibration(scores: Mapping[str, Score]) -> str:
    head = "| level | stated chance and share that was right, by fifths of the list |\n| --- | --- |"
    rows = (
        f"| {level} | {', '.join(f'{stated:.0%}: {share.value:.0%}' for stated, share in told.calibration)} |"
        for level, told in scores.items()
    )
    return "\n".join([head, *rows])
