"""The same twice changes nothing; two who differ change nothing either, until one of them has seen the other."""

from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from openpyxl import load_workbook

from brp_signals.base.errors import InternalFailure, RunLocked, UsageProblem
from brp_signals.review import import_reviewed
from brp_signals.state.ledger import ledger as ledger_module
from brp_signals.state.lock import lock_state
from tests.review.desk import CHILDREN, DECIDED_ON, NOW, Desk, decided, returned, rows

pytestmark = pytest.mark.long

LATER = DECIDED_ON + timedelta(days=1)
OK = ("X-VERTREK-OK", "", DECIDED_ON)
INQUIRY = "Adresonderzoek (opnieuw) geopend"


def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    one, two, *_ = desk.numbers()
    path = desk.fill("list", {one: decided(), two: decided(day=None)})
    (first,) = desk.hand_in(path)
    before, files = desk.decisions(), sorted(desk.folder.glob("*.xlsx"))
    (second,) = desk.hand_in(path, now=NOW + timedelta(days=3))
    assert (first.accepted, second.accepted, second.known, second.returned) == (1, 0, 1, first.returned)
    assert (desk.decisions(), sorted(desk.folder.glob("*.xlsx"))) == (before, files)
    assert second.returned_workbook == first.returned_workbook


def test_the_same_file_under_two_names_or_named_twice(desk: Desk) -> None:
    one = desk.numbers()[0]
    path = desk.fill("list", {one: decided()})
    copy = path.with_name("copy.xlsx")
    copy.write_bytes(path.read_bytes())
    assert [(each.accepted, each.known) for each in desk.hand_in(path, copy, path)] == [(1, 0), (0, 1)]
    assert desk.decisions() == {one: [OK]}


def test_two_files_that_differ_change_nothing_and_name_each_other(desk: Desk) -> None:
    one, two, *_ = desk.numbers()
    anna = desk.fill("anna", {one: decided(), two: decided()})
    bert = desk.fill("bert", {one: decided(INQUIRY, day=LATER)})
    for order in permutations((anna, bert)):
        results = {each.name: each for each in desk.hand_in(*order)}
        assert desk.decisions() == {two: [OK]}
        (told,) = returned(results["anna.xlsx"], desk.folder)
        assert told["Waarom niet verwerkt"] == (
            "Hier staat: Vertrek klopt (17-06-2026). In bert.xlsx staat: Adresonderzoek (opnieuw) geopend "
            "(18-06-2026). Overleg met elkaar en vul hier het besluit in dat geldt."
        )
        (told,) = returned(results["bert.xlsx"], desk.folder)
        assert (told["Nummer"], "In anna.xlsx staat: Vertrek klopt" in told["Waarom niet verwerkt"]) == (one, True)


def test_a_later_file_that_differs_changes_nothing(desk: Desk) -> None:
    one = desk.numbers()[0]
    desk.hand_in(desk.fill("anna", {one: decided()}))
    (result,) = desk.hand_in(desk.fill("bert", {one: decided(INQUIRY, day=LATER)}))
    assert (result.returned, desk.decisions()) == ({"differs_from_ledger": 1}, {one: [OK]})
    (told,) = returned(result, desk.folder)
    assert told["Eerder besluit"] == "Vertrek klopt (17-06-2026)"
    assert "ingelezen op 20-06-2026 uit het bestand met kenmerk " in told["Waarom niet verwerkt"]


def test_another_reason_is_another_decision(desk: Desk) -> None:
    one = desk.numbers()[0]
    desk.hand_in(desk.fill("anna", {one: decided()}))
    (result,) = desk.hand_in(desk.fill("bert", {one: decided(reason="Geen antwoord gekregen")}))
    assert result.returned == {"differs_from_ledger": 1}


def test_settled_on_the_sheet_that_came_back(desk: Desk) -> None:
    one = desk.numbers()[0]
    desk.hand_in(desk.fill("anna", {one: decided()}))
    bert = desk.fill("bert", {one: decided(INQUIRY, day=LATER)})
    (result,) = desk.hand_in(bert)
    assert result.returned_workbook
    settled = desk.fill("settled", {one: decided(INQUIRY, day=LATER)}, result.returned_workbook, "Niet verwerkt")
    (result,) = desk.hand_in(settled)
    assert (result.accepted, desk.decisions()) == (1, {one: [OK, ("X-HEROPEND", "", LATER)]})
    for path in (bert, settled, desk.folder / "anna.xlsx"):
        (result,) = desk.hand_in(path)
        assert (result.accepted, result.known, result.returned) == (0, 1, {})


