"""The desk beside the nights: who holds the ledger, who was killed, who decided first."""

import threading
from datetime import date
from pathlib import Path

import pytest

from brp_signals.desk import decisions
from brp_signals.desk.database import Database
from brp_signals.review import import_reviewed
from brp_signals.review.deciding import hand_in
from brp_signals.state.ledger import Decision, open_ledger
from brp_signals.state.lock import lock_state
from tests.desk.office import Browser, Office, copy_office
from tests.ledger.nights import Nights


def first_case(office: Office, name: str = "Anna") -> tuple[Browser, str]:
    """Somebody who has a case open."""
    browser = office.browser(name)
    number = browser.numbers()[0]
    browser.open(number)
    return browser, number


def test_of_two_people_who_decide_at_once_one_is_told(office: Office) -> None:
    anna, number = first_case(office)
    bob, _ = first_case(office, "Bob")
    anna.decide(number, "X-VERTREK-OK")
    answer = bob.decide(number, "X-DATUM")
    assert answer.status_code == 409
    assert "Iemand anders heeft net over dit signaal besloten" in answer.text
    assert 'value="X-DATUM" required checked' in answer.text
    assert [each.outcome_code for each in office.decisions(number)] == ["X-VERTREK-OK"]
    assert bob.decide(number, "X-DATUM").status_code == 303
    assert [each.outcome_code for each in office.decisions(number)] == ["X-VERTREK-OK", "X-DATUM"]


def test_of_many_people_at_the_same_moment_one_decides(office: Office) -> None:
    people = [first_case(office, name)[0] for name in ("Anna", "Bob", "Coen", "Anna", "Bob", "Coen")]
    number = people[0].numbers()[0]
    for browser in people:
        browser.open(number)
    together = threading.Barrier(len(people))
    statuses: list[int] = []

    def decide(browser: Browser) -> None:
        seen = browser.seen
        together.wait()
        statuses.append(browser.decide(number, seen=seen).status_code)

    threads = [threading.Thread(target=decide, args=(browser,)) for browser in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, *[409] * (len(people) - 1)]
    office.place.deliver()
    assert len(office.decisions(number)) == 1


def test_while_a_night_runs_a_decision_waits_and_is_not_lost(office: Office) -> None:
    anna, number = first_case(office)
    with lock_state(office.nights.state):
        assert anna.decide(number).status_code == 303
        assert "wordt verwerkt zodra de nacht klaar is" in anna.open(number).text
        assert number not in anna.numbers()
        assert office.decisions(number) == []
    anna.get("/werk")
    assert len(office.decisions(number)) == 1
    assert "verwerkt</span>" in anna.open(number).text


def test_a_decision_that_waits_can_be_taken_back_before_the_night_ends(office: Office) -> None:
    anna, number = first_case(office)
    with lock_state(office.nights.state):
        anna.decide(number)
        anna.open(number)
        anna.post(f"/zaak/{number}/terug", besluit="1")
    anna.get("/werk")
    assert office.decisions(number) == []
    assert number in anna.numbers()


def test_a_decision_that_another_one_crossed_is_not_taken_in(office: Office) -> None:
    anna, number = first_case(office)
    with lock_state(office.nights.state):
        anna.decide(number, "X-VERTREK-OK")
    with open_ledger(office.nights.state) as ledger:
        earlier = Decision(number, "X-DATUM", "", date(2026, 6, 20), "2026-06-20T09:00:00+02:00", "0" * 64, "Bob")
        ledger.add_decisions([earlier])
    page = anna.open(number).text
    assert "niet verwerkt: een ander besluit was eerder" in page
    assert [each.outcome_code for each in office.decisions(number)] == ["X-DATUM"]


class Killed(BaseException):
    """What ends a process at once."""


