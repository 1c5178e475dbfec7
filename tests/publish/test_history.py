"""The history in report.html: figures of earlier runs, alarms over several of them, and the charts."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from brp_signals.publish.history import SHOWN, charts, history_alarms, history_of, table
from brp_signals.publish.report import write_report
from brp_signals.state.ledger import Run

FIRST = date(2026, 1, 5)


def runs_of(listed: Sequence[int | None], seconds: Sequence[float | None] = (), rows: Sequence[int] = ()) -> list[Run]:
    """Runs on days that follow each other."""
    return [
        Run(
            run_no=number + 1,
            run_id=f"run {number}",
            delivery_id=f"d{number}",
            manifest_sha256="",
            reference_date=FIRST + timedelta(number),
            scope=("0363",),
            pseudonym_key_id="2026a",
            configuration="",
            rules={},
            measures={"persons": rows[number] if rows else 1000, "residences": 4000},
            listed=count,
            seconds=seconds[number] if seconds else 30.0,
        )
        for number, count in enumerate(listed)
    ]


def report_of(folder: Path, runs: list[Run]) -> str:
    """report.html of the last of these runs, without the parts that this is not about."""
    write_report(folder / "report.html", {"history": history_of(runs)})
    return (folder / "report.html").read_text(encoding="utf-8")


def test_a_row_a_run_with_the_table_that_changed_most() -> None:
    history = history_of(runs_of([None, 4, 6], [None, 31.5, 30.0], [1000, 900, 990]))
    assert [tuple(row.values()) for row in history] == [
        ("2026-01-05", None, None, None),
        ("2026-01-06", 4, -10.0, 31.5),
        ("2026-01-07", 6, 10.0, 30.0),
    ]


def test_only_the_last_runs_are_kept_and_the_first_of_them_knows_the_one_before() -> None:
    history = history_of(runs_of([1] * (SHOWN + 5)))
    assert len(history) == SHOWN
    assert history[0]["rows_changed"] == 0.0


@pytest.mark.parametrize(
    ("listed", "alarms"),
    [
        ([20] * 5 + [41], 1),
        ([20] * 5 + [40], 0),  # double is not more than double
        ([20] * 4 + [90], 0),  # too few runs to say what is usual
        ([2] * 9 + [9], 0),  # few cases double by themselves
        ([0] * 9 + [11], 1),
        ([None] * 4 + [20] * 4 + [90], 0),  # what is not known does not count
        ([20] * 8 + [200] * 2 + [90], 1),  # two odd nights do not make it usual
        ([90] * 9 + [20] * 20 + [90], 1),  # nor does what was usual long ago
    ],
)
def test_cases_that_doubled(listed: list[int | None], alarms: int) -> None:
    found = history_alarms(history_of(runs_of(listed)))
    assert len(found) == alarms
    assert all(text.startswith(f"Er staan {listed[-1]} signalen") for text in found)


@pytest.mark.parametrize(
    ("seconds", "alarms"), [([60.0] * 5 + [181.0], 1), ([60.0] * 5 + [180.0], 0), ([2.0] * 5 + [61.0], 0)]
)
def test_a_duration_that_tripled(seconds: list[float], alarms: int) -> None:
    found = history_alarms(history_of(runs_of([5] * len(seconds), seconds)))
    assert len(found) == alarms
    assert all("181 seconden" in text for text in found)


@pytest.mark.parametrize("number", [1, 2])
def test_with_one_or_two_runs_it_says_so(tmp_path: Path, number: int) -> None:
    html = report_of(tmp_path, runs_of([4] * number))
    assert f"Nog te weinig runs om te tekenen: {number}. Vanaf 3" in html
    assert "<svg" not in html


def test_three_charts_that_can_be_read_aloud_and_a_table(tmp_path: Path) -> None:
    html = report_of(tmp_path, runs_of([4, 8, 6], [30.0, 31.0, 29.5], [1000, 1000, 950]))
    drawings = [ElementTree.fromstring(text) for text in re.findall(r"<svg.*?</svg>", html, re.DOTALL)]  # noqa: S314
    assert len(drawings) == 3
    for drawing in drawings:
        names = drawing.attrib["aria-labelledby"].split()
        assert [part.attrib["id"] for part in (drawing[0], drawing[1])] == names
        assert len(drawing.findall("circle")) in (2, 3)
    assert "3 runs; laagste 4, hoogste 8, laatste 6." in html
    assert '<th scope="row">07-01-2026</th><td class="number">6</td><td class="number">-5 %</td>' in html
    assert "<script" not in html


def test_a_line_does_not_bridge_a_run_of_which_nothing_is_known() -> None:
    chart = charts(history_of(runs_of([4, 5, None, 6, 7])))[0]
    assert len(chart.lines) == 2
    assert len(chart.dots) == 4


def test_the_highest_is_on_top_and_zero_at_the_bottom() -> None:
    chart = charts(history_of(runs_of([0, 5, 10])))[0]
    assert [y for _, y in chart.dots] == [88.0, 49.0, 10.0]
    assert (chart.lowest, chart.highest, chart.zero) == ("0", "10", None)


def test_growth_and_shrinking_lie_on_either_side_of_zero() -> None:
    chart = charts(history_of(runs_of([1] * 4, rows=[1000, 1100, 990, 990])))[1]
    assert chart.zero == 49.0
    assert [y for _, y in chart.dots] == [10.0, 88.0, 49.0]


def test_numbers_as_dutch_staff_write_them() -> None:
    assert table(history_of(runs_of([12345], [1234.5]))) == [("05-01-2026", "12.345", "–", "1.234,5 s")]
