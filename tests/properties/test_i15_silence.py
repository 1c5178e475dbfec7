"""I-15: what is missing one night is no news. A world in which nothing was missing says what must come of each case."""

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brp_signals.base.config import Configuration
from brp_signals.state.ledger import open_ledger
from tests.ledger.nights import TABLES, Nights, case_of, child
from tests.reference.shapes import Levels, Weights
from tests.spec.builders import delivery_of, settings_of
from tests.support.engine import configuration

pytestmark = pytest.mark.long

FIRST = date(2026, 6, 15)
Row = dict[str, str]
#: What puts a row of each table aside: a value that cannot be read, or one by which a check, or facts, pass it over.
SPOILT: dict[str, tuple[Row, ...]] = {
    "persons": (
        {"birth_date": "x"},
        {"birth_date": "00000000"},  # K-01
        {"birth_date": "19000101"},
        {"birth_date": "20620501"},
    ),
    "residences": (
        {"recorded_on": "x"},
        {"departure_date": "20620302"},  # K-02
        {"departure_date": "00000000"},
        {"recorded_on": "20620304"},  # K-03
        {"municipality_code": "0000"},  # K-06
        {"departure_date": "", "address_function": ""},  # K-07
        {"valid_from": "20620302"},
    ),
    "enrolments": (
        {"seen_on": "x"},
        {"seen_on": "2062-06-10"},  # K-04
        {"withdrawn_on": "2001-01-01"},
        {"education_type": "MBO"},
        {"enrolled_on": "2015-02-30"},
    ),
    "traces": ({"event_on": "x"}, {"event_on": "2062-03-16"}, {"event_on": "1990-03-16"}),  # K-09
}

Tables = dict[str, list[Row]]

CHILDREN = st.fixed_dictionaries(
    {
        "trace": st.sampled_from(
            [
                "",
                "absence_report 2026-03-16",
                "tmv_report 2026-05-04; absence_report 2026-03-20",
                "exemption 2026-04-01",
                "school_result 2026-04-21",
            ]
        ),
        "enrolled": st.sampled_from(
            [
                "",
                "2020-08-17 seen 2026-05-06 2026-06-10",
                "2020-08-17..2026-03-02 seen 2026-05-06 2026-06-10",
                "2026-04-13 at B seen 2026-06-10",
                "2020-08-17 at C seen 2026-06-10",
                "2020-08-17 at Z seen 2026-02-10",
                "2026-04-13..2026-05-20 at D seen 2026-05-27",
            ]
        ),
        "confidential": st.sampled_from(["", "yes"]),
        "unknown": st.sampled_from(["", "yes"]),
        "inquiry": st.sampled_from(["", "2026-06-01"]),
        "left": st.sampled_from(["2026-03-02", "2026-02-01"]),
        "returned": st.sampled_from(["", "", "2026-05-20"]),
    }
)


@dataclass(frozen=True)
class Loss:
    """What is missing on the silent nights; a flag that is missing twice in a row is news, so on one night alone."""

    kind: str
    which: int
    nights: int
    how: int = 0

    def of(self, tables: Tables) -> Tables:
        """The tables without it."""
        return {name: self._of_table(name, rows) for name, rows in tables.items()}

    def _of_table(self, name: str, rows: list[Row]) -> list[Row]:
        people = sorted({row["person_id"] for row in rows})
        person = people[self.which % len(people)] if people else ""
        sources = sorted({row["source_code"] for row in rows if name == "traces"})
        source = sources[self.which % len(sources)] if sources else ""
        match self.kind:
            case "file" if name == "traces":
                return []
            case "source" if name == "traces":
                return [row for row in rows if row["source_code"] != source]
            case "code" if name == "traces":
                return [row | {"source_code": "nieuw"} if row["source_code"] == source else row for row in rows]
            case "flag" if name == "persons":
                return [row | {"is_confidential": "0"} if row["person_id"] == person else row for row in rows]
            case "person" if name in ("persons", "residences"):
                return [row for row in rows if row["person_id"] != person]
            case "set aside":
                return [
                    row | SPOILT[name][self.how % len(SPOILT[name])] if row["person_id"] == person else row
                    for row in rows
                ]
        return rows


LOSSES = st.builds(
    Loss,
    st.sampled_from(["file", "source", "code", "person", *["set aside"] * 4]),
    st.integers(0, 99),
    st.integers(1, 2),
    st.integers(0, 999),
) | st.builds(Loss, st.just("flag"), st.integers(0, 99), st.just(1))


def tables_of(children: list[dict[str, str]]) -> Tables:
    """Their rows, and one of somebody who has nothing to do with it in every table that must have rows."""
    named = [child(**{**cells, "child": f"child {number}"}) for number, cells in enumerate(children)]
    stranger = {
        "child": "stranger",
        "left": "–",
        "trace": "school_result 2026-06-10",
        "enrolled": "2020-08-17 at Z seen 2026-02-10 2026-06-10",
    }
    rows = delivery_of(case_of([*named, stranger], FIRST))
    return {table: [{**row} for row in getattr(rows, table)] for table in TABLES}


def weighs_all(nights: Nights) -> None:
    """Every rule, and the points of the product."""
    weights, levels = Configuration().weights, Configuration().levels
    everything = replace(
        settings_of(case_of([], FIRST)),
        disabled_rules=frozenset(),
        weights=Weights(weights.base, dict(weights.pieces)),
        levels=Levels(levels.a, levels.b),
    )
    nights.config.write_text(configuration(everything), encoding="utf-8")


def night(nights: Nights, number: int, tables: Tables) -> None:
    """One more night, `number` days after the first."""
    nights.deliver(FIRST + timedelta(days=number), [], tables=tables)
    nights.run()


def seen(nights: Nights) -> tuple[list[Any], list[set[bytes]], dict[str, set[str]]]:
    """All that counts of every case (status, level, secrecy, since when), who is on which list, and what weighs."""
    with open_ledger(nights.state) as ledger:
        known = [tuple(case) for case in ledger.recall(10**6).cases]
    lists = nights.lists()
    names = ("signals.csv", "sealed/signals.csv")
    (kept,) = nights.state.glob("last_run-*.json")
    weighed = {
        case["case_id"]: {piece["code"] for piece in case["pieces"]}
        for case in json.loads(kept.read_text(encoding="utf-8"))["cases"]
    }
    return known, [{line.split(b",")[0] for line in lists[name].splitlines()} for name in names], weighed


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    children=st.lists(CHILDREN, min_size=3, max_size=8),
    loss=LOSSES,
    gaps=st.lists(st.integers(1, 25), min_size=4, max_size=4),
)
def test_no_case_term_or_list_changes_by_what_is_missing(
    children: list[dict[str, str]], loss: Loss, gaps: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    home: Path = tmp_path_factory.mktemp("worlds")
    (home / "heard").mkdir()
    heard = Nights(home / "heard")
    weighs_all(heard)
    whole = tables_of(children)
    lost = loss.of(whole)
    days = [0, *accumulate(gaps)]
    # Two whole nights, the silent ones, and the one on which everything is heard again; the term runs on in all.
    for day in days[:2]:
        night(heard, day, whole)
    silent = heard.copy(home / "silent")
    for day, tables in zip(days[2:], [*[lost] * loss.nights, whole], strict=False):
        night(heard, day, whole)
        night(silent, day, tables)
        assert seen(silent) == seen(heard), day
