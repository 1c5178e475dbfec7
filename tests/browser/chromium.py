"""The Chromium of this machine, and how somebody signs in with it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from tests.desk.office import PASSWORD
from tests.office.programs import NEEDED

#: The browser's own calls home find nobody.
_OPTIONS: Final = (
    "--no-sandbox",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def chromium_here() -> str | None:
    """Where Chromium is on this machine, if it is."""
    return next(filter(None, map(shutil.which, NEEDED["Chromium"])), None)


@contextmanager
def launched(path: str) -> Iterator[Browser]:
    """The browser at work."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_OPTIONS)
        yield browser
        browser.close()


def sign_in(page: Page, name: str) -> None:
    """Sign in as somebody of this name."""
    page.goto("/aanmelden")
    page.get_by_label("Naam").fill(name)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Aanmelden").click()