@pytest.mark.parametrize(
    "place",
    [
        "brp_signals.desk.audit.AuditLog.write",
        "brp_signals.desk.decisions.keep",
        "brp_signals.desk.decisions.hand_in",
        "brp_signals.review.deciding.open_ledger",
        "brp_signals.state.ledger.ledger.Ledger.add_decisions",
    ],
)
@pytest.mark.parametrize("is_before", [True, False])
def test_killed_at_any_moment_log_and_ledger_agree(
    office: Office, monkeypatch: pytest.MonkeyPatch, place: str, is_before: bool
) -> None:
    anna, number = first_case(office)
    module, name = place.rsplit(".", 1)
    with monkeypatch.context() as patch:
        patch.setattr(place, killing(module, name, is_before))
        with pytest.raises(Killed):
            anna.decide(number)
    office.place.database.close()
    office.reopen()
    office.place.keep_up()
    in_ledger = len(office.decisions(number))
    kept = len(office.place.database.rows("decisions_of", case_id=number))
    assert in_ledger == kept <= 1
    if in_ledger:
        assert ("Anna", "decided", number) in office.audit


def killing(module: str, name: str, is_before: bool):  # type: ignore[no-untyped-def]
    """The function of that name, killed before it does anything or after it did all."""
    from importlib import import_module

    try:
        holder = import_module(module)
    except ModuleNotFoundError:
        package, kind = module.rsplit(".", 1)
        holder = getattr(import_module(package), kind)
    whole = getattr(holder, name)

    def killed(*words, **named):  # type: ignore[no-untyped-def]
        if not is_before:
            whole(*words, **named)
        raise Killed

    return killed


def test_handing_in_twice_changes_nothing(office: Office) -> None:
    anna, number = first_case(office)
    anna.decide(number)
    database: Database = office.place.database
    (row,) = database.rows("decisions_of", case_id=number)
    database.change("set_state", mark=row["mark"], state="waiting", was="taken")
    decisions.deliver(database, office.nights.state)
    assert len(office.decisions(number)) == 1
    assert hand_in(office.nights.state, [], []) == set()


def test_the_next_night_respects_what_was_decided_at_the_desk(office: Office) -> None:
    anna, number = first_case(office)
    anna.decide(number)
    office.next_night(date(2026, 6, 22))
    assert number not in anna.numbers()
    with open_ledger(office.nights.state) as ledger:
        assert ledger.history(number)[-1].status == "closed"


def test_taking_back_after_a_night_brings_the_case_back(office: Office) -> None:
    office.clock.later(hours=12)
    anna, number = first_case(office)
    anna.decide(number)
    office.next_night(date(2026, 6, 21))
    office.clock.later(hours=9)
    anna.sign_in("Anna")
    anna.open(number)
    anna.post(f"/zaak/{number}/terug", besluit="1")
    assert office.decisions(number) == []
    office.next_night(date(2026, 6, 22))
    assert number in anna.numbers()


def test_a_workbook_and_the_desk_bring_in_the_same(office: Office, municipality: Nights, tmp_path: Path) -> None:
    from tests.review.desk import Desk, decided

    anna, number = first_case(office)
    anna.decide(number, "X-VERTREK-OK", "R-SCHOOL-TRAAG")
    other = copy_office(municipality, tmp_path / "workbook")
    desk = Desk(tmp_path, other)
    cells = decided("Vertrek klopt", "School had nog niet uitgeschreven", date(2026, 6, 20), Door="Anna")
    filled = desk.fill("filled", {number: cells}, source=desk.published())
    import_reviewed([filled], other.state, office.clock())
    with open_ledger(other.state) as ledger:
        (by_workbook,) = ledger.decisions(number)
    (at_desk,) = office.decisions(number)
    same = ("case_id", "outcome_code", "reason_code", "decided_on", "decided_by")
    assert [getattr(by_workbook, name) for name in same] == [getattr(at_desk, name) for name in same]


def test_a_decision_out_of_a_workbook_shows_at_the_desk(office: Office) -> None:
    from tests.review.desk import Desk, decided

    anna, number = first_case(office)
    seen = anna.seen
    desk = Desk(office.folder, office.nights)
    filled = desk.fill("filled", {number: decided(day=date(2026, 6, 20))}, source=desk.published())
    import_reviewed([filled], office.nights.state, office.clock())
    assert number not in anna.numbers()
    assert "uit een werkboek" in anna.open(number).text
    assert anna.decide(number, "X-DATUM", seen=seen).status_code == 409


def test_before_the_first_night_there_is_a_sentence_and_no_list(tmp_path: Path, office: Office) -> None:
    for file in office.nights.state.glob("ledger*"):
        file.unlink()
    anna = office.browser("Anna")
    answer = anna.get("/werk")
    assert answer.status_code == 503
    assert str(tmp_path) not in answer.text
