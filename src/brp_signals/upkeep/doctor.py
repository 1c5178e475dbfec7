"""What a machine needs for the nightly run, checked one by one; checking changes nothing."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from brp_signals.base.config import Configuration, load_configuration
from brp_signals.base.dates import add_months, today
from brp_signals.base.errors import SignalsError
from brp_signals.base.private_files import open_ordinary, why_open
from brp_signals.base.rule_files import load_rules
from brp_signals.base.warehouse import resource
from brp_signals.publish.ownership import why_foreign, why_older
from brp_signals.state.ledger import condition
from brp_signals.state.schools import School, tables

_PACKAGES = ("duckdb", "duckdb-engine", "great-expectations", "polars", "prefect", "sqlalchemy", "xlsxwriter")
_FREE_BYTES = 2_000_000_000
_MONTHS_OF_NAMES = 12


@dataclass(frozen=True)
class Finding:
    """One thing that was checked, and whether it is fine."""

    what: str
    is_fine: bool


def examine(state: Path, output: Path, config: Path | None = None) -> list[Finding]:
    """Check Python, packages, rules, suites, configuration, ledger, last run, names of schools, and folders."""
    try:
        settings, problem = load_configuration(config), []
    except SignalsError as wrong:
        settings, problem = Configuration(), [Finding(str(wrong), False)]
    return [
        Finding(f"Python {sys.version.split()[0]} (3.11 or newer)", sys.version_info >= (3, 11)),
        *[_package(name) for name in _PACKAGES],
        _rules(),
        Finding("suites of expectations", any(resource("expectations").glob("*.json"))),
        *[_folder(folder) for folder in (state, output)],
        _rights(state, "state", may_be_read=False),
        _rights(output, "output", may_be_read=True),
        Finding("time zone data for Europe/Amsterdam (without it: install the tzdata package)", _works(_amsterdam)),
        *problem,
        _ledger(state),
        *_belonging(state, output),
        _last_run(output, settings.alerts.no_delivery_days),
        _leftovers(state, output),
        _alert_command(settings),
        *_schools(state),
    ]


def _package(name: str) -> Finding:
    try:
        return Finding(f"{name} {version(name)}", True)
    except PackageNotFoundError:
        return Finding(f"{name}: install the packages in requirements.lock", False)


def _rules() -> Finding:
    try:
        return Finding(f"{len(load_rules(resource('sql') / 'rules'))} rules, each complete", True)
    except SignalsError as problem:
        return Finding(str(problem), False)


def _folder(folder: Path) -> Finding:
    """Check that the folder, or the nearest existing one above it, can be written to and has room."""
    nearest = next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())
    is_fine = nearest.is_dir() and os.access(nearest, os.W_OK) and shutil.disk_usage(nearest).free > _FREE_BYTES
    return Finding(f"folder {folder}: can be written, with 2 GB free", is_fine)


def _rights(folder: Path, what: str, *, may_be_read: bool) -> Finding:
    """Check that other users cannot use the folder."""
    sentence = why_open(folder, what, may_be_read=may_be_read)
    return Finding(sentence or f"folder {folder}: closed to other users", sentence is None)


def _ledger(state: Path) -> Finding:
    found = condition(state)
    if found is None:
        return Finding("ledger: none yet, the first run makes it", True)
    if not found.is_whole:
        return Finding("ledger: damaged or unreadable; put your backup back (docs/operations.md, Restore)", False)
    if found.version > found.newest:
        return Finding(
            f"ledger: version {found.version}, written by a newer program than this one (version {found.newest}); "
            "install that program again",
            False,
        )
    later = "" if found.version == found.newest else f"; the next run makes it {found.newest}, after a copy"
    return Finding(f"ledger: whole, version {found.version}{later}", True)


def _belonging(state: Path, output: Path) -> list[Finding]:
    """Check what a run would say of lists that belong to another state folder, or that its ledger does not know."""
    found = condition(state)
    if found is None or not found.is_whole:
        return []
    sentence = why_foreign(state, output, found.run_ids)
    if sentence is None and found.run_ids:
        sentence = why_older(state, output, found.run_ids[-1], (*found.run_ids, *found.taken_back))
    return [Finding(sentence or f"the lists in {output} are of this ledger, or there are none", sentence is None)]


def _last_run(output: Path, most_days: int) -> Finding:
    report = output / "latest" / "run.json"
    if not report.exists():
        return Finding(f"last run: none in {output} yet", True)
    try:
        finished = datetime.fromisoformat(json.loads(_content(report))["finished_at"])
        age = datetime.now(UTC) - finished
    except (OSError, ValueError, KeyError, TypeError):
        return Finding(f"last run: {report} cannot be read; run the newest delivery again", False)
    if age <= timedelta(most_days):
        return Finding(f"last run: {finished:%Y-%m-%d %H:%M} UTC, {age.days} days ago", True)
    return Finding(
        f"last run: {finished:%Y-%m-%d %H:%M} UTC, {age.days} days ago, more than [alerts] no_delivery_days "
        f"({most_days}); see in the log why no delivery was run since",
        False,
    )


def _content(path: Path) -> bytes:
    with open_ordinary(path) as stream:
        return stream.read()


def _leftovers(state: Path, output: Path) -> Finding:
    """Count what a run that was cut off, or one that is busy, left in the folder; no person has to act on it."""
    unfinished = [*(output / ".runs").glob(".*.unfinished"), *(state / "work").glob("*")]
    if unfinished:
        return Finding("leftovers of a run that is busy or was cut off; the next run removes them", True)
    return Finding("no leftovers of a run that was cut off", True)


def _alert_command(settings: Configuration) -> Finding:
    if not settings.alerts.command:
        return Finding("alerts: no command, so nobody is told when a night fails (docs/operations.md, Alerts)", True)
    program = settings.alerts.command[0]
    if shutil.which(program):
        return Finding(f"alerts: {program} can be run", True)
    return Finding(f"alerts: {program} is not there or not executable; mend [alerts] command or run chmod +x", False)


def _schools(state: Path) -> list[Finding]:
    """Say of which day the names of schools are: a table for each kind of file."""
    found = [_names(table.kind, table.schools) for table in tables(state)]
    return found or [
        Finding("names of schools: none, so lists show numbers (docs/operations.md, Schools by name)", True)
    ]


def _names(kind: str, schools: Sequence[School] | None) -> Finding:
    if not schools:
        return Finding(
            f"names of schools, {kind}: damaged; import DUO's file again (brp-signals schools import)", False
        )
    as_of = schools[0].as_of
    told = f"names of schools, {kind}: {len(schools)}, as of {as_of}"
    if add_months(as_of, _MONTHS_OF_NAMES) >= today():
        return Finding(told, True)
    return Finding(f"{told}, more than a year ago; import DUO's newest file (brp-signals schools import)", False)


def _amsterdam() -> None:
    from zoneinfo import ZoneInfo

    ZoneInfo("Europe/Amsterdam")


def _works(action: Callable[[], None]) -> bool:
    try:
        action()
    except Exception:
        return False
    return True
