"""What `make portable` records and compares; the comparison itself with Spark is left to that command."""

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from brp_signals.base.warehouse import Warehouse
from tests.portable.comparison import compare
from tests.portable.recording import Recording
from tests.portable.translation import in_spark


def parquet(path: Path, select: str) -> Path:
    with duckdb.connect() as database:
        database.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


@pytest.mark.parametrize(
    ("spark", "difference"),
    [
        ("SELECT * FROM (VALUES (2, 'b'), (1, NULL), (1, NULL)) AS t (n, word)", None),
        ("SELECT * FROM (VALUES (2::BIGINT, 'b'), (1, NULL), (1, NULL)) AS t (n, word)", None),
        ("SELECT * FROM (VALUES (1, NULL), (2, 'b')) AS t (n, word)", "1 rows unlike, 3 and 2 rows"),
        ("SELECT * FROM (VALUES (1, NULL), (1, 'a'), (2, 'b')) AS t (n, word)", "2 rows unlike, 3 and 3 rows"),
        ("SELECT * FROM (VALUES (1.0, NULL), (1.0, NULL), (2.0, 'b')) AS t (n, word)", "6 rows unlike, 3 and 3 rows"),
        ("SELECT 1 AS n", "other columns"),
    ],
)
def test_rows_are_compared_in_any_order_and_each_as_often_as_it_is_there(
    tmp_path: Path, spark: str, difference: str | None
) -> None:
    night = parquet(tmp_path / "night.parquet", "SELECT * FROM (VALUES (1, NULL), (1, NULL), (2, 'b')) AS t (n, word)")
    found = compare("facts_windows", night, parquet(tmp_path / "spark.parquet", spark))
    assert (found.table, found.n_rows, found.difference) == ("facts_windows", 3, difference)


def test_a_statement_is_recorded_with_what_it_reads_and_what_it_makes(tmp_path: Path) -> None:
    texts = {
        "facts/days.sql": "SELECT day_on FROM settings_days WHERE day_on < $today",
        "facts/counts.sql": "SELECT count(*) AS n FROM facts_days",
    }
    work, folder = tmp_path / "work", tmp_path / "recorded"
    work.mkdir()
    with Warehouse(work, sql_overrides=texts) as warehouse:
        recording = Recording(warehouse, work, folder)
        recording.load("settings_days", {"day_on": "DATE"}, [("2026-06-01",), ("2026-06-03",)])
        recording.create("facts_days", "facts/days.sql", today=date(2026, 6, 2))
        recording.insert("facts_days", "facts/days.sql", today=date(2026, 6, 4))
        assert recording.fetch("facts/counts.sql") == [{"n": 3}]
        recording.finish()
    assert {path.stem for path in (folder / "read").iterdir()} == {"settings_days"}
    assert {path.stem for path in (folder / "made").iterdir()} == {"facts_days", "asked_facts_counts"}
    statements = json.loads((folder / "statements.json").read_text(encoding="utf-8"))
    assert [(each["table"], each["adds"]) for each in statements] == [
        ("facts_days", False),
        ("facts_days", True),
        ("asked_facts_counts", False),
    ]
    assert "CAST('2026-06-02' AS DATE)" in statements[0]["select"]


def test_the_values_of_parameters_are_filled_in() -> None:
    select = "SELECT born_on + $years * INTERVAL 1 YEAR AS day_on FROM t WHERE $is_national OR code = $code"
    assert in_spark(select, {"years": 5, "is_national": False, "code": "0363"}) == (
        "SELECT born_on + 5 * INTERVAL '1' YEAR AS day_on FROM t WHERE FALSE OR code = '0363'"
    )
