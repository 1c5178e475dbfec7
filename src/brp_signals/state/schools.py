"""Schools by name: what DUO's open files say of each school, kept in the state folder for lists and pages.

Nothing that finds, weighs or orders cases reads this: a name is shown beside the number of a school, or it is not. Of
each kind of file there is one table, `schools-<kind>.csv`, which `brp-signals schools import` replaces whole.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Final

from brp_signals.base.dates import dutch
from brp_signals.base.private_files import read_small, replace_private

_PREFIX: Final = "schools-"
LARGEST: Final = 64 * 1024 * 1024


@dataclass(frozen=True)
class School:
    """One school by its number (BRIN and location), as a file of the day `as_of` has it; empty what it does not say."""

    school_id: str
    name: str
    street: str
    house_number: str
    postcode: str
    town: str
    phone: str
    as_of: date

    @property
    def title_nl(self) -> str:
        """`12AB00, De Regenboog, Utrecht`"""
        return ", ".join(filter(None, (self.school_id, self.name, self.town)))

    @property
    def address_nl(self) -> str:
        """`Lindelaan 1, 3511 AA Utrecht`"""
        parts = (f"{self.street} {self.house_number}", f"{self.postcode} {self.town}")
        return ", ".join(filter(None, (part.strip() for part in parts)))

    @property
    def as_of_nl(self) -> str:
        """The day of the file: `20-11-2026`."""
        return dutch(self.as_of)

    @property
    def source_nl(self) -> str:
        """Who says so, and when: `naam volgens DUO, bestand van 20-11-2026`."""
        return f"naam volgens DUO, bestand van {self.as_of_nl}"


@dataclass(frozen=True)
class Table:
    """The table of one kind of file; of a damaged one nothing is known, and `schools` is None."""

    kind: str
    schools: tuple[School, ...] | None


class Schools:
    """The schools that are known by name."""

    def __init__(self, known: Mapping[str, School]) -> None:
        self._known = known

    def find(self, school_id: str) -> School | None:
        """A school by its number; None when no file names it."""
        return self._known.get(school_id)

    def named(self, school_id: str) -> str:
        """`12AB00, De Regenboog, Utrecht`; the number alone of a school that no file names."""
        school = self.find(school_id)
        return school.title_nl if school else school_id


#: What is known before anything was imported.
NO_SCHOOLS: Final = Schools({})


def read_schools(state: Path) -> Schools:
    """The schools of every table that can be read, since a name is never needed to go on; the newest file counts."""
    found = [school for table in tables(state) for school in table.schools or ()]
    return Schools({school.school_id: school for school in sorted(found, key=lambda each: each.as_of)})


def tables(state: Path) -> list[Table]:
    """The tables in a state folder, by their kind."""
    return [Table(path.stem.removeprefix(_PREFIX), _read(path)) for path in table_files(state)]


def table_files(state: Path) -> list[Path]:
    """The files of the tables in a state folder."""
    return sorted(state.glob(f"{_PREFIX}*.csv"))


def replace_table(state: Path, kind: str, schools: Iterable[School]) -> None:
    """Replace the table of one kind of file, whole or not at all. Raises UsageProblem when it cannot be written."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(School))
    writer.writerows(astuple(school) for school in schools)
    replace_private(state / f"{_PREFIX}{kind}.csv", lambda stream: stream.write(text.getvalue().encode()))


def _read(path: Path) -> tuple[School, ...] | None:
    try:
        rows = csv.DictReader(io.StringIO(read_small(path, LARGEST).decode(), newline=""), strict=True)
        return tuple(map(school_of, rows))
    except (OSError, ValueError, TypeError, KeyError, csv.Error):
        return None


def school_of(values: Mapping[str, Any]) -> School:
    """A school from its fields as text. Raises ValueError, TypeError or KeyError for others."""
    return School(**{**values, "as_of": date.fromisoformat(values["as_of"])})
