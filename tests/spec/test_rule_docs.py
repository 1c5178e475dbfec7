"""docs/rules/ is what `python -m brp_signals.upkeep.rule_docs` makes of the rule files and the specs."""

from pathlib import Path

from brp_signals.base.rule_files import load_rules
from brp_signals.base.warehouse import resource
from brp_signals.upkeep.rule_docs import pages, stale, write

ROOT = Path(__file__).parents[2]


def test_the_pages_in_the_repository_are_up_to_date() -> None:
    assert stale(ROOT) == [], "run make docs"


def test_a_changed_a_missing_and_a_superfluous_page_are_stale_and_get_mended(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "spec").symlink_to(ROOT / "tests" / "spec")
    write(tmp_path)
    folder = tmp_path / "docs" / "rules"
    assert stale(tmp_path) == []
    (folder / "L-01.md").unlink()
    (folder / "L-02.md").write_text("old", encoding="utf-8")
    (folder / "L-99.md").write_text("a rule that is gone", encoding="utf-8")
    assert stale(tmp_path) == ["L-01.md", "L-02.md", "L-99.md"]
    assert write(tmp_path) == ["L-01.md", "L-02.md", "L-99.md"]
    assert stale(tmp_path) == []


def test_the_entry_for_the_register_names_every_rule_and_what_it_reads() -> None:
    entry = pages(ROOT)["algoritmeregister.md"]
    for rule in load_rules(resource("sql") / "rules"):
        assert f"| {rule.code} | {rule.title_nl} |" in entry
        assert all(column in entry for columns in rule.reads.values() for column in columns)


def test_a_page_shows_what_staff_read_and_every_case() -> None:
    page = pages(ROOT)["L-03.md"]
    assert "**Gewone verklaringen**" in page and "De school wist nog niet van het vertrek" in page
    assert "| absence_report 2026-03-16 | L-03 2026-03-16 | A | the fourteenth day |" in page
    assert "sql/rules/l_03_absence_report.sql" in page
