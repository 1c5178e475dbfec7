"""A version is told alike wherever somebody looks it up."""

import tomllib
from datetime import date
from pathlib import Path

import yaml

from brp_signals import __version__

ROOT = Path(__file__).parents[2]


def test_every_file_tells_the_same_version_and_day() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation, public = (yaml.safe_load((ROOT / name).read_text("utf-8")) for name in ("CITATION.cff", "publiccode.yml"))
    assert {project["version"], citation["version"], public["softwareVersion"]} == {__version__}
    assert citation["date-released"] == public["releaseDate"] == date.fromisoformat(public["releaseDate"]).isoformat()
    newest = next(line for line in (ROOT / "CHANGELOG.md").read_text("utf-8").splitlines() if line.startswith("## "))
    assert newest == f"## {__version__} ({public['releaseDate']})"


def test_the_licence_is_one_file() -> None:
    assert (ROOT / "LICENSE").read_bytes() == (ROOT / "LICENSES" / "EUPL-1.2.txt").read_bytes()
