"""The night after: decisions are respected, what waits has a last day, and nothing personal is kept anywhere."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from brp_signals.publish.explain import explanation
from brp_signals.publish.follow_ups import follow_up
from brp_signals.publish.list_content import Sign
from tests.review.desk import CANARY, CHILDREN, DECIDED_ON, LISTED_ON, NOW, Desk, decided, rows

pytestmark = pytest.mark.long

INQUIRY, SCHOOL = "Adresonderzoek (opnieuw) geopend", "Doorgestuurd naar leerplicht"


def on_list(path: Path) -> dict[str, dict[str, Any]]:
    return {row["Nummer"]: row for row in rows(load_workbook(path)["Signalen"]) if row["Nummer"]}


def first_sheet(path: Path) -> list[str]:
    return [str(row[0]) for row in load_workbook(path)["Samenvatting"].iter_rows(values_only=True) if row[0]]


def test_closed_cases_leave_the_list_and_waiting_ones_stay_with_their_last_day(desk: Desk) -> None:
    one, two, three, four, *_ = numbers = desk.numbers()
    cells = {one: decided(), two: decided(INQUIRY), three: decided(SCHOOL)}
    desk.hand_in(desk.fill("list", cells))
    desk.next_night(date(2026, 6, 21))
    found = on_list(desk.published())
    assert sorted(found) == sorted(set(numbers) - {one})
    assert (found[two]["Eerder besluit"], found[two]["Uiterlijk"].date()) == (
        f"{INQUIRY} (17-06-2026)",
        date(2026, 8, 26),
    )
    assert found[two]["Volgende stap"] == "Het adresonderzoek afronden en de uitkomst als besluit invullen."
    assert (found[three]["Uiterlijk"].date(), found[three]["Organisatie"]) == (date(2026, 7, 15), "burgerzaken")
    assert (found[four]["Eerder besluit"], found[four]["Uiterlijk"].date()) == (None, date(2026, 6, 29))
    assert [found[two][name] for name in ("Besluit", "Reden", "Notitie", "Datum")] == [None] * 4
    assert f"{one}: niet meer op deze lijst." in first_sheet(desk.published())
    assert "Besluiten\n- Vertrek klopt (17-06-2026)" in explanation(desk.nights.state, one)
    assert f"Besluiten\n- {INQUIRY} (17-06-2026)" in explanation(desk.nights.state, two)


def test_what_is_overdue_stands_on_top(desk: Desk) -> None:
    one, two, *rest = desk.numbers()
    assert "Termijn voorbij" not in first_sheet(desk.published())
    desk.hand_in(desk.fill("list", {one: decided(INQUIRY), two: decided(SCHOOL)}))
    desk.next_night(date(2026, 7, 15))
    lines = first_sheet(desk.published())
    assert lines[3] == "Termijn voorbij"
    assert (
        lines[4] == f"{len(rest)} signalen wachten langer dan 14 dagen op een besluit, waarvan 4 langer dan 28 dagen."
    )
    desk.hand_in(desk.fill("more", {number: decided() for number in rest[1:]}))
    desk.next_night(date(2026, 7, 16))
    assert "1 signaal wacht langer dan 14 dagen op een besluit, waarvan 1 langer dan 28 dagen." in (
        first_sheet(desk.published())
    )
    assert f"{two}: uiterlijk 15-07-2026. Bij leerplicht navragen wat de uitkomst is en die als besluit invullen." in (
        first_sheet(desk.published())
    )
    (page,) = (desk.nights.output / "latest/0363").glob("*.html")
    assert page.read_text(encoding="utf-8").index("Termijn voorbij") < page.read_text(encoding="utf-8").index(
        "In het kort"
    )


def test_an_inquiry_that_takes_too_long_is_overdue_though_it_is_off_the_list(desk: Desk) -> None:
    one = desk.numbers()[0]
    desk.hand_in(desk.fill("list", {number: decided(INQUIRY) for number in desk.numbers()}))
    under_inquiry = [{**cells, "inquiry": "2026-06-18"} for cells in CHILDREN]
    desk.next_night(date(2026, 8, 26), under_inquiry)
    assert (on_list(desk.published()), "Termijn voorbij" in first_sheet(desk.published())) == ({}, False)
    desk.next_night(date(2026, 8, 27), under_inquiry)
    assert f"{one}: uiterlijk 26-08-2026. Het adresonderzoek afronden en de uitkomst als besluit invullen." in (
        first_sheet(desk.published())
    )


def test_a_newer_sign_brings_a_decided_case_back_and_it_is_decided_anew(desk: Desk) -> None:
    numbers = desk.numbers()
    desk.hand_in(desk.fill("list", {number: decided() for number in numbers}))
    desk.next_night(date(2026, 6, 22))
    assert on_list(desk.published()) == {}
    newer = [{**cells, "trace": f"{cells['trace']}; tmv_report 2026-06-22"} for cells in CHILDREN]
    desk.next_night(date(2026, 6, 23), newer)
    found = on_list(desk.published())
    one = numbers[0]
    assert (found[one]["Status"], found[one]["Eerder besluit"]) == ("nieuw", "Vertrek klopt (17-06-2026)")
    assert found[one]["Uiterlijk"].date() == date(2026, 6, 29), "five working days after the report"
    new_list = desk.published()
    (result,) = desk.hand_in(
        desk.fill("new", {one: decided(SCHOOL, day=date(2026, 6, 24))}, new_list), now=NOW + timedelta(days=5)
    )
    assert (result.accepted, desk.decisions()[one][-1]) == (1, ("X-LEERPLICHT", "", date(2026, 6, 24)))
    (result,) = desk.hand_in(
        desk.fill("old", {one: decided(INQUIRY, day=date(2026, 6, 25))}), now=NOW + timedelta(days=6)
    )
    assert result.returned == {"differs_from_ledger": 1}


def test_an_old_list_still_counts_for_who_was_not_decided_on(desk: Desk) -> None:
    one = desk.numbers()[0]
    old = desk.fill("old", {one: decided(day=date(2026, 7, 1))})
    desk.next_night(date(2026, 6, 30))
    assert desk.hand_in(old, now=NOW + timedelta(days=30))[0].accepted == 1


def test_a_sealed_list_decides_sealed_cases_only(desk: Desk) -> None:
    (secret,), ordinary = desk.numbers(desk.sealed), desk.numbers()[0]
    (in_ordinary,) = desk.hand_in(desk.fill("ordinary", {ordinary: decided(Nummer=secret)}))
    (unknown,) = desk.hand_in(desk.fill("unknown", {ordinary: decided(Nummer="S-2222-2222")}))
    assert in_ordinary.returned == unknown.returned == {"case_unknown": 1}
    (in_sealed,) = desk.hand_in(desk.fill("in sealed", {secret: decided(Nummer=ordinary)}, desk.sealed))
    assert in_sealed.returned == {"case_unknown": 1}
    assert desk.decisions() == {}
    (result,) = desk.hand_in(desk.fill("sealed", {secret: decided(INQUIRY)}, desk.sealed))
    assert list(desk.decisions()) == [secret]
    assert (result.as_dict()["accepted"], "<5 besluiten" in result.sentence()) == ("<5", True)
    (again,) = desk.hand_in(desk.fill("again", {secret: decided()}, desk.sealed))
    assert again.returned_workbook
    told = load_workbook(again.returned_workbook)
    assert "Verzegelde lijst" in str(told["Uitleg"]["A2"].value)
    assert told["Niet verwerkt"]["C2"].value == f"{INQUIRY} (17-06-2026)"
    settled = desk.fill("settled", {secret: decided()}, again.returned_workbook, "Niet verwerkt")
    assert desk.hand_in(settled)[0].accepted == 1


def test_a_decision_of_a_sealed_case_is_not_told_by_explain(desk: Desk) -> None:
    (secret,) = desk.numbers(desk.sealed)
    desk.hand_in(desk.fill("sealed", {secret: decided(INQUIRY)}, desk.sealed))
    with pytest.raises(Exception, match="not among the cases"):
        explanation(desk.nights.state, secret)


def test_a_note_and_whatever_else_stood_there_is_nowhere_kept(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    one, two, three, four, *_ = desk.numbers()
    cells = {
        one: decided(),
        two: decided(CANARY),
        three: decided(reason=CANARY),
        four: decided(Nummer=CANARY, **{"Eerder besluit": CANARY}),
    }
    path = desk.fill("list", cells)
    (result,) = desk.hand_in(path)
    desk.next_night(date(2026, 6, 21))
    assert result.returned_workbook
    told = [str(cell) for sheet in load_workbook(result.returned_workbook) for row in sheet.values for cell in row]
    assert not [text for text in told if "Wilhelmina" in text]
    kept = [file for folder in (desk.nights.state, desk.nights.output) for file in folder.rglob("*") if file.is_file()]
    workbooks = [file for file in kept if file.suffix == ".xlsx"]
    plain = [file for file in kept if file.suffix != ".xlsx"]
    assert [file for file in plain if b"Wilhelmina" in file.read_bytes()] == []
    for file in workbooks:
        assert not [row for sheet in load_workbook(file) for row in sheet.values if "Wilhelmina" in str(row)]
    assert "Wilhelmina" not in result.sentence() + str(result.as_dict()) + str(capsys.readouterr())


SIGN = Sign("M-01", "Terugmelding", date(2026, 6, 12), "tmv", "", False)


@pytest.mark.parametrize(
    ("case", "due_on"),
    [
        ({}, date(2026, 6, 29)),
        ({"signs": [SIGN]}, date(2026, 6, 19)),
        ({"signs": [replace(SIGN, event_on=date(2026, 6, 13))]}, date(2026, 6, 19)),
        ({"signs": [replace(SIGN, event_on=date(2026, 6, 8))]}, date(2026, 6, 15)),
        ({"signs": [replace(SIGN, event_on=date(2026, 6, 5))]}, date(2026, 6, 29)),
        ({"signs": [replace(SIGN, rule_code="L-03")]}, date(2026, 6, 29)),
        ({"outcome_code": "X-HEROPEND", "decided_on": DECIDED_ON}, DECIDED_ON + timedelta(days=70)),
        ({"outcome_code": "X-LEERPLICHT", "decided_on": DECIDED_ON}, DECIDED_ON + timedelta(days=28)),
        ({"outcome_code": "X-VERKLAARD", "decided_on": date(2025, 6, 1)}, date(2026, 6, 29)),
        ({"status": "closed", "opened_on": None}, None),
        ({"status": "suppressed", "suppressor_code": "S-03", "opened_on": None}, None),
        (
            {"status": "suppressed", "suppressor_code": "S-03", "outcome_code": "X-HEROPEND", "decided_on": DECIDED_ON},
            DECIDED_ON + timedelta(days=70),
        ),
        (
            {"status": "suppressed", "suppressor_code": "S-02", "outcome_code": "X-HEROPEND", "decided_on": DECIDED_ON},
            None,
        ),
        ({"status": "resolved", "outcome_code": "X-LEERPLICHT", "decided_on": DECIDED_ON}, None),
    ],
)
def test_the_last_day_for_the_next_step(case: dict[str, Any], due_on: date | None) -> None:
    usual: dict[str, Any] = {
        "status": "ongoing",
        "suppressor_code": None,
        "outcome_code": None,
        "decided_on": None,
        "opened_on": LISTED_ON,
        "signs": [],
    }
    found = follow_up(**(usual | case))
    assert (found.due_on if found else None) == due_on
