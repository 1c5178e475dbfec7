"""Every life of a case in lives.yaml goes as it is written there."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ledger.nights import NONE, Nights
from tests.spec.notation import read_table

pytestmark = pytest.mark.long

LIVES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("lives.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("life", LIVES, ids=lambda life: str(life["title"]))
def test_life(life: dict[str, Any], tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    known: set[str] = set()
    for row in read_table(life["nights"]):
        if row.get("decided"):
            (case_id,) = nights.states()
            nights.decide(case_id, row["decided"])
        if row["date"] != "again":
            cells = {name: cell for name, cell in row.items() if name not in ("date", "scope", "decided", "others")}
            cells = {name: cell for name, cell in cells.items() if cell and not name.startswith("→")}
            others = [{"child": "other", "left": NONE, "trace": row["others"]}] if row.get("others") else []
            scope = (row.get("scope") or "0363",)
            nights.deliver(date.fromisoformat(row["date"]), [cells, *others], scope)
        nights.run()
        states = nights.states()
        known |= set(states)
        if row["→ status"] == NONE:
            assert not states, row["date"]
            continue
        assert len(known) == 1, "a case keeps its number"
        (found,) = states.values()
        assert found == (row["→ status"], (row.get("→ why") or "").split()), row["date"]
        listed = found[0] in ("new", "ongoing", "changed") and row.get("scope") != "0518"
        assert (nights.lists()["signals.csv"].count(b"\n") == 2) == listed, row["date"]


def test_the_notation_is_used() -> None:
    assert NONE in {row.get("left") for life in LIVES for row in read_table(life["nights"])}
