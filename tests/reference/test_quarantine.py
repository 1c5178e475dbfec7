"""Rows that the rules never see, on both sides of every bound."""

from datetime import date

import pytest

from tests.reference import rows
from tests.reference.dates import register_date
from tests.reference.quarantine import is_impossible_enrolment, keep_usable_rows, trace_refusal
from tests.reference.shapes import Delivery, Settings, Source

T = date(2026, 6, 15)


def _is_impossible(
    enrolled: str, born: str = "20140501", kind: str = "PO", withdrawn: str = "", seen: str = "2026-06-01"
) -> bool:
    row = rows.enrolment("child", date.fromisoformat(enrolled), date.fromisoformat(seen), education_type=kind)
    return is_impossible_enrolment(row | {"withdrawn_on": withdrawn}, register_date(born), T)


def test_dates_that_cannot_be() -> None:
    assert _is_impossible("2024-08-26", withdrawn="2024-08-25")
    assert not _is_impossible("2024-08-26", withdrawn="2024-08-26")
    assert _is_impossible("2024-08-26", seen="2026-06-16")
    assert not _is_impossible("2024-08-26", seen="2026-06-15")


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("PO", "2017-05-01", "2029-04-30"),
        ("SBO", "2017-05-01", "2029-04-30"),
        ("SO", "2017-05-01", "2036-04-30"),
        ("VSO", "2017-05-01", "2036-04-30"),
        ("VO", "2017-05-01", "2036-04-30"),
        ("MBO", "2028-05-01", "2080-01-01"),
        ("OTHER", "2017-05-01", "2080-01-01"),
    ],
)
def test_age_bands_include_both_ages(kind: str, first: str, last: str) -> None:
    def impossible(day: str, shift: int = 0) -> bool:
        on = date.fromordinal(date.fromisoformat(day).toordinal() + shift)
        return _is_impossible(on.isoformat(), kind=kind)

    assert (impossible(first, -1), impossible(first)) == (True, False)
    assert (impossible(last), impossible(last, 1)) == (False, not last.startswith("2080"))


def test_only_what_is_certain_counts() -> None:
    assert not _is_impossible("2017-01-01", born="20140000")
    assert _is_impossible("2016-12-31", born="20140000")
    assert not _is_impossible("2029-12-30", born="20140000")
    assert _is_impossible("2029-12-31", born="20140000")
    assert not _is_impossible("1990-01-01", born="00000000")
    assert not _is_impossible("2023-02-28", born="20200229")


def test_traces_need_a_declared_source_and_have_a_retention() -> None:
    settings = Settings(sources=(Source("verzuim", "absence_report", retention_days=365),))

    def refusal(kind: str, event: str, source: str) -> str:
        return trace_refusal(rows.trace("child", kind, date.fromisoformat(event), source), T, settings)

    assert refusal("absence_report", "2025-06-15", "verzuim") == ""
    assert refusal("absence_report", "2025-06-14", "verzuim") == "retention_over"
    assert refusal("leave", "2026-05-01", "verzuim") == "source_not_declared"
    assert refusal("absence_report", "2026-05-01", "elders") == "source_not_declared"


def test_a_person_on_two_rows_is_on_none() -> None:
    twice = [rows.person("child", "20140501"), rows.person("child", "20140502")]
    other = rows.person("other", "20140501")
    kept, refused = keep_usable_rows(Delivery(persons=[*twice, other]), T, Settings())
    assert (kept.persons, refused) == ([other], {("persons", "K-05"): 2})
