"""docs/gateway.md as a new user meets it: its marked commands run as they stand, and say what it shows."""

import os
import re
import subprocess
import sys
from pathlib import Path

import polars
import pytest

_DOCUMENT = Path(__file__).parents[2] / "docs/gateway.md"
_TEXT = _DOCUMENT.read_text(encoding="utf-8")
_MARKED = re.compile(r"^<!-- tested -->\n```sh\n(.*?)^```\n(?:\n```\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
#: Each marked block with what the document says that it prints, if it does.
_BLOCKS = [(found[1], found[2]) for found in _MARKED.finditer(_TEXT)]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Every marked block run in its order in one empty folder."""
    folder = tmp_path_factory.mktemp("reader")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    outputs = []
    for script, _ in _BLOCKS:
        done = subprocess.run(
            ["bash", "-eu", "-c", script],
            cwd=folder,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stderr}"
        outputs.append(done.stdout)
    return folder, outputs


def test_every_marked_command_succeeds_and_prints_what_is_shown(printed: tuple[Path, list[str]]) -> None:
    _, outputs = printed
    shown = [(output, expected) for output, (_, expected) in zip(outputs, _BLOCKS, strict=True) if expected]
    assert len(shown) == 2
    for output, expected in shown:
        assert output == expected


def test_the_walk_through_ends_in_a_delivery(printed: tuple[Path, list[str]]) -> None:
    folder, _ = printed
    rows = polars.read_parquet(folder / "zwaluw-delivery/enrolments.parquet").drop("person_id").rows()
    assert [row[:2] for row in rows].count(("12AB00", "PO")) == 2
    assert ("2026-04-01", "school", "2026-05-06") in [row[-3:] for row in rows]


def test_an_unseen_list_needs_a_profile_of_at_most_25_lines(printed: tuple[Path, list[str]]) -> None:
    folder, _ = printed
    for profile in folder.glob("*.toml"):
        assert len(profile.read_text().splitlines()) <= 25
