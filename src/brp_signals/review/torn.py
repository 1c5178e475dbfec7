"""Rows with cells that no longer belong together, since somebody sorted some of the columns and not the others."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from brp_signals.base.dates import Interval, case_date
from brp_signals.review.answers import case_of, day_in
from brp_signals.review.reviewed_workbook import ReviewedWorkbook, Row

#: The persons that each case is or was about, each with the day as delivered, by case number (`Ledger.subjects`).
Subjects = Mapping[str, Sequence[tuple[str, str]]]


def torn_rows(workbook: ReviewedWorkbook, subjects: Subjects) -> list[Row]:
    """The rows that hold the pseudonym of another case, or the day of another case on the same workbook.

    An unknown pseudonym comes from an older key, and an unknown day from a person who corrected it: neither counts
    against a row.
    """
    persons = {person_id for about in subjects.values() for person_id, _ in about}
    about = {row: subjects.get(case_of(row) or "", ()) for row in workbook.rows}
    days = {interval.earliest for each in about.values() for interval in _days(each) if interval.is_complete}
    return [
        row
        for row, own in about.items()
        if own
        and (
            (row.person in persons and row.person not in {person_id for person_id, _ in own})
            or _is_of_another(day_in(row.case_day, workbook.counts_from_1904), own, days)
        )
    ]


def _is_of_another(day: date | None, own: Sequence[tuple[str, str]], days: set[date]) -> bool:
    return day in days and not any(interval.earliest <= day <= interval.latest for interval in _days(own))


def _days(about: Sequence[tuple[str, str]]) -> Iterator[Interval]:
    """Return the days that a case had; a wholly unknown date may be any day."""
    return (interval for _, text in about if (interval := case_date(text)))
