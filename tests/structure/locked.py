"""What the lock file pins, and what an installed package says of itself."""

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
PIN: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[A-Za-z0-9._+!-]+)(?: ; (?P<marker>[^\\]+))? \\")

#: Packages whose metadata names no licence, and the one that their source states.
_BY_HAND: Final = {"axe-playwright-python": "MIT", "polars-hash": "MIT", "pyrage": "MIT"}


class Pin(NamedTuple):
    """One locked version; `marker` says for which systems and versions of Python, and is empty for all."""

    name: str
    version: str
    marker: str


def plain(name: str) -> str:
    """The name of a package as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def lock() -> list[str]:
    """The lines of the lock file that are no comment."""
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def pins() -> list[Pin]:
    """Every locked version, in the order of the file."""
    found = [PIN.fullmatch(line) for line in lock() if not line.startswith(" ")]
    return [Pin(plain(each["name"]), each["version"], (each["marker"] or "").strip()) for each in found if each]


def only_dev() -> set[str]:
    """The packages that the Makefile leaves out of what running needs."""
    (listed,) = re.findall(
        r"^ONLY_DEV := ((?:.*\\\n)*.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    return set(listed.replace("\\", " ").split())


def installed(name: str) -> Distribution | None:
    """The package of this environment, or None when it is for another system."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def stated_licence(package: Distribution) -> str:
    """The licence as an expression, several classifiers being a choice between them; empty when none is stated."""
    about: Any = package.metadata  # a message, of which its declared type tells a part
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    choice = " OR ".join(line.rpartition(" :: ")[2] for line in classifiers)
    first_line = (about.get("License") or "").partition("\n")[0]
    return str(about.get("License-Expression") or choice or first_line or _BY_HAND.get(plain(about["Name"]), ""))
