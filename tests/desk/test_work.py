"""A clerk's work: what waits, one case, a decision, taking it back, colleagues, notes."""

from collections.abc import Callable
from datetime import date

import pytest

from brp_signals.desk.inbox import PAGE
from brp_signals.state.ledger import open_ledger
from tests.desk.office import CHILDREN, Office
from tests.ledger.nights import child

OpenDesk = Callable[..., Office]


def test_the_inbox_holds_the_ordinary_cases_of_ones_own_municipality(office: Office) -> None:
    numbers = office.browser("Anna").numbers()
    assert len(numbers) == 6
    assert office.case_of(is_sealed=True) not in numbers
    assert office.case_of(municipality="0518") not in numbers
    assert office.browser("Haagse Harry").numbers() == [office.case_of(municipality="0518")]


def test_who_is_about_absences_sees_no_departures(office: Office) -> None:
    assert office.browser("Lea").numbers() == []


def test_children_of_one_family_are_one_block(office: Office) -> None:
    anna = office.browser("Anna")
    page = anna.get("/werk").text
    assert page.count("2 kinderen, één gezin") == 1
    first, second = [row.split("</a>")[0][-11:] for row in page.split('class="sibling"')[1:]]
    numbers = anna.numbers()
    assert abs(numbers.index(first) - numbers.index(second)) == 1
    assert f'2 kinderen, één gezin: <a href="/zaak/{second}">' in anna.open(first).text


def test_the_case_page_says_what_is_known(office: Office) -> None:
    anna = office.browser("Anna")
    page = anna.open(anna.numbers()[0]).text
    for heading in ("Tijdlijn", "Tekens", "Wat spreekt ervoor", "Wat is niet bekend", "Volgende stap", "Verloop"):
        assert heading in page
    assert "Uiterlijk:" in page
    assert "15-06-2026: nieuw" in page


def test_a_case_is_found_by_its_number_as_people_type_it(office: Office) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    assert anna.get("/zoek", nummer=number.lower().replace("-", " ")).headers["location"] == f"/zaak/{number}"
    assert anna.get("/zoek", nummer="S-1234").status_code == 404


def test_filters(office: Office) -> None:
    anna = office.browser("Anna")
    numbers = anna.numbers()
    anna.open(numbers[0])
    anna.post(f"/zaak/{numbers[0]}/toewijzen", naam="Anna")
    assert anna.numbers(toon="mijn") == numbers[:1]
    assert anna.numbers(toon="nieuw") == numbers
    assert anna.numbers(teken="L-03") == numbers
    assert anna.numbers(teken="L-01") == []
    assert anna.numbers(niveau="A") + anna.numbers(niveau="B") == numbers
    assert anna.numbers(school="12AB00") == []
    assert anna.numbers(toon="telaat") == []
    office.clock.later(days=30)
    anna.sign_in("Anna")
    assert anna.numbers(toon="telaat") == numbers


