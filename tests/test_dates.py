"""Register dates are intervals; impossible ones are refused without their value."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brp_signals.base import dates
from brp_signals.base.dates import (
    FIRST_DAY,
    LAST_DAY,
    Interval,
    add_months,
    case_date,
    dutch,
    is_register_date,
    parse_iso_date,
    parse_register_date,
)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("20260316", date(2026, 3, 16), date(2026, 3, 16)),
        ("20260300", date(2026, 3, 1), date(2026, 3, 31)),
        ("20240200", date(2024, 2, 1), date(2024, 2, 29)),
        ("20230200", date(2023, 2, 1), date(2023, 2, 28)),
        ("20261200", date(2026, 12, 1), date(2026, 12, 31)),
        ("20260000", date(2026, 1, 1), date(2026, 12, 31)),
        ("20240229", date(2024, 2, 29), date(2024, 2, 29)),
        ("18000101", date(1800, 1, 1), date(1800, 1, 1)),
        ("18000000", date(1800, 1, 1), date(1800, 12, 31)),
        ("29991231", date(2999, 12, 31), date(2999, 12, 31)),
        ("00000000", date(1, 1, 1), date(9999, 12, 31)),
    ],
)
def test_a_register_date_is_the_interval_of_all_days_it_may_be(text: str, earliest: date, latest: date) -> None:
    assert parse_register_date(text) == Interval(earliest, latest)
    assert is_register_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "19660013",  # a day of an unknown month
        "00002014",
        "00000001",
        "00000100",
        "19821291",
        "19480538",
        "20260230",
        "20230229",
        "20260431",
        "20261301",
        "20261300",
        "17991231",
        "17990000",
        "30000101",
        "30000000",
        "2015",
        "2020228",
        "000000000",
        "0000000",
        "2026-3-1",
        "2026031 ",
        " 20260316",
        "20260316\n",
        "٢٠٢٦٠٣١٦",
        "+2260316",
        "abcdefgh",
    ],
)
def test_a_malformed_or_impossible_date_is_refused_without_its_value(text: str) -> None:
    with pytest.raises(ValueError, match="register date") as refusal:
        parse_register_date(text)
    assert text.strip() not in str(refusal.value)
    assert not is_register_date(text)


def test_an_empty_date_is_absent_and_not_unknown() -> None:
    assert parse_register_date("") is None
    assert not is_register_date("")


def test_completeness_and_boundlessness_of_an_interval() -> None:
    day, month, never = (parse_register_date(text) for text in ("20260316", "20260300", "00000000"))
    assert day is not None and day.is_complete and not day.is_unbounded
    assert month is not None and not month.is_complete and not month.is_unbounded
    assert never is not None and not never.is_complete and never.is_unbounded
    assert not Interval(FIRST_DAY, date(2026, 1, 1)).is_unbounded
    assert not Interval(date(2026, 1, 1), LAST_DAY).is_unbounded


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2999, 12, 31)))
def test_every_real_day_is_read_as_itself_and_lies_in_its_month_and_year(day: date) -> None:
    whole = parse_register_date(f"{day:%Y%m%d}")
    month = parse_register_date(f"{day:%Y%m}00")
    year = parse_register_date(f"{day:%Y}0000")
    assert whole == Interval(day, day)
    assert month is not None and month.earliest <= day <= month.latest
    assert year is not None and year.earliest <= month.earliest and month.latest <= year.latest


@pytest.mark.parametrize("text", ["20260316", "2026-W12-1", "2026-3-16", "16-03-2026", "2026-02-30", "x"])
def test_only_complete_iso_dates_are_read(text: str) -> None:
    with pytest.raises(ValueError, match="date") as refusal:
        parse_iso_date(text)
    assert text not in str(refusal.value)


def test_iso_dates() -> None:
    assert parse_iso_date("2026-03-16") == date(2026, 3, 16)
    assert parse_iso_date("") is None


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 3, 2), 8, date(2026, 11, 2)),
        (date(2026, 5, 15), 8, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 6, 15), -24, date(2024, 6, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 6, 15), 0, date(2026, 6, 15)),
        (date(9999, 12, 1), 1, LAST_DAY),
        (date(9999, 11, 5), 1, date(9999, 12, 5)),
        (LAST_DAY, 8, LAST_DAY),
        (date(1, 1, 20), -1, FIRST_DAY),
        (date(1, 2, 20), -1, date(1, 1, 20)),
        (FIRST_DAY, -24, FIRST_DAY),
    ],
)
def test_calendar_months_clamp_to_the_end_of_a_shorter_month(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20260302", Interval(date(2026, 3, 2), date(2026, 3, 2))),
        ("20260300", Interval(date(2026, 3, 1), date(2026, 3, 31))),
        ("2026-03-02", Interval(date(2026, 3, 2), date(2026, 3, 2))),
        ("", None),
    ],
)
def test_the_day_of_a_case_is_a_register_date_or_an_iso_date(text: str, expected: Interval | None) -> None:
    assert case_date(text) == expected


@pytest.mark.parametrize("text", ["2026-02-30", "2026-3-2", "20260230", "-"])
def test_what_is_neither_is_refused_without_its_value(text: str) -> None:
    with pytest.raises(ValueError) as problem:
        case_date(text)
    assert text not in str(problem.value) or text == "-"


def test_dutch_dates() -> None:
    assert dutch(date(2026, 3, 16)) == "16-03-2026"
    assert dutch(date(1802, 1, 2)) == "02-01-1802"


@pytest.mark.parametrize("text", ["1980-01-01", "2099-12-31"])
def test_the_first_and_the_last_day_that_can_be_written(text: str) -> None:
    assert parse_iso_date(text) == date.fromisoformat(text)


@pytest.mark.parametrize("text", ["1979-12-31", "2100-01-01", "1900-01-01", "9999-12-31"])
def test_a_day_of_another_age_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="from 1980 to 2099"):
        parse_iso_date(text)


def test_only_a_day_after_tomorrow_lies_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "today", lambda: date(2026, 6, 15))
    assert [dates.lies_ahead(date(2026, 6, day)) for day in (14, 15, 16, 17)] == [False, False, False, True]
