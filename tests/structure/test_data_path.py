"""docs/data_path.md shows the steps of a night as they are, and which of them reads what."""

from brp_signals.pipeline import STEPS
from tests.structure.data_path import DOES, PAGE, page, shortest


def test_the_page_in_the_repository_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run make docs"


def test_every_step_is_drawn_and_described_in_its_order() -> None:
    assert tuple(DOES) == STEPS
    drawing = page().partition("```mermaid")[2].partition("```")[0]
    places = [drawing.index(f"<b>{number} {step}</b>") for number, step in enumerate(STEPS, start=1)]
    assert places == sorted(places)


def test_an_arrow_is_left_out_where_a_longer_path_leads_to_the_same_step() -> None:
    sources = {step: set[str]() for step in STEPS} | {"validate": {"stage"}, "facts": {"stage", "validate"}}
    assert shortest(sources) == [("stage", "validate"), ("validate", "facts")]


def test_a_step_is_shown_with_the_tables_that_it_reads() -> None:
    assert "| facts | [`facts_signs`](../sql/facts/signs.sql) | rules, cases |" in page()
    assert "| rules | `rules_evidence` | cases |" in page()
    assert "| control | `control_drawn` | publish |" in page()
