"""The page about the guardrails is true: it is up to date, every test exists, every break can still be made."""

import re
from pathlib import Path

import pytest

from tests.guardrails.breaking import ROOT, broken_text, copy_checkout, judge
from tests.guardrails.declared import GUARDRAILS, Break
from tests.guardrails.page import PAGE, page

BREAKS = [broken for each in GUARDRAILS for broken in each.breaks]
QUICK = next(broken for broken in BREAKS if broken.file.endswith("b_05_unknown_destination.sql"))


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "Run `make docs`."


def test_every_guardrail_is_there_and_held_by_a_test_or_by_people() -> None:
    assert [each.code for each in GUARDRAILS] == [f"G-{number}" for number in range(1, 24)]
    assert [each.code for each in GUARDRAILS if not each.breaks and not each.people] == []


@pytest.mark.parametrize("test", sorted({test for each in GUARDRAILS for test in each.tests}))
def test_every_test_that_is_named_exists(test: str) -> None:
    file, name = test.split("::")
    assert re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: f"{broken.file}-{broken.test.partition('::')[2]}")
def test_every_break_can_still_be_made(broken: Break) -> None:
    assert broken_text(broken)


@pytest.mark.long
def test_a_break_is_noticed_and_leaves_no_trace(tmp_path: Path) -> None:
    """One break as an example; `make guardrails` makes them all."""
    copy = copy_checkout(tmp_path / "copy")
    verdict = judge(QUICK, copy)
    assert verdict.is_noticed, verdict.told
    assert (copy / QUICK.file).read_bytes() == (ROOT / QUICK.file).read_bytes()


@pytest.mark.long
def test_a_change_that_breaks_nothing_is_not_taken_for_one(tmp_path: Path) -> None:
    copy = copy_checkout(tmp_path / "copy")
    harmless = Break(QUICK.file, QUICK.old, f"{QUICK.old} ", QUICK.test)
    ruined = Break("src/brp_signals/publish/wording.py", "NOT_A_FINDING: Final =", "NOT A FINDING =", QUICK.test)
    assert not judge(harmless, copy).is_noticed
    assert not judge(ruined, copy).is_noticed
