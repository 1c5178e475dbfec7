"""What people try who may not: each attack is made as it would be, and nothing comes of it."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from brp_signals.base.errors import SignalsError
from brp_signals.desk.accounts import keep_user, remove_user
from brp_signals.desk.roles import ROLES, Permission
from brp_signals.desk.security import LARGEST_BODY, own_path
from brp_signals.state.schools import School, replace_table
from tests.desk.office import PASSWORD, PEOPLE, Office, a_number, bsn

OpenDesk = Callable[..., Office]
NUMBERS = [number for serial in range(8) for number in (a_number(serial), bsn(serial))]


def shows_a_person(text: str) -> bool:
    return any(number in text for number in NUMBERS)


# ---- cases that are not for this person


@pytest.mark.parametrize("name", ["Anna", "Coen", "Lea", "Stef", "Priya"])
def test_a_case_that_is_not_for_somebody_is_like_one_that_does_not_exist(office: Office, name: str) -> None:
    browser = office.browser(name)
    unknown = "S-2222-2222"
    answers = [
        browser.get(f"/zaak/{number}")
        for number in (unknown, office.case_of(is_sealed=True), office.case_of(municipality="0518"))
    ]
    assert {(answer.status_code, answer.text.replace(browser.token, "")) for answer in answers} == {
        (404, answers[0].text.replace(browser.token, ""))
    }
    assert [line for line in office.audit if line[:2] == (name, "denied")] == [(name, "denied", "")] * 3


@pytest.mark.parametrize(
    "form", ["besluit", "tweede", "terug", "notitie", "notitie/wissen", "contact", "toewijzen", "persoon", "akkoord"]
)
def test_no_form_reaches_a_case_of_another_municipality_or_under_secrecy(office: Office, form: str) -> None:
    anna = office.browser("Anna")
    anna.get("/werk")
    for number in (office.case_of(municipality="0518"), office.case_of(is_sealed=True)):
        answer = anna.post(f"/zaak/{number}/{form}", reden="look", besluit="X-VERTREK-OK", datum="2026-06-20")
        assert answer.status_code == 404
        assert not shows_a_person(answer.text)
        assert office.decisions(number) == []


def test_the_sealed_list_is_closed_to_all_others(office: Office) -> None:
    for name in PEOPLE.keys() - {"Zoë"}:
        answer = office.browser(name).get("/verzegeld")
        assert answer.status_code == 403
        assert office.case_of(is_sealed=True) not in answer.text
        assert (name, "denied", "") in office.audit


def test_steward_and_privacy_officer_see_no_case(office: Office) -> None:
    for name in ("Stef", "Priya"):
        browser = office.browser(name)
        assert [browser.get(path).status_code for path in ("/werk", "/werk.csv", "/verzegeld")] == [403, 403, 403]
        assert browser.open(office.case_of()).status_code == 404


def test_a_coordinator_cannot_see_who_a_child_is(office: Office) -> None:
    coen = office.browser("Coen")
    number = coen.numbers()[0]
    assert "Toon persoon" not in coen.open(number).text
    answer = coen.reveal(number)
    assert answer.status_code == 403
    assert not shows_a_person(answer.text)


def test_a_role_that_is_taken_away_is_gone_at_the_next_request(office: Office) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    keep_user(office.place.database, "Anna", ["steward"], ["0363"])
    assert anna.open(number).headers["location"].startswith("/aanmelden")
    anna.sign_in("Anna")
    assert anna.open(number).status_code == 404
    assert anna.reveal(number).status_code == 403


def test_a_municipality_that_is_taken_away_is_gone_at_the_next_request(office: Office) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    anna.open(number)
    office.place.database.change("clear_municipalities", name="Anna")
    assert anna.decide(number).status_code == 404
    assert anna.numbers() == []


def test_who_was_removed_is_out_at_once(office: Office) -> None:
    anna = office.browser("Anna")
    remove_user(office.place.database, "Anna")
    assert anna.get("/werk").headers["location"].startswith("/aanmelden")
    assert anna.sign_in("Anna").status_code == 403


# ---- every address


def test_every_address_declares_what_it_asks(office: Office) -> None:
    undeclared = [
        getattr(route, "path", str(route))
        for route in office.addresses
        if not isinstance(getattr(getattr(route, "endpoint", None), "permission", None), Permission)
    ]
    assert undeclared == []
    assert len(office.addresses) > 15


def test_without_signing_in_there_is_nothing_but_the_door(office: Office) -> None:
    for route in office.addresses:
        path = re.sub(r"\{case_id\}", office.case_of(), route.path)
        method = next(iter(route.methods - {"HEAD"}))
        answer = office.browser().client.request(method, path)
        if route.endpoint.permission is not Permission.ANYBODY:
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/aanmelden"), path


@pytest.mark.parametrize("name", PEOPLE)
def test_nobody_gets_further_than_the_table_of_roles(office: Office, name: str) -> None:
    browser = office.browser(name)
    allowed = set().union(*(ROLES[role].may for role in PEOPLE[name])) | {Permission.ANYBODY, Permission.SIGNED_IN}
    for route in office.addresses:
        if route.endpoint.permission in allowed or "GET" not in route.methods:
            continue
        assert browser.get(route.path).status_code == 403, route.path


# ---- sessions


def test_a_session_that_was_planted_is_another_after_signing_in(office: Office) -> None:
    victim, attacker = office.browser(), office.browser()
    attacker.get("/aanmelden")
    planted = attacker.cookie
    victim.client.cookies.set("brp_desk", planted, domain="testserver.local")
    victim.text = attacker.text
    victim.post("/aanmelden", naam="Anna", wachtwoord=PASSWORD)
    assert attacker.client.get("/werk").headers["location"].startswith("/aanmelden")
    assert planted != victim.cookie


def test_a_token_of_ones_own_invention_is_no_session(office: Office) -> None:
    browser = office.browser()
    browser.client.cookies.set("brp_desk", "bedacht")
    assert browser.get("/werk").status_code == 303


def test_the_cookie_is_for_us_alone(office: Office) -> None:
    browser = office.browser()
    cookie = browser.get("/aanmelden").headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    browser.client.base_url = "https://testserver"
    assert "secure" in browser.get("/aanmelden").headers["set-cookie"].lower()


def test_a_session_ends_when_nobody_is_there_and_at_the_end_of_the_day(office: Office) -> None:
    anna = office.browser("Anna")
    office.clock.later(minutes=20)
    assert anna.get("/werk").status_code == 303
    anna.sign_in("Anna")
    for _ in range(40):
        office.clock.later(minutes=15)
        last = anna.get("/werk").status_code
    assert last == 303


def test_after_signing_out_the_old_cookie_is_worth_nothing(office: Office) -> None:
    anna = office.browser("Anna")
    anna.get("/werk")
    old = anna.cookie
    anna.post("/afmelden")
    anna.client.cookies.clear()
    anna.client.cookies.set("brp_desk", old)
    assert anna.client.get("/werk").status_code == 303


def test_tokens_are_not_in_the_database(office: Office) -> None:
    anna = office.browser("Anna")
    content = b"".join(file.read_bytes() for file in office.nights.state.glob("desk.sqlite*"))
    assert anna.cookie.encode() not in content
    assert PASSWORD.encode() not in content


# ---- forms from elsewhere


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        ({}, {"csrf": ""}),
        ({}, {"csrf": "geraden"}),
        ({"Origin": "https://elders.example"}, {}),
        ({"Origin": "null"}, {}),
        ({"Sec-Fetch-Site": "cross-site"}, {}),
        ({"Sec-Fetch-Site": "same-site"}, {}),
    ],
)
def test_a_form_that_is_not_ours_does_nothing(office: Office, headers: dict[str, str], form: dict[str, str]) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    anna.open(number)
    before = anna.seen
    answer = anna.decide(number, headers=headers, **form)
    assert answer.status_code == 403
    anna.open(number)
    assert anna.seen == before
    assert ("Anna", "forged", "") in office.audit


def test_the_token_of_somebody_else_is_not_ours(office: Office) -> None:
    anna, bob = office.browser("Anna"), office.browser("Bob")
    number = anna.numbers()[0]
    anna.open(number)
    bob.open(number)
    assert anna.decide(number, csrf=bob.token).status_code == 403
    assert office.decisions(number) == []


def test_nothing_changes_by_a_link(office: Office) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    for form in ("besluit", "persoon", "notitie"):
        assert anna.client.get(f"/zaak/{number}/{form}").status_code == 405


# ---- what is typed comes back as text

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_a_script_in_a_note_is_text(office: Office) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    anna.open(number)
    anna.post(f"/zaak/{number}/notitie", notitie=SCRIPT)
    page = anna.open(number).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page and "<img" not in page


def test_a_school_is_shown_by_name_and_a_script_in_it_is_text(office: Office) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    row = office.place.database.row("one_case", **asked(number))
    assert row
    office.place.database.change("add_listed", **dict(row) | {"schools": "12AB00|99ZZ00"})
    named = School("12AB00", SCRIPT, "Laan", "1", "1234 AB", SCRIPT, "010 000 00 00", date(2026, 11, 1))
    replace_table(office.nights.state, "po", [named])
    for page in (anna.get("/werk").text, anna.open(number).text):
        assert "12AB00, &lt;script&gt;" in page
        assert "99ZZ00" in page
        assert "<script" not in page and "<img" not in page
    assert "Laan 1, 1234 AB" in page and "010 000 00 00" in page
    assert "naam volgens DUO, bestand van 01-11-2026" in page


def asked(case_id: str) -> dict[str, Any]:
    """The questions of somebody who may see every departure of 0363."""
    rights = ("sees_departures", "sees_absences", "sees_sealed_departures", "sees_sealed_absences")
    return {"case_id": case_id, "name": "Anna", **dict.fromkeys(rights, True)}


@pytest.mark.parametrize(
    "path", ["/werk?toon={}", "/werk?niveau={}&teken={}&school={}", "/zoek?nummer={}", "/aanmelden?naar={}", "/zaak/{}"]
)
def test_a_script_in_an_address_is_not_reflected(office: Office, path: str) -> None:
    for browser in (office.browser("Anna"), office.browser()):
        answer = browser.get(path.replace("{}", "%3Cscript%3Ealert(1)%3C/script%3E%22%3E"))
        assert "<script" not in answer.text


def test_sql_in_an_address_finds_nothing(office: Office) -> None:
    anna = office.browser("Anna")
    assert anna.numbers(school="' OR 1=1 --") == []
    assert anna.numbers(teken="%") == []
    assert anna.sign_in("' OR '1'='1").status_code == 403


def test_a_line_end_in_an_address_makes_no_header(office: Office) -> None:
    browser = office.browser()
    browser.get("/aanmelden")
    answer = browser.post("/aanmelden", naam="Anna", wachtwoord=PASSWORD, naar="/werk\r\nSet-Cookie: x=1")
    assert answer.headers["location"] == "/"
    assert "x=1" not in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "elsewhere",
    [
        *(
            "https://elders.example",
            "//elders.example",
            "/\\elders.example",
            "\\\\elders.example",
            "javascript:alert(1)",
        ),
        *("/\t/elders.example", "elders.example", "", "https:elders", "/\x00/elders.example", "///elders.example"),
    ],
)
def test_nobody_is_sent_elsewhere(office: Office, elsewhere: str) -> None:
    assert own_path(elsewhere) == "/"
    assert office.browser().sign_in("Anna", to=elsewhere).headers["location"] == "/"
    assert own_path("/zaak/S-2222-2222?gedaan=x") == "/zaak/S-2222-2222?gedaan=x"


@pytest.mark.parametrize(
    "path",
    ["/stijl/../app.py", "/stijl/%2e%2e/app.py", "/stijl/..%2fapp.py", "/stijl/%2fetc%2fpasswd", "/stijl/desk.css%00"],
)
def test_no_path_leads_out_of_the_style_sheets(office: Office, path: str) -> None:
    answer = office.browser().client.get(path)
    assert answer.status_code == 404
    assert "import" not in answer.text and "root:" not in answer.text


def test_another_host_is_refused(office: Office) -> None:
    assert office.browser().client.get("/aanmelden", headers={"Host": "elders.example"}).status_code == 400


def test_a_form_that_is_far_too_large_is_not_read(office: Office) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    anna.open(number)
    assert anna.post(f"/zaak/{number}/notitie", notitie="x" * LARGEST_BODY).status_code == 413


def test_every_answer_has_the_headers(office: Office) -> None:
    anna = office.browser("Anna")
    for path in ("/werk", f"/zaak/{anna.numbers()[0]}", "/bestaat-niet", "/stijl/desk.css", "/cijfers", "/gezond"):
        headers = anna.client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers


def test_no_page_needs_what_the_policy_forbids(office: Office) -> None:
    anna, zoe, coen, priya = (office.browser(name) for name in ("Anna", "Zoë", "Coen", "Priya"))
    number = anna.numbers()[0]
    pages = [anna.open(number).text, anna.reveal(number).text, anna.get("/werk").text, zoe.get("/verzegeld").text]
    pages += [coen.get("/cijfers").text, priya.get("/audit").text, office.browser().get("/aanmelden").text]
    for page in pages:
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:|https?://", page)


# ---- guessing


def test_guessing_a_password_is_stopped_also_for_the_right_one(office: Office) -> None:
    browser = office.browser()
    answers = [browser.sign_in("Anna", "geraden wachtwoord").status_code for _ in range(5)]
    assert answers == [403] * 5
    assert browser.sign_in("anna").status_code == 429
    assert ("", "sign_in_blocked", "") in office.audit
    office.clock.later(minutes=16)
    assert browser.sign_in("Anna").status_code == 303


def test_guessing_names_from_one_place_is_stopped(office: Office) -> None:
    browser = office.browser()
    for number in range(30):
        assert browser.sign_in(f"naam {number}").status_code == 403
    assert browser.sign_in("Bob").status_code == 429


def test_a_name_that_does_not_exist_gets_the_same_answer(office: Office) -> None:
    texts = []
    for name in ("Anna", "Niemand"):
        browser = office.browser()
        answer = browser.sign_in(name, "verkeerd wachtwoord")
        texts.append((answer.status_code, answer.text.replace(browser.token, "")))
    assert texts[0] == texts[1]


# ---- from a case to a child


def test_a_child_is_shown_for_a_reason_after_a_line_in_the_log(office: Office) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    anna.open(number)
    answer = anna.reveal(number)
    assert shows_a_person(answer.text)
    assert answer.headers["refresh"] == f"60; url=/zaak/{number}"
    assert answer.headers["cache-control"] == "no-store"
    assert office.audit[-1] == ("Anna", "revealed", number)
    assert not shows_a_person(anna.open(number).text)


def test_without_a_reason_from_the_list_nobody_is_shown(office: Office) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    anna.open(number)
    for reason in ("", "nieuwsgierig", "LOOK"):
        answer = anna.reveal(number, reason)
        assert answer.status_code == 422
        assert not shows_a_person(answer.text)


def test_whoever_asks_for_many_children_is_stopped_and_reported(open_desk: OpenDesk) -> None:
    office = open_desk(reveals_an_hour=3)
    anna = office.browser("Anna")
    numbers = anna.numbers()
    anna.open(numbers[0])
    answers = [anna.reveal(number) for number in numbers[:4]]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert not shows_a_person(answers[3].text)
    assert office.audit[-1] == ("Anna", "mass_reveal", numbers[3])
    assert "1 melding vraagt aandacht" in office.browser("Priya").get("/audit").text
    assert office.browser("Bob").open(numbers[0]).status_code == 200
    office.clock.later(hours=1, seconds=1)
    anna.sign_in("Anna")
    anna.open(numbers[3])
    assert shows_a_person(anna.reveal(numbers[3]).text)


def test_when_the_log_cannot_be_written_nothing_is_shown_or_decided(office: Office) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    anna.open(number)
    seen = anna.seen
    office.place.log.path.unlink()
    office.place.log.path.mkdir()
    for answer in (anna.reveal(number), anna.decide(number, seen=seen), anna.open(number)):
        assert answer.status_code == 503
        assert not shows_a_person(answer.text)
        assert "Tijdlijn" not in answer.text
    office.place.log.path.rmdir()
    assert office.decisions(number) == []
    assert office.place.database.rows("decisions_of", case_id=number) == []


def test_when_the_log_was_changed_nothing_is_shown(office: Office) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    anna.open(number)
    log = office.place.log.path
    log.write_bytes(log.read_bytes().splitlines(keepends=True)[0])
    answer = anna.reveal(number)
    assert answer.status_code == 503
    assert not shows_a_person(answer.text)
    with pytest.raises(SignalsError):
        office.place.log.write(office.clock(), "Anna", "signed_out")


def test_a_child_under_secrecy_needs_the_other_identity(open_desk: OpenDesk) -> None:
    office = open_desk(sealed_identity=None)
    zoe = office.browser("Zoë")
    number = office.case_of(is_sealed=True)
    zoe.open(number)
    answer = zoe.reveal(number)
    assert answer.status_code == 503
    assert not shows_a_person(answer.text)


def test_the_sealed_list_officer_is_shown_the_child(office: Office) -> None:
    zoe, number = office.browser("Zoë"), office.case_of(is_sealed=True)
    zoe.open(number)
    assert shows_a_person(zoe.reveal(number).text)


def test_where_four_eyes_are_asked_a_child_under_secrecy_is_shown_once_after_a_colleague_agreed(
    open_desk: OpenDesk,
) -> None:
    office = open_desk(four_eyes=("sealed_reveal",))
    keep_user(office.place.database, "Yara", ["sealed-list-officer"], ["0363"], PASSWORD)
    zoe, yara, number = office.browser("Zoë"), office.browser("Yara"), office.case_of(is_sealed=True)
    zoe.open(number)
    assert zoe.reveal(number).headers["location"].endswith("gedaan=tonen")
    zoe.open(number)
    assert zoe.post(f"/zaak/{number}/akkoord", naam="Zoë").headers["location"].endswith("gedaan=niet")
    assert not shows_a_person(zoe.reveal(number).text)
    assert "Zoë vraagt om de persoon te zien" in yara.open(number).text
    assert yara.post(f"/zaak/{number}/akkoord", naam="Zoë").headers["location"].endswith("gedaan=akkoord")
    assert shows_a_person(zoe.reveal(number).text)
    zoe.open(number)
    assert not shows_a_person(zoe.reveal(number).text)
    yara.post(f"/zaak/{number}/akkoord", naam="Zoë")
    office.clock.later(minutes=61)
    zoe.sign_in("Zoë")
    zoe.open(number)
    assert not shows_a_person(zoe.reveal(number).text)


# ---- files


def test_no_cell_of_the_file_can_become_a_formula(office: Office) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]
    row = office.place.database.row("one_case", **asked(number))
    assert row
    for formula in ("=1+1", "+1", "-1", "@SUM(1)", "\t=1"):
        office.place.database.change("add_listed", **dict(row) | {"reason_nl": formula})
        line = next(line for line in anna.get("/werk.csv").text.splitlines() if line.startswith(number))
        assert line.split(",")[-1].startswith("'"), formula
