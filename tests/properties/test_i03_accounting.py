"""I-3: of every file, the rows read are the rows kept, judged and not needed, or set aside; none is lost."""

import csv
import json

import pytest

from tests.properties.whole_runs import WholeRun, tables

pytestmark = pytest.mark.long


def test_every_row_is_accounted_for(whole_run: WholeRun) -> None:
    account = json.loads((whole_run.published / "run.json").read_text(encoding="utf-8"))
    with (whole_run.published / "quarantine.csv").open(encoding="utf-8", newline="") as file:
        set_aside = list(csv.DictReader(file))
    faulty = {"persons": 0, "residences": 2, "enrolments": 0, "traces": 0}
    for table, rows in tables().items():
        (file_account,) = account["tables"][table]["files"]
        assert file_account["rows_read"] == len(rows) + faulty[table]
        parts = [file_account[name] for name in ("kept", "not_needed", "quarantined")]
        assert min(parts) >= 0
        assert sum(parts) == file_account["rows_read"]
        lines = {row["line"] for row in set_aside if row["file"] == file_account["name"]}
        assert len(lines) == file_account["quarantined"]
        assert file_account["quarantined"] >= faulty[table]
