"""I-15: a source, a row or a flag that is missing this night is never news about a child."""

import html
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brp_signals.base.errors import DeliveryRefused
from brp_signals.publish.explain import explanation
from brp_signals.publish.output import alarms
from brp_signals.state.ledger import open_ledger
from tests.ledger.nights import NONE, TABLES, Nights, case_of, child
from tests.spec.builders import delivery_of, school_of

pytestmark = pytest.mark.long

FIRST = date(2026, 6, 15)

Row = dict[str, str]
Tables = dict[str, list[Row]]

#: A child for every source and level; the last one is a control of whom nobody has a sign.
CHILDREN = [
    child(),
    child(trace="tmv_report 2026-05-04; absence_report 2026-03-20"),
    child(trace="school_result 2026-04-21", unknown="yes"),
    child(trace="exemption 2026-04-01"),
    child(trace="", enrolled="2020-08-17 seen 2026-05-06 2026-06-10"),
    child(trace="", enrolled="2026-04-13 at B seen 2026-05-06 2026-06-10"),
    child(returned="2026-06-01", enrolled="2020-08-17..2026-03-02 seen 2026-05-06 2026-06-10"),
    child(confidential="yes"),
    child(trace=""),
]


def tables_of(children: list[dict[str, str]], today: date) -> Tables:
    """The rows of these children."""
    rows = delivery_of(case_of(children, today))
    return {table: [{**row} for row in getattr(rows, table)] for table in TABLES}


def deliver(nights: Nights, number: int, tables: Tables) -> dict[str, Any]:
    """One more night, `number` days after the first; a table without rows is not delivered."""
    today = FIRST + timedelta(days=number)
    nights.deliver(today, [], tables={name: rows for name, rows in tables.items() if rows} | _needed(tables))
    return nights.run()


@pytest.fixture(scope="module")
def two_whole_nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """Two nights of which nothing is missing, to be copied."""
    nights = Nights(tmp_path_factory.mktemp("nights"))
    for number in range(2):
        deliver(nights, number, tables_of(CHILDREN, FIRST))
    return nights


def _needed(tables: Tables) -> Tables:
    """Tables that a delivery must have hold at least somebody who has nothing to do with it."""
    stranger = tables_of([{"left": NONE, "enrolled": "2020-08-17 at Z seen 2026-06-10"}], FIRST)
    for rows in stranger.values():
        for row in rows:
            row["person_id"] = "f" * 32
    return {name: tables[name] or stranger[name] for name in ("persons", "residences", "enrolments")}


def page_of(nights: Nights, number: int) -> str:
    """The page of the municipality."""
    return nights.lists()[f"0363/signalen-0363-{FIRST + timedelta(days=number)}.html"].decode()


def rename(tables: Tables) -> Tables:
    """All traces under a code that nobody declared."""
    return tables | {"traces": [{**row, "source_code": "nieuw-systeem"} for row in tables["traces"]]}


def spoil_dates(tables: Tables) -> Tables:
    """All traces with a date that cannot be read."""
    return tables | {"traces": [{**row, "event_on": "2026-13-45"} for row in tables["traces"]]}


def leave_out(tables: Tables) -> Tables:
    """No table of traces."""
    return tables | {"traces": []}


def spoil_birth(tables: Tables) -> Tables:
    """Persons of whom nobody's birth date can be read."""
    return tables | {"persons": [{**row, "birth_date": "20140231"} for row in tables["persons"]]}


def spoil_departures(tables: Tables) -> Tables:
    """Residences of which no departure can be read."""
    spoilt = [{**row, "recorded_on": "20261399"} if row["departure_date"] else row for row in tables["residences"]]
    return tables | {"residences": spoilt}


def twice(tables: Tables) -> Tables:
    """Everybody twice in persons: which row is right nobody knows."""
    return tables | {"persons": tables["persons"] * 2}


def spoil_lists(tables: Tables) -> Tables:
    """School lists of which no row can be read."""
    return tables | {"enrolments": [{**row, "enrolled_on": "2020-02-31"} for row in tables["enrolments"]]}


