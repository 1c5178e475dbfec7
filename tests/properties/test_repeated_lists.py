"""Design 8.4: a further list of the same enrolment is the same sign. A naive life of each child says what must come."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brp_signals.state.ledger import open_ledger
from tests.ledger.nights import TABLES, Nights, case_of
from tests.spec.builders import delivery_of, key_of

pytestmark = pytest.mark.long

#: Days on which every school hands in its list, and the nights that are run: both sides of 1 August and 1 September.
LISTS = [date(2026, *day) for day in ((5, 6), (6, 10), (7, 8), (8, 26), (8, 31), (9, 1), (10, 1))]
NIGHTS = [
    date(2026, *day) for day in ((6, 11), (6, 16), (7, 31), (8, 1), (8, 27), (8, 31), (9, 1), (9, 2), (10, 2), (10, 3))
]
NEW_SCHOOL_YEAR = date(2026, 9, 1)


@dataclass(frozen=True)
class Life:
    """A pupil that left and stands on every list of school A: what people decided, and what else came, and when."""

    outcome: str
    decided_on: date
    other: str
    other_on: date

    def cells(self, today: date) -> dict[str, str]:
        """What a delivery of today holds."""
        lists = [f"2020-08-17 at A seen {_seen(today)}"]
        if self.other == "school" and self.other_on <= today:
            lists.append(f"2026-02-02 at B seen {_seen(today, self.other_on)}")
        is_reported = self.other == "kind" and self.other_on <= today
        return {"enrolled": "; ".join(lists), "trace": f"tmv_report {self.other_on}" if is_reported else ""}

    def statuses(self) -> list[str]:
        """The status of each night, by the words of the ruling alone."""
        found = ["new"]
        for before, today in pairwise(NIGHTS):
            if self._is_closed(today):
                found.append("closed")
            elif found[-1] == "closed":
                found.append("new")
            else:
                came = self._other_since()
                found.append("changed" if came and before < came <= today else "ongoing")
        return found

    def _is_closed(self, today: date) -> bool:
        if not self.outcome or today < self.decided_on:
            return False
        if self.outcome == "X-GRENS":
            return not self.decided_on < date(2026, 8, 1) <= today
        is_new_year = self.decided_on < date(2026, 8, 1) and _newest(today) >= NEW_SCHOOL_YEAR
        came = self._other_since()
        return not is_new_year and not (came and self.decided_on < came <= today)

    def _other_since(self) -> date | None:
        """The night on which the other sign is first seen: a school needs two lists."""
        if not self.other:
            return None
        needed = 2 if self.other == "school" else 0
        return next((day for day in NIGHTS if day >= self.other_on and len(_days(day, self.other_on)) >= needed), None)


def _days(today: date, since: date = LISTS[0]) -> list[date]:
    return [day for day in LISTS if since <= day <= today]


def _seen(today: date, since: date = LISTS[0]) -> str:
    return " ".join(map(str, _days(today, since)))


def _newest(today: date) -> date:
    return _days(today)[-1]


DAYS = st.sampled_from(NIGHTS[1:])
LIVES = (
    st.builds(Life, st.sampled_from(["", "X-VERTREK-OK"]), DAYS, st.just(""), DAYS)
    | st.builds(Life, st.just("X-VERTREK-OK"), DAYS, st.sampled_from(["school", "kind"]), st.sampled_from(LISTS[2:]))
    | st.builds(Life, st.just(""), DAYS, st.sampled_from(["school", "kind"]), st.sampled_from(LISTS[2:]))
    | st.builds(Life, st.just("X-GRENS"), DAYS, st.just(""), DAYS)
)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(lives=st.lists(LIVES, min_size=25, max_size=40))
def test_only_news_reopens_or_changes_a_case(lives: list[Life], tmp_path_factory: pytest.TempPathFactory) -> None:
    nights = Nights(Path(tmp_path_factory.mktemp("nights")))
    keys = [key_of(case_of([], NIGHTS[0]), str(number)) for number in range(len(lives))]
    found: list[list[str]] = [[] for _ in lives]
    numbers: dict[str, str] = {}
    for today in NIGHTS:
        for life, key in zip(lives, keys, strict=True):
            if life.outcome and life.decided_on == today:
                nights.decide(numbers[key], f"{life.outcome} {today}")
        children = [{"child": str(number), **life.cells(today)} for number, life in enumerate(lives)]
        rows = delivery_of(case_of(children, today))
        nights.deliver(today, [], tables={table: getattr(rows, table) for table in TABLES})
        nights.run()
        with open_ledger(nights.state) as ledger:
            cases = {str(case[1]): case for case in ledger.recall(10**6).cases}
        numbers = {key: str(case[0]) for key, case in cases.items()}
        for key, statuses in zip(keys, found, strict=True):
            statuses.append(str(cases[key][5]))
    assert dict(zip(lives, found, strict=True)) == {life: life.statuses() for life in lives}
