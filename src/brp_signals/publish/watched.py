"""What a run leaves of the watch: watch.html for the data steward and watch_series.parquet for other programs."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any, Final

from brp_signals.base.statuses import LISTED
from brp_signals.publish.cases import overdue
from brp_signals.publish.list_content import Listed
from brp_signals.publish.watch_page import SHOWN_DAYS, Point, Subject, drawn_subjects, write_watch
from brp_signals.state.ledger import open_ledger
from brp_signals.state.schools import Schools
from brp_signals.steps.night import Night
from brp_signals.watch.nights import MOST

PAGE: Final = "watch.html"
SERIES: Final = "watch_series.parquet"
#: Of so many weeks the page says how many cases were handled.
_WEEKS: Final = 8


def write_watched(night: Night, folder: Path, schools: Schools) -> None:
    """Write both files into the folder of the run; the account must hold the alarms with their sentences."""
    cases = _cases(night)
    columns = dict.fromkeys(Subject._fields, "VARCHAR")
    night.warehouse.load("watch_drawn", columns, drawn_subjects(night.account, cases))
    night.create("watch_points", "watch/points.sql")
    points = night.warehouse.execute(
        night.warehouse.sql("watch/drawn.sql"),
        "watch/drawn.sql",
        drawn_from=night.reference_date - timedelta(days=SHOWN_DAYS),
        most=MOST,
    )
    write_watch(folder / PAGE, night.account, (Point(*row) for row in points), cases, schools)
    # The database may write into its own folder alone.
    made = night.work / SERIES
    night.warehouse.write_parquet(made, "watch/protected.sql")
    copyfile(made, folder / SERIES)


def _cases(night: Night) -> dict[Subject, int]:
    """How many open cases rest on each subject of tonight."""
    rows = night.warehouse.execute(night.warehouse.sql("watch/subjects.sql"), "watch/subjects.sql")
    return {Subject(*key): n_cases for *key, n_cases in rows}


def work(night: Night, cases: Sequence[Listed]) -> dict[str, Any]:
    """How the work goes: ordinary cases that are open or over their term, and how many were handled in each week."""
    return {
        "open": sum(case.status in LISTED for case in cases),
        "overdue": len(overdue(cases, night.reference_date)),
        "handled": _handled(night),
    }


def _handled(night: Night) -> list[dict[str, Any]]:
    """Cases with a decision in each of the last weeks, this one last."""
    this_week = _monday(night.reference_date)
    weeks = [this_week - timedelta(weeks=back) for back in range(_WEEKS - 1, -1, -1)]
    with open_ledger(night.state) as ledger:
        rows = ledger.handled(weeks[0])
    delivery = night.delivered
    handled = {
        (_monday(day), case_id)
        for day, municipality_code, case_id in rows
        if delivery.is_national or municipality_code in delivery.municipalities
    }
    return [{"from_on": week.isoformat(), "n_cases": sum(of == week for of, _ in handled)} for week in weeks]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
