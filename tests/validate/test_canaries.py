"""Every check of every suite really runs, passes on good data and fails on bad data.

One run judges a delivery without faults, one a delivery with every fault at once: what the sample does not spoil is
spoiled here, so a new check without bad data of its own fails this test.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from brp_signals import pipeline
from brp_signals.base.errors import DeliveryRefused, InternalFailure
from brp_signals.base.warehouse import resource
from brp_signals.steps import validate
from tests.intake.staged import good

SAMPLE = Path(__file__).parents[2] / "data/sample/2026-11-20-0363"
CHECKS = validate.load_checks(resource("expectations"))
#: A child born after its departure, and a sign from before the look-back.
SPOIL = (
    "UPDATE stage_persons SET birth_earliest_on = DATE '0001-01-01' WHERE person_id = (SELECT min(person_id) FROM "
    "stage_children)",
    "UPDATE stage_traces SET event_on = DATE '2020-01-01' WHERE line = (SELECT min(line) FROM stage_traces)",
    *(
        f"UPDATE {check.table} SET {check.kwargs['column']} = {check.kwargs['max_value']} + 1"
        for check in CHECKS
        if check.is_register_check
    ),
)


def staged(delivery: Path, work: Path, config: Path | None = None) -> Iterator[pipeline.OpenNight]:
    with pipeline.open_night(delivery, state=work / "state", output=work / "output", config=config) as night:
        for step in ("delivery", "recall", "stage"):
            night.run_step(step)
        yield night


@pytest.fixture(scope="module")
def good_outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    work = tmp_path_factory.mktemp("good")
    for night in staged(good(work / "delivery"), work):
        night.night.warehouse.execute("UPDATE stage_profile_residences SET newest_age_days = 3", "a fresh extract")
        night.run_step("validate")
        return outcomes(night)
    raise AssertionError


@pytest.fixture(scope="module")
def bad_outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    for night in staged(SAMPLE, tmp_path_factory.mktemp("bad"), SAMPLE.with_name(f"{SAMPLE.name}.brp-signals.toml")):
        for statement in SPOIL:
            night.night.warehouse.execute(statement, "spoiling")
        with pytest.raises(DeliveryRefused, match="more blocking checks"):
            night.run_step("validate")
        return outcomes(night)
    raise AssertionError


def outcomes(night: pipeline.OpenNight) -> dict[str, str]:
    return {check["check"]: check["outcome"] for check in night.night.account["checks"]}


@pytest.mark.parametrize("check", [check.check for check in CHECKS])
def test_it_passes_on_good_data_and_fails_on_bad_data(
    check: str, good_outcomes: dict[str, str], bad_outcomes: dict[str, str]
) -> None:
    assert good_outcomes[check] == "passed", (
        f"{check} finds something in the delivery without faults of intake/staged.py"
    )
    assert bad_outcomes[check] == "failed", (
        f"{check} finds nothing wrong in the sample: add to SPOIL what it should find"
    )


def test_a_quarantined_row_is_not_used(tmp_path: Path) -> None:
    for night in staged(SAMPLE, tmp_path, SAMPLE.with_name(f"{SAMPLE.name}.brp-signals.toml")):
        night.run_step("validate")
        left = night.night.warehouse.query(
            "SELECT count(*) AS n FROM valid_enrolments JOIN stage_quarantine USING (file, line)", "left over"
        )
        assert left[0]["n"] == 0
        assert night.night.account["quarantine"]["K-04"] == 2


def test_the_snapshot_holds_no_column_that_no_check_names(tmp_path: Path) -> None:
    for night in staged(SAMPLE, tmp_path, SAMPLE.with_name(f"{SAMPLE.name}.brp-signals.toml")):
        night.run_step("validate")
        (snapshot,) = night.night.work.glob("judged-*.duckdb")
        moved = snapshot.rename(tmp_path / "judged.duckdb")  # Great Expectations still has the other name open
        with duckdb.connect(str(moved), read_only=True) as judged:
            columns = judged.execute("SELECT column_name FROM duckdb_columns() WHERE NOT internal").fetchall()
        names = {name for (name,) in columns}
        assert "departure_earliest_on" in names
        assert not names & {"address_id", "declared_by", "parent1_id", "school_id"}


def test_a_suite_without_a_meaning_is_refused(tmp_path: Path) -> None:
    suite = (resource("expectations") / "traces_rows.json").read_text(encoding="utf-8")
    (tmp_path / "traces_rows.json").write_text(suite.replace("meaning_nl", "meaning"), encoding="utf-8")
    with pytest.raises(InternalFailure, match="no meaning_nl"):
        validate.load_checks(tmp_path)


def test_an_expectation_that_does_not_exist_stops_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in resource("expectations").glob("*.json"):
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text.replace("expect_column_values_to_be_between", "expect_nothing"))
    monkeypatch.setattr(validate, "resource", lambda name: tmp_path)
    for night in staged(good(tmp_path / "delivery"), tmp_path):
        with pytest.raises(InternalFailure, match="was not understood"):
            night.run_step("validate")


def test_a_check_that_cannot_run_is_our_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in resource("expectations").glob("*.json"):
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text.replace('"n_duplicates"', '"n_nothing"'))
    monkeypatch.setattr(validate, "resource", lambda name: tmp_path)
    for night in staged(good(tmp_path / "delivery"), tmp_path):
        with pytest.raises(InternalFailure):
            night.run_step("validate")
