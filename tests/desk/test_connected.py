"""The desk with its connections: signing in with an account of the municipality, and a child in the BRP of today."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from brp_signals.desk.oidc import Kept, Started
from tests.desk.a_provider import SECRET, USER, VARIABLE, AProvider, a_configuration, a_provider
from tests.desk.a_register import ARegister, a_person, a_register
from tests.desk.local_server import Reply
from tests.desk.office import Browser, Office

OUT, BACK, ON = "/aanmelden/werkaccount", "/aanmelden/terug", "/aanmelden/verder"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[AProvider]:
    """A provider that is right in everything."""
    monkeypatch.setenv(VARIABLE, SECRET)
    with a_provider() as one:
        yield one


@pytest.fixture
def connected(open_desk: Callable[..., Office], provider: AProvider) -> Office:
    """A desk at which people sign in with their own accounts too."""
    return open_desk(oidc=a_configuration(provider.address))


def go_out(browser: Browser, provider: AProvider) -> dict[str, str]:
    """Go to the provider and sign in there; what the browser comes back with."""
    answer = browser.get(OUT)
    assert answer.status_code == 303
    return provider.authorise(Started(answer.headers["location"], Kept("", "", "", 0)))


def test_a_clerk_signs_in_with_an_account_of_the_municipality(connected: Office, provider: AProvider) -> None:
    browser = connected.browser()
    assert "Aanmelden met uw werkaccount" in browser.get("/aanmelden").text
    back = go_out(browser, provider)
    before = browser.cookie
    passing = browser.get(BACK, **back)
    assert passing.headers["refresh"] == f"0; url={ON}?{urlencode(back)}"
    answer = browser.get(ON, **back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.cookie != before
    assert browser.numbers()
    assert (USER, "signed_in", "") in connected.audit


def test_without_a_provider_there_is_no_such_way(office: Office) -> None:
    browser = office.browser()
    assert "werkaccount" not in browser.get("/aanmelden").text
    assert browser.get(OUT).status_code == browser.get(ON).status_code == 404


def test_a_browser_without_our_cookie_gets_nowhere(connected: Office, provider: AProvider) -> None:
    """Somebody is lured into finishing the sign-in of another; and nothing can be finished twice."""
    mine, theirs = connected.browser(), connected.browser()
    back = go_out(mine, provider)
    refused = theirs.get(ON, **back)
    assert refused.status_code == 403
    assert "niet in deze browser begonnen" in refused.text
    assert mine.get(ON, **back).status_code == 303
    assert connected.browser().get(ON, **back).status_code == 403
    assert ("", "sign_in_refused", "") in connected.audit


def test_coming_back_passes_on_what_a_provider_sends_and_nothing_else(connected: Office) -> None:
    answer = connected.browser().get(BACK, code="a\r\nSet-Cookie: x=1", state='"><script>', to="https://elders.example")
    assert answer.headers["refresh"].startswith(f"0; url={ON}?code=a%0D%0ASet-Cookie")
    assert "elders" not in answer.headers["refresh"]
    assert "<script" not in answer.text
    assert answer.headers.get_list("set-cookie") == []


def test_a_role_that_was_taken_away_is_gone_at_the_next_sign_in(connected: Office, provider: AProvider) -> None:
    browser = connected.browser()
    browser.get(ON, **go_out(browser, provider))
    assert browser.get("/werk").status_code == 200
    provider.claims = {"roles": ["Privacy"]}
    again = connected.browser()
    again.get(ON, **go_out(again, provider))
    assert again.get("/werk").status_code == 403
    assert again.get("/audit").status_code == 200
    assert browser.get("/werk").status_code == 303, "the session with the earlier role goes on"


def test_nobody_becomes_a_colleague_by_taking_the_name(connected: Office, provider: AProvider) -> None:
    provider.claims = {"preferred_username": "Anna"}
    browser = connected.browser()
    refused = browser.get(ON, **go_out(browser, provider))
    assert refused.status_code == 403
    assert "heeft dezelfde naam" in refused.text
    provider.claims = {}
    browser.get(ON, **go_out(browser, provider))
    provider.claims = {"sub": "another"}
    stranger = connected.browser()
    assert stranger.get(ON, **go_out(stranger, provider)).status_code == 403


def test_a_new_name_is_the_same_person(connected: Office, provider: AProvider) -> None:
    for name in (USER, "nieuwe.naam@voorbeeld.example"):
        provider.claims = {"preferred_username": name}
        browser = connected.browser()
        assert browser.get(ON, **go_out(browser, provider)).status_code == 303
    assert [name for name, action, _ in connected.audit if action == "signed_in"] == [USER, USER]


def test_a_provider_that_fails_leaves_local_accounts(connected: Office, provider: AProvider) -> None:
    provider.reply = lambda asked: Reply(b"", 500)
    answer = connected.browser().get(OUT)
    assert answer.status_code == 403
    assert "niet te gebruiken" in answer.text
    assert connected.browser("Anna").numbers()


def test_the_address_of_the_provider_gets_what_protects_a_sign_in(connected: Office) -> None:
    asked = parse_qs(urlsplit(connected.browser().get(OUT).headers["location"]).query)
    assert {"state", "nonce", "code_challenge"} <= set(asked)


def test_after_signing_out_here_one_can_sign_out_at_the_provider(connected: Office, provider: AProvider) -> None:
    browser = connected.browser("Anna")
    browser.get("/werk")
    browser.post("/afmelden")
    assert 'href="/aanmelden/uit"' in browser.get("/aanmelden").text
    assert browser.get("/aanmelden/uit").headers["location"].startswith(f"{provider.address}/end?")
    provider.document = {"end_session_endpoint": None}
    assert browser.get("/aanmelden/uit").status_code == 404


# --- The BRP of today


@pytest.fixture
def brp() -> Iterator[ARegister]:
    """A register that knows every child that is asked for."""
    with a_register(ARegister) as register:
        register.persons = [a_person(burgerservicenummer=f"{900_000_201 + number}") for number in range(20)]
        yield register


def test_a_shown_child_is_looked_up(open_desk: Callable[..., Office], brp: ARegister, tmp_path: Path) -> None:
    office = open_desk(brp_api=brp.settings(tmp_path))
    anna, case_id = office.browser("Anna"), office.case_of()
    anna.open(case_id)
    assert brp.asked == []
    answer = anna.reveal(case_id)
    assert "Noor van Dijk" in answer.text
    assert "Voorbeeldstraat 12B 3" in answer.text
    assert "Eerdere adressen" in answer.text
    assert "canary" not in answer.text
    assert [asked.path for asked in brp.asked] == ["/personen", "/verblijfplaatshistorie"]
    assert office.audit[-2:] == [("Anna", "revealed", case_id), ("Anna", "brp_asked", case_id)]


def test_a_register_that_fails_leaves_the_numbers(
    open_desk: Callable[..., Office], brp: ARegister, tmp_path: Path
) -> None:
    office = open_desk(brp_api=brp.settings(tmp_path))
    brp.reply = lambda asked: Reply(b"", 503)
    anna, case_id = office.browser("Anna"), office.case_of()
    anna.open(case_id)
    answer = anna.reveal(case_id)
    assert answer.status_code == 200
    assert "De BRP is nu niet te bereiken" in answer.text
    assert "A-nummer" in answer.text
    assert len(brp.asked) == 1


def test_secrecy_that_the_delivery_did_not_know_yet_hides_the_address(
    open_desk: Callable[..., Office], brp: ARegister, tmp_path: Path
) -> None:
    office = open_desk(brp_api=brp.settings(tmp_path))
    brp.persons = [each | {"geheimhoudingPersoonsgegevens": True} for each in brp.persons]
    anna, case_id = office.browser("Anna"), office.case_of()
    anna.open(case_id)
    told = anna.reveal(case_id).text
    assert "rust geheimhouding" in told
    assert "Voorbeeldstraat" not in told
    assert len(brp.asked) == 1
    zoe, case_id = office.browser("Zoë"), office.case_of(is_sealed=True)
    zoe.open(case_id)
    assert "Voorbeeldstraat" in zoe.reveal(case_id).text
