"""What is published depends on the list alone, and the report shows only what it was made to show."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from brp_signals.publish.kinds import DEPARTURES
from brp_signals.publish.page import page_bytes
from brp_signals.publish.report import write_report
from brp_signals.publish.workbook import workbook_bytes
from tests.publish.lists import EVERYTHING, RULES
from tests.publish.test_pages import ACCOUNT

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
WRITE = """
import sys
from pathlib import Path
from brp_signals.publish.kinds import DEPARTURES
from brp_signals.publish.page import page_bytes
from brp_signals.publish.workbook import workbook_bytes
from tests.publish.lists import EVERYTHING, RULES
(Path(sys.argv[1]) / "list.xlsx").write_bytes(workbook_bytes(EVERYTHING, RULES, DEPARTURES))
(Path(sys.argv[1]) / "list.html").write_bytes(page_bytes(EVERYTHING, RULES, DEPARTURES))
"""


def test_the_same_bytes_in_another_time_zone_and_language(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    (here / "list.xlsx").write_bytes(workbook_bytes(EVERYTHING, RULES, DEPARTURES))
    (here / "list.html").write_bytes(page_bytes(EVERYTHING, RULES, DEPARTURES))
    elsewhere = {**os.environ, "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", WRITE, str(there)], check=True, cwd=ROOT, env=elsewhere)
    for name in ("list.xlsx", "list.html"):
        assert (here / name).read_bytes() == (there / name).read_bytes()


def test_the_report_shows_nothing_it_was_not_made_to_show(tmp_path: Path) -> None:
    canary = "c0ffee" * 5 + "ab"
    account = {
        **ACCOUNT,
        "person_id": canary,
        "checks": [{**check, "offenders": [canary]} for check in ACCOUNT["checks"]],
        "cases": {**ACCOUNT["cases"], "list": [canary]},
        "departures": {**ACCOUNT["departures"], "person_id": canary},
        "rules": {"L-03": {"evidence": 4, "cases": 3, "person_id": canary}},
    }
    write_report(tmp_path / "report.html", account)
    assert canary not in (tmp_path / "report.html").read_text(encoding="utf-8")
