"""Signing in at a certified OpenID provider that runs on this machine (`make test-provider`, which installs it)."""

import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
import pytest
import uvicorn
from playwright.sync_api import sync_playwright

from brp_signals.desk.oidc import SignedIn, SignIn, SignInRefused, Started
from tests.desk.a_provider import SECRET, VARIABLE, a_configuration
from tests.desk.office import Office

FOLDER = Path(__file__).parent / "provider"
RETURN, SIGNED_OUT = "https://desk.voorbeeld.example/terug", "https://desk.voorbeeld.example/uit"
CLERK = "c.bakker@voorbeeld.example"
ALGORITHMS = ("RS256", "ES256")

pytestmark = [
    pytest.mark.provider,
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not on this machine"),
    pytest.mark.skipif(
        not (FOLDER / "node_modules/oidc-provider").is_dir(),
        reason="the packages of tests/desk/provider are not installed; make test-provider installs them",
    ),
]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of the provider, which lives as long as these tests."""
    with running(RETURN) as address:
        yield address


@contextmanager
def running(return_address: str) -> Iterator[str]:
    """A provider that sends browsers back to this address."""
    command = ["node", "server.js", return_address, SIGNED_OUT, SECRET]
    with subprocess.Popen(command, cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait(timeout=10)


class Browser:
    """What a person does at the pages of the provider."""

    def __init__(self) -> None:
        self._client = httpx.Client(trust_env=False)

    def open(self, address: str) -> str:
        """Follow an address to a page, or to the desk; that page is then the present one."""
        return self._follow(self._client.get(address))

    def submit(self, **typed: str) -> str:
        """Fill in the form of the present page and send it."""
        form = re.search(r'<form[^>]* action="([^"]*)"', self.page).group(1)
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', self.page))
        return self._follow(self._client.post(urljoin(self.at, form), data={**hidden, **typed}))

    def _follow(self, response: httpx.Response) -> str:
        while response.is_redirect:
            self.at = urljoin(str(response.url), response.headers["location"])
            if self.at.startswith((RETURN, SIGNED_OUT)):
                return self.at
            response = self._client.get(self.at)
        self.at, self.page = str(response.url), response.text
        return self.at

    def sign_in(self, started: Started, user: str) -> dict[str, str]:
        """Sign in and agree; the query with which the browser comes back at the desk."""
        self.open(started.address)
        self.submit(login=user, password="anything")  # noqa: S106
        return query(self.submit())


def query(address: str) -> dict[str, str]:
    """The query of an address."""
    return dict(parse_qsl(urlsplit(address).query))


@pytest.fixture
def browser() -> Browser:
    """A browser that has never been there."""
    return Browser()


def the_desk(issuer: str, monkeypatch: pytest.MonkeyPatch, algorithm: str = "RS256", **settings: Any) -> SignIn:
    """The desk, connected to the provider."""
    monkeypatch.setenv(VARIABLE, SECRET)
    return SignIn(a_configuration(issuer, **{"client_id": f"desk-{algorithm}", "return_address": RETURN, **settings}))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_clerk_signs_in(issuer: str, browser: Browser, monkeypatch: pytest.MonkeyPatch, algorithm: str) -> None:
    desk = the_desk(issuer, monkeypatch, algorithm)
    started = desk.start()
    signed_in = desk.finish(started.kept, browser.sign_in(started, CLERK))
    assert signed_in == SignedIn(CLERK, f"{issuer} {CLERK}", frozenset({"clerk"}), frozenset({"0363"}))


def test_the_provider_names_the_municipalities(issuer: str, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = the_desk(issuer, monkeypatch, municipality_claim="gemeente", municipalities=None)
    started = desk.start()
    signed_in = desk.finish(started.kept, browser.sign_in(started, "p.visser@voorbeeld.example"))
    assert signed_in.roles == {"privacy-officer"}
    assert signed_in.municipalities == {"0363", "0599"}


def test_a_visitor_without_a_role_is_denied(issuer: str, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = the_desk(issuer, monkeypatch)
    started = desk.start()
    with pytest.raises(SignInRefused, match="has no role"):
        desk.finish(started.kept, browser.sign_in(started, "b.bezoeker@voorbeeld.example"))


def test_an_answer_cannot_be_used_again(issuer: str, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = the_desk(issuer, monkeypatch)
    started = desk.start()
    back = browser.sign_in(started, CLERK)
    desk.finish(started.kept, back)
    with pytest.raises(SignInRefused, match="was used before"):
        desk.finish(started.kept, back)
    with pytest.raises(SignInRefused, match="did not accept"):
        the_desk(issuer, monkeypatch).finish(started.kept, back)


def test_a_code_of_another_browser_is_worth_nothing(
    issuer: str, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = the_desk(issuer, monkeypatch)
    mine, theirs = desk.start(), desk.start()
    back = browser.sign_in(theirs, CLERK)
    with pytest.raises(SignInRefused, match="not begun in this browser"):
        desk.finish(mine.kept, back)
    with pytest.raises(SignInRefused, match="did not accept"):
        desk.finish(mine.kept, {**back, "state": mine.kept.state})


def test_who_stops_at_the_provider_is_not_signed_in(
    issuer: str, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = the_desk(issuer, monkeypatch)
    started = desk.start()
    browser.open(started.address)
    back = query(browser.open(f"{browser.at}/abort"))
    assert back["error"] == "access_denied"
    with pytest.raises(SignInRefused, match="signed nobody in"):
        desk.finish(started.kept, back)


def test_a_wrong_secret_of_the_desk_signs_nobody_in(
    issuer: str, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    the_desk(issuer, monkeypatch)
    monkeypatch.setenv(VARIABLE, "another")
    desk = SignIn(a_configuration(issuer, client_id="desk-RS256", return_address=RETURN))
    started = desk.start()
    with pytest.raises(SignInRefused, match="did not accept"):
        desk.finish(started.kept, browser.sign_in(started, CLERK))


def test_signing_out_asks_for_a_password_again(issuer: str, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = the_desk(issuer, monkeypatch, signed_out_address=SIGNED_OUT)
    browser.sign_in(desk.start(), CLERK)
    assert browser.open(desk.start().address).startswith(RETURN)
    browser.open(desk.sign_out_address() or "")
    assert browser.submit(logout="yes").startswith(SIGNED_OUT)
    assert browser.open(desk.start().address).startswith(f"{issuer}/interaction/")


@contextmanager
def shown(office: Office, listening: socket.socket) -> Iterator[None]:
    """The desk as a server of this machine."""
    server = uvicorn.Server(uvicorn.Config(office.app, log_level="error"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not on this machine")
def test_a_real_browser_brings_its_cookie_back_from_another_site(
    open_desk: Callable[..., Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`localhost` and `127.0.0.1` are two sites to a browser, and the cookie of the desk is SameSite=Strict."""
    monkeypatch.setenv(VARIABLE, SECRET)
    with socket.create_server(("127.0.0.1", 0)) as listening, sync_playwright() as playwright:
        desk = f"http://localhost:{listening.getsockname()[1]}"
        with running(f"{desk}/aanmelden/terug") as issuer:
            settings = a_configuration(issuer, client_id="desk-RS256", return_address=f"{desk}/aanmelden/terug")
            with shown(open_desk(oidc=settings, hosts=("localhost",)), listening):
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
                page = browser.new_page()
                page.goto(f"{desk}/aanmelden")
                page.get_by_text("Aanmelden met uw werkaccount").click()
                page.locator("[name=login]").fill(CLERK)
                page.locator("[name=password]").fill("anything")
                page.get_by_role("button", name="Sign-in").click()
                page.get_by_role("button", name="Continue").click()
                page.wait_for_url(f"{desk}/werk")
                assert CLERK in page.locator("header").inner_text()
                (cookie,) = [each for each in page.context.cookies(desk) if each["name"] == "brp_desk"]
                assert cookie["sameSite"] == "Strict"
                browser.close()
