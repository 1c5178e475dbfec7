"""A version is told alike wherever somebody looks it up."""

import tomllib
from datetime import date
from pathlib import Path

import yaml

from brp_signals import __version__

ROOT = Path(__file__).parents[2]
#: The heading of what will be in the next version.
NEXT = "## Not released yet"


def test_every_file_tells_the_same_version_and_day() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation, public = (yaml.safe_load((ROOT / name).read_text("utf-8")) for name in ("CITATION.cff", "publiccode.yml"))
    assert {project["version"], citation["version"], public["softwareVersion"]} == {__version__}
    assert citation["date-released"] == public["releaseDate"] == date.fromisoformat(public["releaseDate"]).isoformat()
    headings = [line for line in (ROOT / "CHANGELOG.md").read_text("utf-8").splitlines() if line.startswith("## ")]
    newest = next(heading for heading in headings if heading != NEXT)
    assert newest == f"## {__version__} ({public['releaseDate']})"


def test_the_licence_is_one_file() -> None:
    assert (ROOT / "LICENSE").read_bytes() == (ROOT / "LICENSES" / "EUPL-1.2.txt").read_bytes()
