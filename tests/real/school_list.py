"""A school list for the RvIG test set, which has none.

Derived by this project from `rvig-gbav-testset-2022.csv` (BRP-API/Haal-Centraal-BRP-bevragen, EUPL-1.2): the numbers
of persons at the lines named here are read from that file when the tests run and stored nowhere else; schools and
dates are ours. The list is written beside a LICENCE file that says the same.
"""

import csv
from datetime import date
from pathlib import Path
from typing import Final

from brp_signals.base.dates import Interval, parse_register_date
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats.gbav import RubricReader
from brp_signals.gateway.formats.records import Person

_HEADER: Final = ("bsn", "school_id", "education_type", "enrolled_on", "withdrawn_on", "seen_on")
_LABEL: Final = """derived-school-list.csv

Derived from rvig-gbav-testset-2022.csv (repository BRP-API/Haal-Centraal-BRP-bevragen), licence EUPL-1.2.
Taken: numbers of persons. Ours: every school, kind of education and date. Made by tests/real/school_list.py.
"""
#: Enrolments after the departure: (line of the child, kind of education, enrolled, seen).
SIGNS: Final = (
    (1913, "MBO", "2009-02-02", "2009-06-02"),
    (405, "PO", "2011-01-10", "2011-12-01"),
)
#: Departures in the same years of people who are no children: an enrolment of theirs is no sign.
_ADULT_ENROLMENT: Final = ("MBO", "2009-02-02", "2009-06-02")


def write_derived_school_list(register: Path, folder: Path, with_signs: bool = True) -> Path:
    """Write the list into `folder`: the signs, adults who left and study, children who never left."""
    persons = {person.line: person for person in RubricReader(register).persons(Findings())}
    rows = [_row(persons[line], *sign) for line, *sign in SIGNS if with_signs]
    rows += [_row(person, *_ADULT_ENROLMENT) for person in persons.values() if _is_departed_adult(person)]
    rows += [
        _row(person, "PO", "2008-08-01", "2009-06-02") for person in persons.values() if _is_resident_child(person)
    ]
    path = folder / "derived-school-list.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\n")
        writer.writerow(_HEADER)
        writer.writerows(rows)
    (folder / "derived-school-list.csv.LICENCE").write_text(_LABEL, encoding="utf-8")
    return path


def _row(person: Person, education_type: str, enrolled_on: str, seen_on: str) -> tuple[str, ...]:
    return (person.numbers.bsn, "12AB00", education_type, enrolled_on, "", seen_on)


def _is_departed_adult(person: Person) -> bool:
    left = [_read(residence.departure_date) for residence in person.residences]
    return (
        person.suspension_reason == "E"
        and bool(person.numbers.bsn)
        and _born(person).latest < date(1989, 1, 1)
        and any(date(2005, 1, 1) <= one.earliest and one.latest <= date(2011, 12, 31) for one in left if one)
    )


def _is_resident_child(person: Person) -> bool:
    born = _born(person)
    is_child = date(1999, 1, 1) <= born.earliest and born.latest <= date(2003, 12, 31)
    return is_child and not person.suspension_reason and bool(person.numbers.bsn)


def _born(person: Person) -> Interval:
    return _read(person.birth_date) or Interval(date.min, date.max)


def _read(text: str) -> Interval | None:
    try:
        return parse_register_date(text)
    except ValueError:
        return None
