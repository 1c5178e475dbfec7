"""I-12: no person_id, address or birth date in messages, errors, run.json, report.html or quarantine.csv.

Prefect's database and artifacts are searched in tests/flows.
"""

from datetime import date
from pathlib import Path

import pytest

from tests.properties.whole_runs import ACCOUNTS, NIGHT, WholeRun, delivered, rewritten, run
from tests.reference.shapes import Row

pytestmark = pytest.mark.long


def _canaries() -> set[str]:
    found = {row["person_id"] for row in NIGHT.delivery.persons}
    found |= {row["address_id"] for row in NIGHT.delivery.residences} - {""}
    for text in {row["birth_date"] for row in NIGHT.delivery.persons}:
        if text.endswith("00"):
            continue
        born = date(int(text[:4]), int(text[4:6]), int(text[6:]))
        found |= {text, born.isoformat(), born.strftime("%d-%m-%Y")}
    return found


def test_a_run_says_nothing_of_persons(whole_run: WholeRun) -> None:
    told = {name: (whole_run.published / name).read_text(encoding="utf-8") for name in ACCOUNTS}
    told |= {"stdout": whole_run.stdout, "stderr": whole_run.stderr}
    canaries = _canaries()
    assert len(canaries) > 200
    assert {name: canary for name, text in told.items() for canary in canaries if canary in text} == {}


@pytest.mark.parametrize("value", ["123456782", "KANARIE-in-een-cel"])
def test_a_wrong_value_is_never_repeated(value: str, tmp_path: Path) -> None:
    def spoiled(row: Row) -> Row:
        return row | ({"person_id": value} if value == "123456782" else {"birth_date": value})

    ended = run(tmp_path / "run", rewritten(delivered(tmp_path / "delivery"), "persons", spoiled))
    assert ended.exit_code == 3
    assert value not in ended.stderr + ended.stdout
    assert not any(canary in ended.stderr + ended.stdout for canary in _canaries())
    assert "Traceback" not in ended.stderr
