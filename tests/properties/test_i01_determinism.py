"""I-1: the same input gives the same bytes, whatever the threads, time zone, locale and order of rows."""

from pathlib import Path

import pytest

from tests.properties.whole_runs import WholeRun, delivered, run, shuffled

pytestmark = pytest.mark.long


def test_other_surroundings_and_another_order_of_rows_change_no_byte(whole_run: WholeRun, tmp_path: Path) -> None:
    surroundings = {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "7"}
    delivery = shuffled(delivered(tmp_path / "delivery"), seed=5)
    other = run(tmp_path / "run", delivery, threads=3, **surroundings)
    assert other.exit_code == 0, other.stderr

    one, two = whole_run.files(), other.files()
    kinds = {Path(name).suffix for name in one}
    assert kinds == {".csv", ".parquet", ".xlsx", ".html"}
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []
