"""What a run on the sample shows people is what the golden files say; `make goldens` rewrites them."""

import difflib
from pathlib import Path

import pytest

from tests.publish.golden.night import FILES, run_sample
from tests.publish.golden.picture import PICTURE, picture
from tests.publish.golden.rendered import render

NAMES = sorted(path.name for path in FILES.iterdir())
SHOWN_LINES = 80
REWRITE = "If this is meant: `make goldens`, and read what git says changed."


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that one run on the sample published."""
    return run_sample(tmp_path_factory.mktemp("golden"))


@pytest.fixture(scope="session")
def shown(published: Path) -> dict[str, str]:
    """What that run shows, as text by file."""
    return render(published)


def test_what_people_see_is_what_was_reviewed(shown: dict[str, str]) -> None:
    assert sorted(shown) == NAMES, REWRITE
    reviewed = {name: (FILES / name).read_text(encoding="utf-8") for name in NAMES}
    changed = [line for name in NAMES for line in difference(name, reviewed[name], shown[name])]
    if changed:
        more = f"… and {len(changed) - SHOWN_LINES} lines more" if len(changed) > SHOWN_LINES else ""
        pytest.fail("\n".join((REWRITE, *changed[:SHOWN_LINES], more)), pytrace=False)


def test_the_picture_of_the_readme_is_the_list(published: Path) -> None:
    assert picture(published) == PICTURE.read_text(encoding="utf-8"), REWRITE


def difference(name: str, reviewed: str, shown: str) -> list[str]:
    """What changed in one file, as a diff; nothing when it is the same."""
    return list(
        difflib.unified_diff(
            reviewed.splitlines(), shown.splitlines(), f"{name}, reviewed", f"{name}, now", n=1, lineterm=""
        )
    )


def test_small_enough_to_review() -> None:
    assert sum((FILES / name).stat().st_size for name in NAMES) < 152_000


def test_a_difference_says_file_and_line() -> None:
    assert difference("list.txt", "a\nb\n", "a\nc\n") == [
        "--- list.txt, reviewed",
        "+++ list.txt, now",
        "@@ -1,2 +1,2 @@",
        " a",
        "-b",
        "+c",
    ]
