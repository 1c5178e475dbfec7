"""What a machine needs for the nightly run, looked at one by one."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from brp_signals.errors import SignalsError
from brp_signals.private_files import why_open
from brp_signals.rule_files import load_rules
from brp_signals.warehouse import resource

_PACKAGES = ("duckdb", "duckdb-engine", "great-expectations", "polars", "prefect", "sqlalchemy", "xlsxwriter")
_FREE_BYTES = 2_000_000_000


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what, and whether it is fine."""

    what: str
    is_fine: bool


def examine(state: Path, output: Path) -> list[Finding]:
    """Look at Python, packages, rules, suites, and the folders a run writes to."""
    return [
        Finding(f"Python {sys.version.split()[0]} (3.11 or newer)", sys.version_info >= (3, 11)),
        *[_package(name) for name in _PACKAGES],
        Finding("SQLAlchemy before 2.1 (later ones make the scheduler idle)", _version("sqlalchemy") < (2, 1)),
        _rules(),
        Finding("suites of expectations", any(resource("expectations").glob("*.json"))),
        *[_folder(folder) for folder in (state, output)],
        _rights(state, "state", may_be_read=False),
        _rights(output, "output", may_be_read=True),
        Finding("zoneinfo knows Europe/Amsterdam", _works(_amsterdam)),
    ]


def _package(name: str) -> Finding:
    try:
        return Finding(f"{name} {version(name)}", True)
    except PackageNotFoundError:
        return Finding(f"{name}: install the packages in requirements.lock", False)


def _version(name: str) -> tuple[int, int]:
    try:
        major, minor = version(name).split(".")[:2]
        return int(major), int(minor)
    except PackageNotFoundError:
        return (99, 0)


def _rules() -> Finding:
    try:
        return Finding(f"{len(load_rules(resource('sql') / 'rules'))} rules, each complete", True)
    except SignalsError as problem:
        return Finding(str(problem), False)


def _folder(folder: Path) -> Finding:
    """Whether the folder, or the nearest one above it that exists, can be written and has room."""
    nearest = next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())
    is_fine = nearest.is_dir() and os.access(nearest, os.W_OK) and shutil.disk_usage(nearest).free > _FREE_BYTES
    return Finding(f"folder {folder}: can be written, with 2 GB free", is_fine)


def _rights(folder: Path, what: str, *, may_be_read: bool) -> Finding:
    """Whether others than this user are kept out of the folder."""
    sentence = why_open(folder, what, may_be_read=may_be_read)
    return Finding(sentence or f"folder {folder}: closed to other users", sentence is None)


def _amsterdam() -> None:
    from zoneinfo import ZoneInfo

    ZoneInfo("Europe/Amsterdam")


def _works(action: Callable[[], None]) -> bool:
    try:
        action()
    except Exception:
        return False
    return True