def test_who_saw_a_decision_did_not_see_the_one_of_the_same_day_that_took_its_place(desk: Desk) -> None:
    """Both read "Afgesloten", so that the second says that it is the second."""
    one = desk.numbers()[0]
    desk.hand_in(desk.fill("anna", {one: decided("Gewone verklaring gevonden")}))
    seen = desk.fill("seen", {one: decided("Koppel- of invoerfout", **{"Eerder besluit": "Afgesloten (17-06-2026)"})})
    late = desk.fill("late", {one: decided("Grensleerling", **{"Eerder besluit": "Afgesloten (17-06-2026)"})})
    assert desk.hand_in(seen)[0].accepted == 1
    (result,) = desk.hand_in(late)
    assert (result.accepted, result.returned) == (0, {"differs_from_ledger": 1})
    assert returned(result, desk.folder)[0]["Eerder besluit"] == "Afgesloten (17-06-2026, 2e besluit)"
    newer = [{**cells, "trace": f"{cells['trace']}; tmv_report 2026-06-22"} for cells in CHILDREN]
    desk.next_night(date(2026, 6, 23), newer)
    (row,) = [row for row in rows(load_workbook(desk.published())["Signalen"]) if row["Nummer"] == one]
    assert row["Eerder besluit"] == "Afgesloten (17-06-2026, 2e besluit)"
    late = desk.fill("later", {one: decided(INQUIRY, day=date(2026, 6, 24))}, desk.published())
    assert desk.hand_in(late, now=NOW + timedelta(days=5))[0].accepted == 1


def test_settled_after_two_files_at_once(desk: Desk) -> None:
    one = desk.numbers()[0]
    results = desk.hand_in(
        desk.fill("anna", {one: decided()}), desk.fill("bert", {one: decided("Grensleerling", "Woont over de grens")})
    )
    path = results[1].returned_workbook
    assert path
    assert desk.hand_in(path)[0].undecided == 1
    (result,) = desk.hand_in(desk.fill("settled", {one: decided()}, path, "Niet verwerkt"))
    assert (result.accepted, desk.decisions()) == (1, {one: [OK]})


def test_who_agree_agree_and_the_earliest_day_counts(desk: Desk) -> None:
    one = desk.numbers()[0]
    anna, bert = desk.fill("anna", {one: decided(day=LATER)}), desk.fill("bert", {one: decided()})
    assert [(each.accepted, each.known) for each in desk.hand_in(anna, bert)] == [(0, 1), (1, 0)]
    (result,) = desk.hand_in(anna)
    assert (result.known, desk.decisions()) == (1, {one: [OK]})


def test_an_earlier_day_than_the_decision_it_replaces(desk: Desk) -> None:
    one = desk.numbers()[0]
    desk.hand_in(desk.fill("anna", {one: decided()}))
    cells = decided(INQUIRY, day=DECIDED_ON - timedelta(days=1), **{"Eerder besluit": "Vertrek klopt (17-06-2026)"})
    (result,) = desk.hand_in(desk.fill("bert", {one: cells}))
    assert result.returned == {"day_before_decision": 1}


def test_what_came_back_is_never_written_over(desk: Desk) -> None:
    one = desk.numbers()[0]
    path = desk.fill("list", {one: decided(day=None)})
    (first,) = desk.hand_in(path)
    assert first.returned_workbook
    desk.fill("list-niet-verwerkt", {one: decided()}, first.returned_workbook, "Niet verwerkt")
    kept = first.returned_workbook.read_bytes()
    (second,) = desk.hand_in(path)
    assert second.returned_workbook
    assert second.returned_workbook.name == "list-niet-verwerkt-2.xlsx"
    assert first.returned_workbook.read_bytes() == kept
    (third,) = desk.hand_in(
        desk.fill("list-niet-verwerkt", {one: decided("?")}, first.returned_workbook, "Niet verwerkt")
    )
    assert third.returned_workbook
    assert third.returned_workbook.name == "list-niet-verwerkt-3.xlsx"


def test_nothing_is_half_applied_when_the_ledger_fails(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, *_ = desk.numbers()
    path = desk.fill("list", {first: decided(), second: decided()})
    texts, calls = ledger_module._texts, []

    def spoiled(row: tuple[object, ...]) -> tuple[object, ...]:
        calls.append(row)
        return texts(row) if len(calls) == 1 else ("S-0000-0000", *texts(row)[1:])

    monkeypatch.setattr(ledger_module, "_texts", spoiled)
    with pytest.raises(InternalFailure):
        desk.hand_in(path)
    assert desk.decisions() == {}


def test_a_folder_where_nothing_may_be_written_stops_before_the_ledger(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwritable(*_: object) -> None:
        raise UsageProblem("cannot be written")

    one, two, *_ = desk.numbers()
    path = desk.fill("list", {one: decided(), two: decided(day=None)})
    monkeypatch.setattr("brp_signals.review.returned.replace_private", unwritable)
    with pytest.raises(UsageProblem):
        desk.hand_in(path)
    assert desk.decisions() == {}


def test_waits_for_nobody(desk: Desk) -> None:
    path = desk.fill("list", {desk.numbers()[0]: decided()})
    with lock_state(desk.nights.state), pytest.raises(RunLocked):
        desk.hand_in(path)
    assert desk.decisions() == {}
    assert desk.hand_in(path)[0].accepted == 1


def test_a_state_folder_without_a_run(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="No run has been published"):
        import_reviewed([tmp_path / "list.xlsx"], tmp_path / "state")
    assert not (tmp_path / "state").exists()


def test_a_clock_that_is_behind_refuses_nobody(desk: Desk) -> None:
    path = desk.fill("list", {desk.numbers()[0]: decided(day=date(2026, 6, 15))})
    assert desk.hand_in(path, now=NOW - timedelta(days=400))[0].accepted == 1
