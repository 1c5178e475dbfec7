"""Every life of an absence case goes as it is written in absence_lives.yaml."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from brp_signals.upkeep.purging import purge
from tests.ledger.nights import NONE, Nights, case_of
from tests.spec.builders import delivery_of, school_of
from tests.spec.notation import read_table
from tests.support.deliveries import Rows

pytestmark = pytest.mark.long

LIVES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("absence_lives.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("life", LIVES, ids=lambda life: str(life["title"]))
def test_life(life: dict[str, Any], tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    usual = nights.config.read_text(encoding="utf-8")
    known: set[str] = set()
    for row in read_table(life["nights"]):
        if row.get("decided"):
            (case_id,) = nights.states()
            nights.decide(case_id, row["decided"])
        if row["date"] != "again":
            nights.config.write_text(usual + asking(row), encoding="utf-8")
            deliver(nights, row)
        nights.run()
        states = nights.states()
        known |= set(states)
        if row["→ status"] == NONE:
            assert not states, row["date"]
            continue
        assert len(known) == 1, "a case keeps its number"
        (found,) = states.values()
        assert found == (row["→ status"], (row.get("→ why") or "").split()), row["date"]
        if row.get("on") == "no":
            assert not any("absence" in name or "verzuim" in name for name in nights.lists())
            continue
        listed = found[0] in ("new", "ongoing", "changed")
        assert [line.split(b",")[8] for line in nights.lists()["absences.csv"].splitlines()[1:]] == [b"1"] * listed
        assert nights.lists()["signals.csv"].count(b"\n") == 1


def asking(row: dict[str, str]) -> str:
    """The table of the configuration by which one line asks after absences."""
    if row.get("on") == "no":
        return ""
    declared = [school_of(case_of([], date(2026, 6, 15)), row["declared"])] if row.get("declared") else []
    return f"\n[absence]\ndeclared_schools = {json.dumps(declared)}\n"


def deliver(nights: Nights, row: dict[str, str]) -> None:
    """The delivery of one line: `deliveries` is a school list without the child, `others` traces of another child."""
    today, scope = date.fromisoformat(row["date"]), (row.get("scope") or "0363",)
    of_the_night = ("date", "scope", "decided", "on", "declared", "deliveries", "others")
    child = {name: cell for name, cell in row.items() if cell and name not in of_the_night and not name.startswith("→")}
    case = case_of([{"left": NONE, **child}], today)
    rows = delivery_of(case)
    if row.get("deliveries"):
        school, seen_on = row["deliveries"].split()
        rows.enrolments.append(
            {
                "person_id": "e" * 32,
                "school_id": school_of(case, school),
                "education_type": "OTHER",
                "enrolled_on": "2020-08-17",
                "withdrawn_on": "",
                "source": "school",
                "seen_on": seen_on,
            }
        )
    if row.get("others"):
        others = delivery_of(case_of([{"left": NONE, "trace": row["others"]}], today)).traces
        rows.traces += [{**trace, "person_id": "e" * 32} for trace in others]
    tables: dict[str, Rows] = vars(rows)
    nights.deliver(today, [], scope, tables=tables)


def test_a_case_is_kept_by_when_it_last_changed_and_not_by_when_the_absence_began(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.config.write_text(nights.config.read_text(encoding="utf-8") + "\n[absence]\n", encoding="utf-8")
    deliver(nights, {"date": "2026-06-15", "enrolled": "2018-08-20..2021-04-30 seen 2026-06-10"})
    nights.run()
    for before, kept in ((date(2029, 1, 15), 1), (date(2029, 1, 16), 0)):
        purge(state=nights.state, output=nights.output, config=nights.config, before=before)
        assert len(nights.states()) == kept