def test_a_page_has_its_share_and_leads_to_the_next(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert PAGE > 10
    monkeypatch.setattr("brp_signals.desk.inbox.PAGE", 4)
    anna = office.browser("Anna")
    first, second = anna.numbers(), anna.numbers(pagina="2")
    assert (len(first), len(second), len({*first, *second})) == (4, 2, 6)
    assert 'rel="prev" href="/werk"' in anna.text.replace("/werk?", "/werk")
    for odd in ("0", "-1", "x", "99999999999", "²"):
        assert anna.get("/werk", pagina=odd).status_code == 200


def test_a_decision_comes_into_the_ledger_as_a_workbook_brings_it(office: Office) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    anna.open(number)
    answer = anna.decide(number, "X-VERTREK-OK", "R-SCHOOL-TRAAG")
    assert answer.headers["location"] == f"/zaak/{number}?gedaan=besluit"
    (decision,) = office.decisions(number)
    assert (decision.outcome_code, decision.reason_code) == ("X-VERTREK-OK", "R-SCHOOL-TRAAG")
    assert (decision.decided_on, decision.decided_by) == (date(2026, 6, 20), "Anna")
    assert number not in anna.numbers()
    assert anna.numbers(toon="afgehandeld") == [number]
    assert "Vertrek klopt (20-06-2026)" in anna.open(number).text


def test_a_decision_that_is_no_outcome_yet_keeps_the_case_with_another_term(office: Office) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    anna.open(number)
    anna.decide(number, "X-HEROPEND")
    assert number in anna.numbers()
    assert "29-08-2026" in anna.text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"besluit": "X-NIET"}, "Bij dit besluit is een reden verplicht"),
        ({"besluit": "X-BESTAAT-NIET"}, "Dit besluit staat niet in de keuzelijst"),
        ({"besluit": "X-GEEN-SCHOOL"}, "Dit besluit staat niet in de keuzelijst"),
        ({"reden": "R-GEEN-TIJD"}, "sluiten elkaar uit"),
        ({"datum": "2026-06-21"}, "ligt in de toekomst"),
        ({"datum": "2026-06-14"}, "vóór de dag waarop dit signaal voor het eerst is gezien"),
        ({"datum": "gisteren"}, "niet te lezen"),
    ],
)
def test_a_decision_that_cannot_be_is_told_and_not_kept(office: Office, form: dict[str, str], sentence: str) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    anna.open(number)
    answer = anna.decide(number, **({"outcome": form.pop("besluit")} if "besluit" in form else {}), **form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert office.decisions(number) == []


def test_what_was_filled_in_stays_when_something_is_wrong(office: Office) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    anna.open(number)
    page = anna.decide(number, "X-DATUM", datum="2030-01-01").text
    assert 'value="X-DATUM" required checked' in page


def test_a_decision_is_taken_back_on_its_day_and_leaves_a_trace(office: Office) -> None:
    anna, bob = office.browser("Anna"), office.browser("Bob")
    number = anna.numbers()[0]
    anna.open(number)
    anna.decide(number)
    assert "Neem dit besluit terug" not in bob.open(number).text
    assert bob.post(f"/zaak/{number}/terug", besluit="1").headers["location"].endswith("gedaan=laat")
    assert ("Bob", "undone", number) not in office.audit
    anna.open(number)
    assert anna.post(f"/zaak/{number}/terug", besluit="1").headers["location"].endswith("gedaan=terug")
    assert office.decisions(number) == []
    assert number in anna.numbers()
    assert "teruggenomen" in anna.open(number).text
    assert ("Anna", "undone", number) in office.audit


def test_after_a_day_a_decision_stays(office: Office) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    anna.open(number)
    anna.decide(number)
    office.clock.later(days=1, seconds=1)
    anna.sign_in("Anna")
    assert "Neem dit besluit terug" not in anna.open(number).text
    anna.post(f"/zaak/{number}/terug", besluit="1")
    assert len(office.decisions(number)) == 1


def test_a_decision_of_concern_reads_as_closed_to_others(office: Office) -> None:
    anna, bob = office.browser("Anna"), office.browser("Bob")
    number = anna.numbers()[0]
    anna.open(number)
    anna.decide(number, "X-VEILIGTHUIS")
    assert "meldcode gevolgd (20-06-2026)" in anna.open(number).text
    page = bob.open(number).text
    assert "Afgesloten (20-06-2026)" in page
    assert "meldcode gevolgd (" not in page


def test_where_four_eyes_are_asked_a_colleague_confirms(open_desk: OpenDesk) -> None:
    office = open_desk(four_eyes=("hit",))
    anna, bob = office.browser("Anna"), office.browser("Bob")
    number, other = anna.numbers()[:2]
    anna.open(number)
    assert anna.decide(number, "X-HERINGESCHREVEN").headers["location"].endswith("gedaan=gevraagd")
    assert office.decisions(number) == []
    anna.open(number)
    anna.post(f"/zaak/{number}/tweede", besluit="1", antwoord="ja")
    assert office.decisions(number) == []
    assert bob.numbers(toon="tweede") == [number]
    bob.open(number)
    bob.post(f"/zaak/{number}/tweede", besluit="1", antwoord="ja")
    (decision,) = office.decisions(number)
    assert decision.decided_by == "Anna"
    anna.open(other)
    anna.decide(other, "X-VERTREK-OK")
    assert len(office.decisions(other)) == 1


def test_a_colleague_may_say_no(open_desk: OpenDesk) -> None:
    office = open_desk(four_eyes=("hit",))
    anna, bob = office.browser("Anna"), office.browser("Bob")
    number = anna.numbers()[0]
    anna.open(number)
    anna.decide(number, "X-DATUM")
    bob.open(number)
    bob.post(f"/zaak/{number}/tweede", besluit="1", antwoord="nee")
    assert office.decisions(number) == []
    assert "niet bevestigd" in anna.open(number).text


def test_a_case_is_taken_and_only_a_coordinator_gives_it_to_another(office: Office) -> None:
    anna, bob, coen = office.browser("Anna"), office.browser("Bob"), office.browser("Coen")
    number = anna.numbers()[0]
    anna.open(number)
    anna.post(f"/zaak/{number}/toewijzen", naam="Anna")
    bob.open(number)
    assert bob.post(f"/zaak/{number}/toewijzen", naam="Bob").status_code == 403
    assert anna.post(f"/zaak/{number}/toewijzen", naam="Bob").status_code == 403
    coen.open(number)
    assert coen.post(f"/zaak/{number}/toewijzen", naam="Haagse Harry").status_code == 422
    assert coen.post(f"/zaak/{number}/toewijzen", naam="Bob").status_code == 303
    assert bob.numbers(toon="mijn") == [number]


def test_contact_is_kept_in_codes(office: Office) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    anna.open(number)
    anna.post(f"/zaak/{number}/contact", hoe="school", uitkomst="no_answer", dag="2026-06-19")
    assert "19-06-2026: School gebeld of gemaild. Geen antwoord." in anna.open(number).text
    for odd in ({"hoe": "de moeder"}, {"uitkomst": "x"}, {"dag": "2026-06-21"}, {"dag": "x"}):
        form = {"hoe": "school", "uitkomst": "answered", "dag": "2026-06-19", **odd}
        assert anna.post(f"/zaak/{number}/contact", **form).status_code == 422


def test_a_note_is_for_colleagues_until_its_term(office: Office) -> None:
    anna, bob = office.browser("Anna"), office.browser("Bob")
    number = anna.numbers()[0]
    anna.open(number)
    anna.post(f"/zaak/{number}/notitie", notitie="School belt maandag terug.")
    assert "School belt maandag terug." in bob.open(number).text
    assert "School belt" not in anna.get("/werk").text + anna.get("/werk.csv").text
    bob.post(f"/zaak/{number}/notitie/wissen", notitie="1")
    assert "School belt maandag terug." in bob.open(number).text
    office.clock.later(days=184)
    bob.sign_in("Bob")
    assert "School belt" not in bob.open(number).text
    office.place.tidy()
    assert office.place.database.rows("notes", case_id=number, today="2000-01-01") == []


def test_a_note_that_may_hold_a_persons_number_is_refused(office: Office) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    anna.open(number)
    assert anna.post(f"/zaak/{number}/notitie", notitie="bsn 123 456 782").status_code == 422
    assert anna.post(f"/zaak/{number}/notitie", notitie=" ").status_code == 422
    assert anna.post(f"/zaak/{number}/notitie", notitie="x" * 2001).status_code == 422


def test_level_and_weights_stay_hidden_until_a_decision(open_desk: OpenDesk) -> None:
    office = open_desk(blind=True)
    anna = office.browser("Anna")
    page = anna.get("/werk").text
    assert "badge" not in page and "Niveau" not in page
    number = anna.numbers()[0]
    page = anna.open(number).text
    assert "Niveau" not in page and "Wat spreekt ervoor" not in page
    anna.decide(number)
    assert "Niveau" in anna.open(number).text


def test_a_new_list_shows_without_a_restart(office: Office) -> None:
    anna = office.browser("Anna")
    before = anna.numbers()
    office.next_night(date(2026, 6, 22), [*CHILDREN, child(child="new one")])
    after = anna.numbers()
    assert len(after) == len(before) + 1
    assert set(before) < set(after)
    assert "Lijst van 22-06-2026" in anna.text


def test_what_belongs_to_a_case_goes_with_the_case(office: Office) -> None:
    anna = office.browser("Anna")
    number, other = anna.numbers()[:2]
    for each in (number, other):
        anna.open(each)
        anna.post(f"/zaak/{each}/toewijzen", naam="Anna")
        anna.post(f"/zaak/{each}/contact", hoe="school", uitkomst="answered", dag="2026-06-19")
        anna.post(f"/zaak/{each}/notitie", notitie="Een notitie.")
    with open_ledger(office.nights.state) as ledger:
        left = {case_id: each for case_id, each in ledger.positions().items() if case_id != number}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("brp_signals.state.ledger.ledger.Ledger.positions", lambda ledger: left)
        office.next_night(date(2026, 6, 22))
        office.place.keep_up()
    database = office.place.database
    for statement in ("assignment", "contacts"):
        assert database.rows(statement, case_id=number) == []
        assert len(database.rows(statement, case_id=other)) == 1
    assert database.rows("notes", case_id=number, today="2000-01-01") == []
    assert len(database.rows("notes", case_id=other, today="2000-01-01")) == 1


def test_the_trace_of_a_decision_goes_after_half_a_year_and_the_decision_stays(office: Office) -> None:
    anna = office.browser("Anna")
    anna.open(number := anna.numbers()[0])
    anna.decide(number)
    office.clock.later(days=185)
    office.place.tidy()
    assert office.place.database.rows("decisions_of", case_id=number) == []
    assert len(office.decisions(number)) == 1


def test_who_was_there_is_forgotten_after_a_day(office: Office) -> None:
    office.browser("Anna")
    office.browser().sign_in("Anna", "geraden wachtwoord")
    content = office.place.database.rows
    assert content("attempts", kind="sign-in name", subject="anna", not_before=0)[0]["n"] == 1
    office.clock.later(days=1, seconds=1)
    office.place.tidy()
    assert content("attempts", kind="sign-in name", subject="anna", not_before=0)[0]["n"] == 0
    assert office.place.database.change("end_sessions_of", name="Anna") == 0


def test_the_sealed_list_is_a_page_of_its_own(office: Office) -> None:
    zoe, number = office.browser("Zoë"), office.case_of(is_sealed=True)
    assert zoe.numbers("/verzegeld") == [number]
    page = zoe.open(number).text
    assert "Verzegelde lijst" in page and "Verzuimmelding na vertrek" in page
    zoe.decide(number)
    assert len(office.decisions(number)) == 1
    assert zoe.numbers("/verzegeld") == []


def test_figures_leave_secrecy_and_few_of_a_person_out(office: Office) -> None:
    anna, coen, zoe = office.browser("Anna"), office.browser("Coen"), office.browser("Zoë")
    anna.open(number := anna.numbers()[0])
    anna.decide(number)
    zoe.open(sealed := office.case_of(is_sealed=True))
    zoe.decide(sealed)
    page = coen.get("/cijfers").text
    assert "minder dan 6" in page and "Zoë" not in page
    assert '<th scope="row">0363 (Amsterdam)</th><td class="number">6</td><td class="number">1</td>' in page
    assert "0518" not in page


def test_the_inbox_as_a_file(office: Office) -> None:
    anna = office.browser("Anna")
    numbers = anna.numbers()
    answer = anna.get("/werk.csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert [line[:11] for line in lines[1:]] == numbers
    assert answer.headers["content-disposition"] == 'attachment; filename="werk.csv"'
    assert ("Anna", "exported", "") in office.audit