def impossible_lists(tables: Tables) -> Tables:
    """School lists that end before they begin (K-04)."""
    return tables | {"enrolments": [{**row, "withdrawn_on": "2001-01-01"} for row in tables["enrolments"]]}


def nobody(tables: Tables) -> Tables:
    """None of these children is delivered."""
    return {name: [] for name in tables}


def changed(table: str, is_meant: Callable[[Row], object], **cells: str) -> Callable[[Tables], Tables]:
    """Rows of a table with other cells, under the name of what becomes of them."""

    def loss(tables: Tables) -> Tables:
        return tables | {table: [{**row, **cells} if is_meant(row) else row for row in tables[table]]}

    loss.__name__ = "-".join((table, *(f"{name}-{cell}" for name, cell in cells.items())))
    return loss


def is_any(row: Row) -> bool:
    """Every row of the table."""
    return bool(row)


def has_left(row: Row) -> str:
    """The row of a departure."""
    return row["departure_date"]


#: What each row check puts out of count, and what facts pass over, on the night of 17 June 2026.
OUT_OF_COUNT = (
    # K-01
    changed("persons", is_any, birth_date="00000000"),
    changed("persons", is_any, birth_date="19000101"),
    changed("persons", is_any, birth_date="20260401"),
    changed("persons", is_any, birth_date="20620501"),
    # K-02
    changed("residences", has_left, departure_date="20620302"),
    changed("residences", has_left, departure_date="20260000"),
    changed("residences", has_left, departure_date="00000000"),
    # K-03
    changed("residences", is_any, recorded_on="20260618"),
    changed("residences", has_left, valid_from="20620302"),
    changed("residences", lambda row: row["seq"] == "0", address_from="20620302", valid_from="20620302"),
    # K-06, K-07, K-08
    changed("residences", is_any, municipality_code="0000"),
    changed("residences", has_left, departure_date=""),
    changed("residences", lambda row: row["seq"] == "0", is_incorrect="1"),
    # K-04
    changed("enrolments", is_any, seen_on="2026-06-18"),
    changed("enrolments", is_any, enrolled_on="2015-08-17"),
    changed("enrolments", is_any, education_type="MBO"),
    # K-09
    changed("traces", is_any, event_on="2026-06-18"),
    changed("traces", is_any, event_on="1999-01-01"),
    changed("traces", lambda row: row["source_code"] != "verzuim", event_on="2062-03-16"),
    changed("traces", lambda row: row["kind"] == "absence_report", event_on="1990-03-16"),
)


LOSSES = (
    *(rename, spoil_dates, leave_out, spoil_birth, spoil_departures),
    *(twice, spoil_lists, impossible_lists, nobody),
    *OUT_OF_COUNT,
)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)
def test_whatever_is_missing_one_night_changes_no_case(
    loss: Callable[[Tables], Tables], two_whole_nights: Nights, tmp_path: Path
) -> None:
    nights = two_whole_nights.copy(tmp_path)
    whole = tables_of(CHILDREN, FIRST)
    before, listed = cases(nights), nights.lists()["signals.csv"].splitlines()
    assert len(before) == 8
    account = deliver(nights, 2, loss(whole))
    assert cases(nights) == before
    assert known(nights.lists()["signals.csv"].splitlines()) == known(listed)
    assert not any("in één run opgelost" in text for text in account["alarms"])
    deliver(nights, 3, whole)
    assert cases(nights) == before
    assert known(nights.lists()["signals.csv"].splitlines()) == known(listed)
    assert b" sinds 17-06-2026" not in nights.lists()["signals.csv"]


