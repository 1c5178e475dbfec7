"""What we depend on, as far as it can be held without a network: pinned, hashed, installed as locked, licences known.

Known weaknesses are looked up by hand, on a machine with a network (docs/security.md).
"""

import re
import tomllib
from importlib.metadata import distributions

import pytest
from packaging.requirements import Requirement

from tests.structure.bill_of_materials import bill_of_materials
from tests.structure.locked import PIN, ROOT, installed, lock, only_dev, pins, plain, stated_licence

PINS = pins()
_HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")

#: Licences under which the EUPL-1.2 can be kept for our own work: permissive ones, and copyleft per file.
_FITTING = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-0"),
    *("MPL-2.0", "PSF-2.0", "Zlib"),
    *("Apache Software License", "BSD License", "ISC License (ISCL)", "MIT License", "Artistic License"),
    *("Mozilla Public License 2.0 (MPL 2.0)", "Python Software Foundation License"),
}
#: What an environment has of itself.
_OF_THE_ENVIRONMENT = {"pip", "setuptools", "wheel", "brp-signals"}


def test_every_line_is_an_exact_version_or_its_hash() -> None:
    """So nothing else can be in it: no address, no repository, no option, no range."""
    lines = lock()
    assert [line for line in lines if not PIN.fullmatch(line) and not _HASH.fullmatch(line)] == []
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if PIN.fullmatch(line):
            assert _HASH.fullmatch(after), line
    assert len(PINS) > 100


def test_the_lock_names_no_host() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"://|--(?:index-url|extra-index|find-links|trusted-host)| @ ", text)


def test_every_dependency_of_ours_is_locked_and_bounded() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = project["project"]["dependencies"] + project["project"]["optional-dependencies"]["dev"]
    names = {plain(re.split(r"[<>=!\[ ]", line)[0]) for line in declared}
    assert names <= {pin.name for pin in PINS}
    assert all("==" in line for line in project["build-system"]["requires"])


def test_the_demo_leaves_out_what_only_tests_and_linters_need() -> None:
    """The list of the Makefile is what `dev` asks for beyond what running asks for, down to the last package."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    running, dev = _asked_for(project["dependencies"]), _asked_for(project["optional-dependencies"]["dev"])
    assert only_dev() == dev - running


def _asked_for(wanted: list[str]) -> set[str]:
    """Every package that these ask for, and those in turn, in this environment."""
    found: set[str] = set()
    waiting = [Requirement(line) for line in wanted]
    done: set[str] = set()
    while waiting:
        each = waiting.pop()
        package = installed(each.name)
        if package is None or str(each) in done:
            continue
        done.add(str(each))
        found.add(plain(each.name))
        for line in package.requires or []:
            asked = Requirement(line)
            extras = each.extras or {""}
            if asked.marker is None or any(asked.marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append(asked)
    return found


def test_what_is_installed_is_what_is_locked() -> None:
    locked: dict[str, set[str]] = {}
    for pin in PINS:
        locked.setdefault(pin.name, set()).add(pin.version)
    found = {plain(each.metadata["Name"]): each.version for each in distributions()}
    strangers = {name: version for name, version in found.items() if version not in locked.get(name, set())}
    assert {name for name in strangers if name not in _OF_THE_ENVIRONMENT} == set()
    assert {pin.name for pin in PINS if not pin.marker} <= set(found)


@pytest.mark.parametrize("name", sorted({pin.name for pin in PINS}))
def test_every_licence_is_known_and_fits_ours(name: str) -> None:
    package = installed(name)
    if package is None:
        assert any(pin.marker for pin in PINS if pin.name == name)  # for another system or version of Python
        return
    stated = stated_licence(package)
    assert stated, f"{name} states no licence: look it up in its source and add it to tests/structure/locked.py"
    assert _fits(stated), f"{name}: {stated}"


def test_the_bill_of_materials_names_every_pin_and_nothing_else() -> None:
    bill = bill_of_materials()
    refs = [component["bom-ref"] for component in bill["components"]]
    assert refs == [f"pkg:pypi/{pin.name}@{pin.version}" for pin in PINS]
    assert {ref for each in bill["dependencies"] for ref in each["dependsOn"]} <= set(refs)
    assert len(set(refs)) == len(refs)


def _fits(expression: str) -> bool:
    """Whether we can choose licences in an SPDX-like expression that all fit; AND binds tighter, brackets first."""
    while inner := re.search(r"\(([^()]* (?:OR|AND) [^()]*)\)", expression):
        expression = expression.replace(inner[0], "MIT" if _fits(inner[1]) else "unfit")
    return any(all(part.strip() in _FITTING for part in way.split(" AND ")) for way in expression.split(" OR "))


@pytest.mark.parametrize(
    ("expression", "fits"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("MIT OR GPL-3.0-only", True),
        ("MPL-2.0 AND (Apache-2.0 OR Proprietary)", True),
        ("(MIT OR Proprietary) AND Proprietary", False),
        ("Other/Proprietary License", False),
    ],
)
def test_expressions_are_read_as_they_are_meant(expression: str, fits: bool) -> None:
    assert _fits(expression) is fits
