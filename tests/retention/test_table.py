"""The table of terms names everything that is stored, and docs/retention.md shows it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from brp_signals.base.config import Retention
from brp_signals.state.ledger import FILE, open_ledger
from brp_signals.state.retention import EVERYTHING, table, with_table

ROOT = Path(__file__).parents[2]


def test_the_page_in_the_repository_is_up_to_date() -> None:
    page = (ROOT / "docs" / "retention.md").read_text(encoding="utf-8")
    assert table() in page
    assert with_table(page) == page, "run python -m brp_signals.state.retention"


def test_every_table_of_the_ledger_has_a_term(tmp_path: Path) -> None:
    with open_ledger(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / FILE)) as ledger:
        made = {name for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {name for name in made if not name.startswith("sqlite_")} == {
        name for kind in EVERYTHING for name in kind.tables
    }


def test_every_term_of_the_configuration_is_in_the_table_and_every_kind_has_its_reason() -> None:
    keys = {kind.key.removeprefix("retention.") for kind in EVERYTHING if kind.key.startswith("retention.")}
    assert keys == set(Retention.model_fields)
    for kind in EVERYTHING:
        assert kind.basis and kind.why, kind.what
        assert kind.counted_from or not kind.is_ours, kind.what
