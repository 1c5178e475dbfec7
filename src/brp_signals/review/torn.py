"""Rows whose cells no longer belong together: somebody sorted some of the columns and left the others as they were."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from brp_signals.base.dates import Interval, case_date
from brp_signals.review.answers import case_of, day_in
from brp_signals.review.reviewed_workbook import ReviewedWorkbook, Row

#: By case number the persons that a case is or was about, each with its day as delivered (`Ledger.subjects`).
Subjects = Mapping[str, Sequence[tuple[str, str]]]


def torn_rows(workbook: ReviewedWorkbook, subjects: Subjects) -> list[Row]:
    """The rows that hold the pseudonym of another case, or the day of another case on the same workbook.

    A pseudonym that nobody has comes of an older key, and a day that nobody has of a person who corrected it: neither
    is held against a row.
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
    """The days that a case had; a delivered date that says nothing may be any day."""
    return (interval for _, text in about if (interval := case_date(text)))
