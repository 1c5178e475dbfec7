"""DUO's open files of school locations, taken in for the names on lists and pages.

`school_files.toml` says how the files are written. Of each row the columns that it names are read and no other: a file
also tells denomination and boards, which nobody needs here. A name is a value from outside, so nothing of it is kept
but characters that can be seen.
"""

import csv
import io
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from brp_signals.base.dates import HERE, lies_ahead
from brp_signals.base.errors import UsageProblem
from brp_signals.base.private_files import read_small, refuse_open_folder, unwritable
from brp_signals.state.schools import LARGEST, School, replace_table, tables

_NUMBER: Final = re.compile(r"[0-9]{2}[A-Z]{2}[0-9]{2}", re.ASCII)
_LONGEST_CELL: Final = 120
#: So much of a file may be unreadable before it is taken for another file.
_MOST_UNREADABLE: Final = 0.5
#: Characters that are not shown, or change how others are: control and format characters, and what is no character.
_UNSEEN: Final = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


class Unreadable(NamedTuple):
    """A row that could not be read: its line in the file, and why."""

    line: int
    why: str


@dataclass(frozen=True)
class Imported:
    """What one file brought: its kind, the day it is of, how many schools, how many the table had before."""

    file: str
    kind: str
    kind_nl: str
    as_of: date
    n_schools: int
    n_before: int
    unreadable: tuple[Unreadable, ...]


def import_schools(file: Path, state: Path, kind: str | None = None, as_of: date | None = None) -> Imported:
    """Replace what the state folder holds of this kind of file by what the file says.

    Without a kind the file's name tells it, without a day the file is of the day on which it was last written. Raises
    UsageProblem for a file that is no list of school locations, and then the table stays as it is.
    """
    kind = _kind(file, kind)
    content = _content(file)
    day = as_of or datetime.fromtimestamp(file.stat().st_mtime, HERE).date()
    if lies_ahead(day):
        raise UsageProblem(f"{file.name} cannot be of a day that is still to come; say of which day it is with --date.")
    schools, unreadable = _schools(file.name, content, day)
    refuse_open_folder(state, "state")
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise unwritable(state, problem) from None
    n_before = next((len(table.schools or ()) for table in tables(state) if table.kind == kind), 0)
    replace_table(state, kind, schools)
    return Imported(file.name, kind, _layout()["kinds"][kind]["name_nl"], day, len(schools), n_before, unreadable)


@cache
def _layout() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _kind(file: Path, given: str | None) -> str:
    kinds, name = _layout()["kinds"], file.name.lower()
    found = given or next((code for code in kinds if any(word in name for word in kinds[code]["told_by"])), None)
    if found is not None and found in kinds:
        return found
    named = ", ".join(f"{code} ({kinds[code]['name_nl']})" for code in kinds)
    what = f"--kind: {given} is not known" if given else f"{file.name}: its name does not tell which schools it is of"
    raise UsageProblem(f"{what}; say --kind with one of {named}.")


def _content(file: Path) -> bytes:
    try:
        return read_small(file, LARGEST)
    except FileNotFoundError:
        raise UsageProblem(f"The file {file} does not exist; check the path.") from None
    except OSError as problem:
        raise UsageProblem(f"The file {file} cannot be read ({problem.strerror}); check path and rights.") from None


# ---- what the file says


def _schools(name: str, content: bytes, as_of: date) -> tuple[list[School], tuple[Unreadable, ...]]:
    """Every school of a file once, in its order, and the rows that say of none. Raises UsageProblem when hardly any
    row says of one.
    """
    found: dict[str, School] = {}
    unreadable: list[Unreadable] = []
    for line, told in _rows(name, content):
        school = _school(told, as_of) if isinstance(told, dict) else told
        if isinstance(school, School) and school.school_id in found:
            school = "its school is named on an earlier line"
        if isinstance(school, School):
            found[school.school_id] = school
        else:
            unreadable.append(Unreadable(line, school))
    if not found or len(unreadable) > _MOST_UNREADABLE * (len(found) + len(unreadable)):
        first = f", line {unreadable[0].line}: {unreadable[0].why}" if unreadable else ""
        raise _no_list(name, f"{len(found)} schools can be read of it{first}")
    return list(found.values()), tuple(unreadable)


def _rows(name: str, content: bytes) -> Iterator[tuple[int, dict[str, str] | str]]:
    """The columns that are read of each row with its line, or why it is no row."""
    text = _text(name, content)
    header = text.partition("\n")[0]
    separator = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        names = next(reader, [])
        columns = _columns(name, names)
        for row in reader:
            if len(row) == len(names):
                yield reader.line_num, {field: _seen(row[at]) for field, at in columns.items()}
            elif row:
                yield reader.line_num, "it has another number of cells than the header"
    except csv.Error:
        raise _no_list(name, f"line {reader.line_num + 1} is not well-formed CSV") from None


def _text(name: str, content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _no_list(name, "it is no text in UTF-8 or Windows-1252")


def _columns(name: str, header: Sequence[str]) -> dict[str, int]:
    """Where each column that is read stands. Raises UsageProblem when there is no number or no name of a school."""
    places = {_plain(column): at for at, column in reversed(list(enumerate(header)))}
    found = {
        field: places[known]
        for field, spellings in _layout()["columns"].items()
        if (known := next((each for each in map(_plain, spellings) if each in places), None))
    }
    if "name" not in found or not {"location", "institution"} & found.keys():
        raise _no_list(
            name, "it lacks a column with the number or the name of a school (VESTIGINGSCODE, VESTIGINGSNAAM)"
        )
    return found


def _plain(column: str) -> str:
    return " ".join(re.split(r"[\s_-]+", column.strip().upper()))


def _school(told: dict[str, str], as_of: date) -> School | str:
    """The school of a row, or why there is none."""
    if any(len(text) > _LONGEST_CELL for text in told.values()):
        return f"a cell is longer than {_LONGEST_CELL} characters"
    if not told["name"]:
        return "it has no name"
    number = _number(told)
    if not _NUMBER.fullmatch(number):
        return "its number is not like 12AB00"
    rest = {name: told.get(name, "") for name in ("street", "house_number", "postcode", "town", "phone")}
    return School(school_id=number, name=told["name"], **rest, as_of=as_of)


def _number(told: dict[str, str]) -> str:
    """The six characters of a location; of an institution without locations that of its main one."""
    institution, location = told.get("institution", ""), told.get("location", "00")
    whole = location if len(location) > len("00") else institution + location.rjust(len("00"), "0")
    return whole.upper()


def _seen(cell: str) -> str:
    """A cell without what cannot be seen, in one line."""
    shown = "".join(
        " " if unicodedata.category(each) in _UNSEEN else each for each in unicodedata.normalize("NFC", cell)
    )
    return " ".join(shown.split())


def _no_list(name: str, why: str) -> UsageProblem:
    return UsageProblem(f"{name} is no list of school locations as DUO publishes it: {why}; download it again, as CSV.")
