"""The suites run in one checkpoint of Great Expectations, which keeps verdicts and no value of a row."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
from great_expectations import Checkpoint

from brp_signals import pipeline
from brp_signals.steps.judging import Suite, judge
from tests.intake.staged import good

CANARY = "Canarinho"
IS_AT_MOST = {
    "type": "expect_column_values_to_be_between",
    "kwargs": {"column": "n", "max_value": {"$PARAMETER": "few_rows"}},
    "meta": {"check": "few_rows"},
}
HAS_NO_NAME = {
    "type": "unexpected_rows_expectation",
    "kwargs": {"unexpected_rows_query": "SELECT * FROM {batch} WHERE name IS NOT NULL"},
    "meta": {"check": "no_name"},
}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "judged.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute(f"CREATE TABLE profile AS SELECT 5 AS n; CREATE TABLE persons AS SELECT '{CANARY}' AS name")
    return path


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The results of the checkpoints that were run, as Great Expectations keeps them."""
    results: list[Any] = []
    run = Checkpoint.run

    def remembered(self: Any, **given: Any) -> Any:
        results.append(run(self, **given))
        return results[-1]

    monkeypatch.setattr(Checkpoint, "run", remembered)
    return results


@pytest.mark.parametrize(("limit", "holds"), [(5, True), (4, False), (4.5, False)])
def test_a_limit_is_a_parameter_of_the_run(database: Path, limit: float, holds: bool) -> None:
    assert judge(database, [Suite("profile", "profile", [IS_AT_MOST])], {"few_rows": limit}, "100MB") == {
        "few_rows": holds
    }


def test_one_checkpoint_judges_all_suites_and_keeps_no_value(database: Path, runs: list[Any]) -> None:
    suites = [Suite("profile", "profile", [IS_AT_MOST]), Suite("persons", "persons", [HAS_NO_NAME])]
    assert judge(database, suites, {"few_rows": 5}, "100MB") == {"few_rows": True, "no_name": False}
    (result,) = runs
    assert len(result.run_results) == 2
    for judged in result.run_results.values():
        assert [each.result for each in judged.results] == [{}]
        assert CANARY not in str(judged.to_json_dict())


def test_a_night_runs_one_checkpoint(tmp_path: Path, runs: list[Any]) -> None:
    with pipeline.open_night(good(tmp_path / "delivery"), state=tmp_path / "s", output=tmp_path / "o") as night:
        for step in ("delivery", "recall", "stage", "absence", "validate"):
            night.run_step(step)
        suites = {check["suite"] for check in night.night.account["checks"]}
    (result,) = runs
    assert {each["suite_name"] for each in map(dict, result.run_results.values())} == suites
