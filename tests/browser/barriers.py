"""What keeps people out of a page: the findings of axe, and what must be scrolled sideways for."""

from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: A telephone, which is also a screen of 1280 pixels at 400 %, and a common screen.
WIDTHS: Final = (320, 1280)
SCHEMES: Final = ("light", "dark")
# Every rule of axe, of which this one is off by default.
_OPTIONS: Final = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


def barriers(page: Page, name: str) -> list[str]:
    """Everything that is wrong with a page, on each width and in light and dark; `name` says which page it is."""
    page.evaluate(Axe().axe_script)
    return [
        f"{name}, {width} pixels, {scheme}: {problem}"
        for width in WIDTHS
        for scheme in SCHEMES
        for problem in _problems(page, width, scheme)
    ]


def _problems(page: Page, width: int, scheme: str) -> list[str]:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found = page.evaluate("options => axe.run(options).then(found => found.violations)", _OPTIONS)
    told = [f"{each['id']} at {node['target']}" for each in found for node in each["nodes"]]
    return [*told, *(["scrolls sideways"] if is_wider_than_its_window(page) else [])]


def is_wider_than_its_window(page: Page) -> bool:
    """Whether a person must scroll the page sideways; a wide table that scrolls by itself is not meant."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
