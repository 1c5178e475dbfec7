"""I-2: what is not allow-listed changes nothing, and what is forbidden is refused.

The gateway's half, from the real formats to a delivery, stands in tests/gateway/test_blindness.py.
"""

import random
from pathlib import Path

import pytest

from tests.properties.whole_runs import TABLES, WholeRun, delivered, rewritten, run
from tests.reference.shapes import Row

pytestmark = pytest.mark.long


def test_columns_that_nobody_asked_for_change_no_byte_of_the_lists(whole_run: WholeRun, tmp_path: Path) -> None:
    rng = random.Random(11)

    def with_more(row: Row) -> Row:
        mixed = list({**row, "kleur": str(rng.random()), "volgnummer_bron": str(rng.randint(0, 9))}.items())
        random.Random(4).shuffle(mixed)
        return dict(mixed)

    delivery = delivered(tmp_path / "delivery")
    for table in TABLES:
        rewritten(delivery, table, with_more)
    other = run(tmp_path / "run", delivery)
    assert other.exit_code == 0, other.stderr
    one, two = whole_run.files(), other.files()
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []


@pytest.mark.parametrize("column", ["nationaliteit", "geboorteland", "08.14.10"])
def test_a_forbidden_column_refuses_the_delivery(column: str, tmp_path: Path) -> None:
    delivery = rewritten(delivered(tmp_path / "delivery"), "persons", lambda row: row | {column: "KANARIE"})
    refused = run(tmp_path / "run", delivery)
    assert refused.exit_code == 3
    assert refused.stderr.strip().count("\n") == 0
    assert "Traceback" not in refused.stderr
    assert "KANARIE" not in refused.stderr + refused.stdout
    assert not refused.published.exists()