@pytest.mark.parametrize(
    "loss",
    [
        changed("persons", is_any, birth_date="00000000"),
        changed("persons", is_any, birth_date="19000101"),
        changed("residences", is_any, recorded_on="20620101"),
        changed("enrolments", is_any, withdrawn_on="2001-01-01"),
        changed("enrolments", is_any, seen_on="2062-06-10"),
    ],
    ids=lambda loss: loss.__name__,
)
def test_an_absence_of_which_rows_do_not_count_stays(loss: Callable[[Tables], Tables], tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.config.write_text(nights.config.read_text(encoding="utf-8") + "\n[absence]\n", encoding="utf-8")
    whole = tables_of([{"left": NONE, "enrolled": "2020-08-17..2026-04-30 seen 2026-06-10"}], FIRST)
    deliver(nights, 0, whole)
    before = [case[:5] + case[6:] for case in cases(nights)]
    assert len(before) == 1
    deliver(nights, 1, loss(whole))
    assert [case[:5] + case[6:] for case in cases(nights)] == before
    assert cases(nights)[0][5] == "ongoing"


def cases(nights: Nights) -> list[tuple[Any, ...]]:
    """Every case as the ledger has it, with its status, level, secrecy and the day from which its term counts."""
    with open_ledger(nights.state) as ledger:
        return [tuple(case) for case in ledger.recall(10**6).cases]


def known(lines: list[bytes]) -> list[list[bytes]]:
    """Of every line what a silent source leaves alone: number, place, dates of the departure, level and status."""
    return [line.split(b",")[:8] for line in lines]


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_rows_set_aside_one_night_change_no_case(
    data: st.DataObject, two_whole_nights: Nights, tmp_path_factory: pytest.TempPathFactory
) -> None:
    nights = two_whole_nights.copy(tmp_path_factory.mktemp("nights"))
    whole = tables_of(CHILDREN, FIRST)
    before = cases(nights)
    bad = {"persons": "birth_date", "residences": "valid_from", "enrolments": "enrolled_on", "traces": "event_on"}
    chosen = {
        table: data.draw(st.sets(st.integers(0, len(rows) - 1)), label=table) for table, rows in whole.items() if rows
    }
    spoilt = {
        table: [{**row, bad[table]: "x"} if number in chosen.get(table, ()) else row for number, row in enumerate(rows)]
        for table, rows in whole.items()
    }
    deliver(nights, 2, spoilt)
    assert cases(nights) == before
    deliver(nights, 3, whole)
    assert cases(nights) == before


def test_card_list_and_explain_say_since_when_a_source_is_silent(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    whole = tables_of([child()], FIRST)
    deliver(nights, 0, whole)
    deliver(nights, 1, leave_out(whole))
    account = deliver(nights, 2, rename(whole))
    (case_id,) = nights.states()
    sentence = "levert sinds 16-06-2026 niets over dit kind; dit signaal blijft zoals het was."
    assert sentence in page_of(nights, 2)
    assert sentence in nights.lists()["signals.csv"].decode()
    assert sentence in explanation(nights.state, case_id)
    assert any("sinds 16-06-2026 geen bruikbare rij meer" in text for text in account["alarms"])
    deliver(nights, 3, whole)
    assert "levert sinds" not in page_of(nights, 3)


PUPILS = [
    child(trace="", enrolled="2020-08-17 at A by leerplicht seen 2026-05-06 2026-06-10"),
    child(trace="", enrolled="2020-08-17 at B seen 2026-05-06 2026-06-10"),
    child(trace="", enrolled="2020-08-17 at C seen 2026-05-06 2026-06-10"),
]


@pytest.mark.parametrize(("source", "name"), [("leerplicht", "leerplicht"), ("school", "schoollijst")])
def test_a_source_of_school_lists_that_fell_silent_is_named_like_one_of_traces(
    source: str, name: str, tmp_path: Path
) -> None:
    nights = Nights(tmp_path)
    whole = tables_of(PUPILS, FIRST)
    deliver(nights, 0, whole)
    before = cases(nights)
    lost = whole | {"enrolments": [row for row in whole["enrolments"] if row["source"] != source]}
    deliver(nights, 1, lost)
    account = deliver(nights, 2, lost)
    sentence = f"De bron {name} leverde eerder wel, maar sinds 16-06-2026 geen bruikbare rij meer"
    assert any(text.startswith(sentence) for text in account["alarms"])
    assert sentence in html.unescape((nights.output / "latest/report.html").read_text(encoding="utf-8"))
    assert [case[5] for case in cases(nights)] == ["ongoing"] * 3 and len(before) == 3
    assert not [text for text in deliver(nights, 3, whole)["alarms"] if "eerder wel" in text]


def test_a_school_that_delivers_no_list_any_more_is_named(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    whole = tables_of(PUPILS, FIRST)
    deliver(nights, 0, whole)
    school = whole["enrolments"][-1]["school_id"]
    account = deliver(
        nights, 1, whole | {"enrolments": [row for row in whole["enrolments"] if row["school_id"] != school]}
    )
    (told,) = (text for text in account["alarms"] if "eerder wel" in text)
    assert told.startswith(f"Schoollijst ontbreekt: {school} (bron schoollijst, 10-06-2026) leverde eerder wel")


def test_a_school_of_another_municipality_is_not_missed(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    whole = tables_of(PUPILS, FIRST)
    for number, (code, of_school) in enumerate((("0363", "B"), ("0518", "C"), ("0363", "B"))):
        school = school_of(case_of(PUPILS, FIRST), of_school)
        rows = [row for row in whole["enrolments"] if row["school_id"] == school]
        nights.deliver(FIRST + timedelta(days=number), [], scope=(code,), tables=whole | {"enrolments": rows})
        assert not [text for text in nights.run()["alarms"] if "eerder wel" in text]


def test_a_child_without_its_rows_stays_on_the_list_with_what_was_known(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    whole = tables_of([child()], FIRST)
    deliver(nights, 0, whole)
    deliver(nights, 1, spoil_birth(whole))
    (case_id,) = nights.states()
    assert "ontbreken in de levering of zijn apart gezet, sinds 16-06-2026" in explanation(nights.state, case_id)
    assert "02-03-2026" in page_of(nights, 1)


def test_what_a_delivery_does_say_is_news_also_while_a_row_is_set_aside(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    spoilt = tables_of([child()], FIRST)
    spoilt["residences"].append({**spoilt["residences"][-1], "seq": "9", "valid_from": "x"})
    deliver(nights, 0, spoilt)
    back = tables_of([child(returned="2026-06-01")], FIRST)
    back["residences"].append({**back["residences"][-1], "seq": "9", "valid_from": "x"})
    deliver(nights, 1, back)
    assert list(nights.states().values()) == [("resolved", ["registered_again"])]


def test_a_birth_date_that_is_corrected_is_news(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    whole = tables_of([child()], FIRST)
    deliver(nights, 0, whole)
    deliver(nights, 1, whole | {"persons": [{**row, "birth_date": "19900501"} for row in whole["persons"]]})
    assert list(nights.states().values()) == [("resolved", ["out_of_view"])]


def test_a_child_that_died_is_news_also_while_a_row_is_set_aside(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    deliver(nights, 0, tables_of([child()], FIRST))
    deliver(nights, 1, spoil_departures(tables_of([child(suspended="O")], FIRST)))
    assert list(nights.states().values()) == [("resolved", ["out_of_view"])]


def test_the_term_does_not_start_anew_after_school_lists_were_stale(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    pupil = "2020-08-17 seen 2026-05-06 2026-06-10"
    deliver(nights, 0, tables_of([child(trace="", enrolled=pupil)], FIRST))
    deliver(nights, 120, tables_of([child(trace="")], FIRST))
    assert list(nights.states().values()) == [("suppressed", [])]
    newer = tables_of([child(trace="", enrolled="2020-08-17 seen 2026-06-10 2026-10-13")], FIRST)
    deliver(nights, 121, newer)
    (case,) = cases(nights)
    assert (case[5], case[8]) == ("changed", FIRST.isoformat())


def test_a_source_that_is_no_longer_declared_is_a_decision(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    whole = tables_of([child()], FIRST)
    deliver(nights, 0, whole)
    text = nights.config.read_text(encoding="utf-8")
    nights.config.write_text(text.replace('kind = "absence_report"', 'kind = "leave"'), encoding="utf-8")
    deliver(nights, 1, whole)
    assert list(nights.states().values()) == [("resolved", ["sign_gone"])]


def test_a_night_that_resolves_many_cases_raises_an_alarm(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    deliver(nights, 0, tables_of([child() for _ in range(8)], FIRST))
    account = deliver(nights, 1, tables_of([child(returned="2026-06-01") for _ in range(8)], FIRST))
    assert any("8 van de 8 open signalen zijn in één run opgelost" in text for text in account["alarms"])


@pytest.mark.parametrize(("resolved", "before", "is_told"), [(4, 8, False), (5, 25, False), (5, 24, True)])
def test_from_when_it_is_an_alarm(resolved: int, before: int, is_told: bool) -> None:
    flow = {"listed_before": before, "suppressed_before": 0, "weak_before": 0, "after": {"resolved": resolved}}
    account = {"cases": {"listed": 0, "flow": flow}, "departures": {"in_view": 0}, "rules": {}}
    assert bool(alarms(account)) == is_told


def test_a_source_that_lost_half_of_its_rows_is_refused_unless_a_person_says_why(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    whole = tables_of([child() for _ in range(24)], FIRST)
    deliver(nights, 0, whole)
    nights.deliver(FIRST + timedelta(days=1), [], tables=whole | {"traces": whole["traces"][:11]})
    with pytest.raises(DeliveryRefused, match="a source has less than half"):
        nights.run(is_judged=True)
    nights.run(is_judged=True, accept_drift="the system was emptied")
    assert [status for status, _ in nights.states().values()].count("resolved") == 13


@pytest.mark.parametrize("spoilt", [{"departure_date": ""}, {"departure_date": "20620302"}, {"is_incorrect": "1"}])
def test_a_register_that_lost_its_departures_is_refused_unless_a_person_says_why(spoilt: Row, tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    whole = tables_of([child() for _ in range(10)], FIRST)
    deliver(nights, 0, whole)
    lost = changed("residences", has_left, **spoilt)(whole)
    nights.deliver(FIRST + timedelta(days=1), [], tables=lost)
    with pytest.raises(DeliveryRefused, match="far fewer children left"):
        nights.run(is_judged=True)
    account = nights.run(is_judged=True, accept_drift="the system was emptied")
    assert account["accepted_drift"]["checks"] == ["residences_departures_lost"]
    assert {status for status, _ in nights.states().values()} == {"ongoing"}, "what is left says nothing about them"


def test_a_night_of_silence_lets_no_half_delivery_of_a_source_pass(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    whole = tables_of([child() for _ in range(24)], FIRST)
    deliver(nights, 0, whole)
    deliver(nights, 1, leave_out(whole))
    nights.deliver(FIRST + timedelta(days=2), [], tables=whole | {"traces": whole["traces"][:11]})
    with pytest.raises(DeliveryRefused, match="a source has less than half"):
        nights.run(is_judged=True)
    nights.deliver(FIRST + timedelta(days=2), [], tables=whole | {"traces": whole["traces"][:12]})
    account = nights.run(is_judged=True)
    assert any("12 van de 24 open signalen" in text for text in account["alarms"])


def test_a_school_list_is_remembered_of_a_child_whose_rows_were_missing_that_night(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    pupil = "2020-08-17 seen 2026-05-06 {}"
    deliver(nights, 0, tables_of([child(trace="", enrolled=pupil.format("2026-06-10"))], FIRST))
    newer = tables_of([child(trace="", enrolled=pupil.format("2026-06-16"))], FIRST)
    deliver(nights, 1, newer | {"persons": [], "residences": []})
    other = tables_of([child(trace="", enrolled="2020-08-17 at Z seen 2026-06-16")], FIRST)["enrolments"]
    deliver(nights, 2, newer | {"enrolments": [{**row, "person_id": "f" * 32} for row in other]})
    assert list(nights.states().values()) == [("ongoing", [])]
