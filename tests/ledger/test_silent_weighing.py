"""I-15 of what a case weighs: school lists or results that are silent take away nothing of it, and add nothing."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.ledger.nights import TABLES, Nights, case_of
from tests.reference.shapes import Source
from tests.spec.builders import delivery_of, key_of, school_of, settings_of
from tests.support.engine import configuration

pytestmark = pytest.mark.long

Tables = dict[str, list[dict[str, str]]]

FIRST = date(2026, 11, 16)
PUPIL = "2020-08-17"
STRANGER = {
    "child": "stranger",
    "left": "–",
    "trace": "school_result 2026-10-05",
    "enrolled": "2020-08-17 at Z seen 2026-04-08 2026-06-10 2026-11-10",
}
SITUATION = case_of([], FIRST)
#: Of a child each: what its signs are, and the pieces that it must be weighed by.
CHILDREN = {
    "L-01 L-01:3-months L-01:6-months L-01:new-year unknown-destination C-04": {
        "enrolled": f"{PUPIL} seen 2026-05-06 2026-06-10 2026-07-01 2026-09-09 2026-10-07 2026-11-10",
        "unknown": "yes",
    },
    "L-02 L-02:newest-list": {"enrolled": "2026-08-24 at C seen 2026-11-10"},
    "L-06 C-04": {"enrolled": f"{PUPIL} at D seen 2026-11-10"},
    "L-03 C-01": {
        "trace": "absence_report 2026-03-20",
        "enrolled": f"{PUPIL}..2026-04-01 at E seen 2026-02-10 2026-04-08",
    },
    "L-03 C-02": {"trace": "absence_report 2026-03-20", "enrolled": f"{PUPIL} at Z seen 2026-02-10"},
    "L-02 C-03": {"enrolled": "2026-04-13..2026-05-20 at F seen 2026-05-27"},
}


@pytest.fixture(name="nights")
def of_all_rules(tmp_path: Path) -> Nights:
    """Nights with every rule."""
    nights = Nights(tmp_path)
    usual = settings_of(case_of([], FIRST))
    # One code that tells of two kinds.
    sources = (*usual.sources, Source("toets", "leave", 3660))
    settings = replace(usual, disabled_rules=frozenset(), sources=sources)
    nights.config.write_text(configuration(settings), encoding="utf-8")
    return nights


def tables_of(children: list[dict[str, str]]) -> Tables:
    """Their rows, and those of somebody who did not leave."""
    named = [{"trace": "", "child": f"child {nth}", **cells} for nth, cells in enumerate(children)]
    rows = delivery_of(replace(SITUATION, tables=case_of([*named, STRANGER], FIRST).tables))
    return {table: [{**row} for row in getattr(rows, table)] for table in TABLES}


def deliver(nights: Nights, number: int, tables: Tables) -> dict[str, set[str]]:
    """One more night, `number` days after the first: the pieces that weigh for and against each case."""
    nights.deliver(FIRST + timedelta(days=number), [], tables={name: rows for name, rows in tables.items() if rows})
    nights.run()
    (kept,) = nights.state.glob("last_run-*.json")
    cases = json.loads(kept.read_text(encoding="utf-8"))["cases"]
    return {case["case_id"]: {piece["code"] for piece in case["pieces"]} for case in cases}


def spoilt(tables: Tables, **cells: str) -> Tables:
    """The tables in which the rows of the lists of everybody who left are put aside by these cells."""
    left = {row["person_id"] for row in tables["residences"] if row["departure_date"]}
    rows = [row | cells if row["person_id"] in left else row for row in tables["enrolments"]]
    return tables | {"enrolments": rows}


def test_pieces_of_every_kind_are_weighed(nights: Nights) -> None:
    found = deliver(nights, 0, tables_of(list(CHILDREN.values())))
    assert sorted(map(sorted, found.values())) == sorted(sorted(names.split()) for names in CHILDREN)


@pytest.mark.parametrize(
    "cells", [{"enrolled_on": "2020-02-31"}, {"withdrawn_on": "2001-01-01"}, {"education_type": "MBO"}]
)
def test_lists_of_which_no_row_of_the_child_counts_change_nothing(cells: dict[str, str], nights: Nights) -> None:
    whole = tables_of(list(CHILDREN.values()))
    before = deliver(nights, 0, whole)
    silent = spoilt(whole, **cells)
    assert deliver(nights, 1, silent) == before
    assert deliver(nights, 2, silent) == before
    assert deliver(nights, 3, whole) == before


def test_a_newest_list_of_which_the_row_is_put_aside_does_not_lack_the_child(nights: Nights) -> None:
    pupil = {"trace": "absence_report 2026-03-20", "enrolled": f"{PUPIL} at D seen 2026-10-07 2026-11-10"}
    whole = tables_of([pupil])
    before = deliver(nights, 0, whole)
    assert list(before.values()) == [{"L-01", "L-01:new-year", "L-03"}]
    newest = {"withdrawn_on": "2001-01-01"}
    rows = [row | newest if row["seen_on"] == "2026-11-10" else row for row in whole["enrolments"]]
    assert deliver(nights, 1, whole | {"enrolments": rows}) == before


def test_of_a_silent_source_of_results_what_it_did_not_tell_stays_until_others_tell(nights: Nights) -> None:
    whole = tables_of(list(CHILDREN.values()))
    before = deliver(nights, 0, whole)
    silent = whole | {"traces": [row for row in whole["traces"] if row["kind"] != "school_result"]}
    assert deliver(nights, 1, silent) == before
    (report, *_) = (row for row in silent["traces"] if row["kind"] == "absence_report")
    (pupil,) = {row["person_id"] for row in whole["enrolments"] if row["school_id"] == school_of(SITUATION, "D")}
    reported = silent | {"traces": [*silent["traces"], report | {"person_id": pupil}]}
    of_pupil = {case: found for case, found in deliver(nights, 2, reported).items() if found != before[case]}
    assert list(of_pupil.values()) == [{"L-03", "L-06"}]


def test_a_later_list_with_the_child_is_news_while_another_row_is_put_aside(nights: Nights) -> None:
    whole = tables_of([CHILDREN["L-03 C-01"]])
    deliver(nights, 0, whole)
    (row, *_) = spoilt(whole, enrolled_on="2020-02-31")["enrolments"]
    later = row | {"enrolled_on": "2026-11-02", "school_id": "99ZZ00", "seen_on": "2026-11-10", "withdrawn_on": ""}
    found = deliver(nights, 1, spoilt(whole, enrolled_on="2020-02-31") | {"enrolments": [row, later]})
    assert [("C-01" in pieces, "L-06" in pieces) for pieces in found.values()] == [(False, True)]


GONE = f"{PUPIL}..2026-04-01 at Z seen 2026-02-10 2026-04-08"
MISSING = f"{PUPIL} at Z seen 2026-02-10"
#: Of a child each what lists tell, night after night, and what speaks against the case. The first row of a list that
#: begins with `!` cannot be read. School Z sent its newest list on 10 November without the child.
LIVES = {
    "what was corrected": [
        (GONE, "C-01 2026-04-01"),
        (MISSING, "C-02 2026-11-10"),
        (f"!{MISSING}", "C-02 2026-11-10"),
    ],
    "missing, then on a later list": [
        (MISSING, "C-02 2026-11-10"),
        (MISSING, "C-02 2026-11-10"),
        (f"!{MISSING}; 2026-11-02 at Q seen 2026-11-12", ""),
    ],
    "missing, and on a list of that day": [
        (MISSING, "C-02 2026-11-10"),
        (MISSING, "C-02 2026-11-10"),
        (f"!{MISSING}; 2026-11-02 at Q seen 2026-11-10", "C-02 2026-11-10"),
    ],
    "ended anew, then on a later list": [
        ("2026-04-13..2026-05-20 at F seen 2026-05-27", "C-03 2026-05-20"),
        ("2026-04-13..2026-05-20 at F seen 2026-05-27", "C-03 2026-05-20"),
        ("!2026-04-13..2026-05-20 at F seen 2026-05-27; 2026-11-02 at Q seen 2026-11-12", ""),
    ],
}


def against(nights: Nights) -> dict[str, list[str]]:
    """What speaks against the case of each person, as the last run shows it."""
    (kept,) = nights.state.glob("last_run-*.json")
    cases = json.loads(kept.read_text(encoding="utf-8"))["cases"]
    return {
        case["person_id"]: [f"{sign['rule_code']} {sign['event_on']}" for sign in case["signs"] if sign["is_against"]]
        for case in cases
    }


def test_what_speaks_against_is_kept_in_silence_alone_and_until_a_later_list(nights: Nights) -> None:
    for number in range(3):
        children = [
            {"child": name, "trace": "absence_report 2026-03-20", "enrolled": life[number][0].removeprefix("!")}
            for name, life in LIVES.items()
        ]
        tables = tables_of(children)
        for name, life in LIVES.items():
            if life[number][0].startswith("!"):
                row = next(row for row in tables["enrolments"] if row["person_id"] == key_of(SITUATION, name))
                row["enrolled_on"] = "2020-02-31"
        deliver(nights, number, tables)
        found = {name: ", ".join(against(nights)[key_of(SITUATION, name)]) for name in LIVES}
        assert found == {name: life[number][1] for name, life in LIVES.items()}, f"night {number}"


def results_of(tables: Tables, *told: str) -> Tables:
    """The tables in which the source of results tells these kinds and days of the stranger, and nothing else."""
    stranger = {"person_id": key_of(SITUATION, "stranger"), "source_code": "toets", "ended_on": ""}
    rows = [{**stranger, **dict(zip(("kind", "event_on"), each.split(), strict=True))} for each in told]
    return tables | {"traces": [*(row for row in tables["traces"] if row["source_code"] != "toets"), *rows]}


def test_of_a_pupil_in_silence_newer_results_count_in_place_of_remembered_ones(nights: Nights) -> None:
    whole = tables_of([{"enrolled": f"{PUPIL} at D seen 2026-11-10"}])
    (pupil,) = {row["person_id"] for row in whole["enrolments"]} - {key_of(SITUATION, "stranger")}
    deliver(nights, 0, whole)
    assert against(nights)[pupil] == ["C-04 2026-10-05"]
    silent = [*whole["enrolments"], *spoilt(whole, enrolled_on="2020-02-31")["enrolments"]]
    deliver(nights, 1, results_of(whole | {"enrolments": silent}, "school_result 2026-11-02"))
    assert against(nights)[pupil] == ["C-04 2026-11-02"]


def test_a_source_that_is_silent_of_another_kind_keeps_no_result(nights: Nights) -> None:
    """The results were corrected: the newest of them is too soon after the departure now."""
    whole = tables_of([{"enrolled": f"{PUPIL} at D seen 2026-11-10"}])
    (pupil,) = {row["person_id"] for row in whole["enrolments"]} - {key_of(SITUATION, "stranger")}
    deliver(nights, 0, results_of(whole, "school_result 2026-10-05", "leave 2026-10-05"))
    assert against(nights)[pupil] == ["C-04 2026-10-05"]
    deliver(nights, 1, results_of(whole, "school_result 2026-08-27"))
    assert against(nights)[pupil] == []


def test_a_sign_of_the_first_day_that_counts_ends_what_no_result_said(nights: Nights) -> None:
    whole = tables_of([{"enrolled": f"{PUPIL} at D seen 2026-11-10"}])
    (pupil,) = {row["person_id"] for row in whole["enrolments"]} - {key_of(SITUATION, "stranger")}
    deliver(nights, 0, whole)
    assert against(nights)[pupil] == ["C-04 2026-10-05"]
    report = {"person_id": pupil, "kind": "absence_report", "source_code": "verzuim", "ended_on": ""}
    deliver(nights, 1, whole | {"traces": [report | {"event_on": "2026-03-16"}]})
    assert against(nights)[pupil] == []
