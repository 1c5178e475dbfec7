"""I-13: an engine error is never reported as bad data, nor bad data as an engine error."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brp_signals import pipeline
from brp_signals.base.errors import DeliveryRefused, InternalFailure
from tests.properties.evaluators import few
from tests.properties.whole_runs import NIGHT, TABLES, delivered, sign
from tests.reference.populations import SETTINGS, population
from tests.reference.shapes import Delivery
from tests.support.engine import configuration, run_engine

pytestmark = pytest.mark.long

BROKEN = "SELECT column_that_is_not_there FROM table_that_is_not_there"
FAILS_ON_DATA = "SELECT CAST('no number' AS INTEGER) AS n"
SPOILS = (
    *("", " ", "'", '"', ",", "=1+1", "{{x}}", "$reference_date", "NULL", "é", "１２３４", "\u202e", "-1", "1e5"),
    *("20250231", "20251301", "00000000", "00000001", "17991231", "99991231", "99990000", "2025-02-31"),
    *("9999-12-31", "0001-01-01", "10000-01-01", "2026-W01-1", "20260615", "1" * 40, "x" * 70_000),
)


@pytest.mark.parametrize(
    "file",
    [
        "stage/persons.sql",
        "stage/quarantine.sql",
        "validate/k_04_impossible_enrolment.sql",
        "validate/valid_traces.sql",
        "facts/departures.sql",
        "facts/signs.sql",
        "cases/levels.sql",
        "rank/order.sql",
    ],
)
@pytest.mark.parametrize("sql", [BROKEN, FAILS_ON_DATA])
def test_a_statement_that_fails_is_our_failure(file: str, sql: str) -> None:
    with pytest.raises(InternalFailure) as failure:
        run_engine(population(1, 3), NIGHT.today, SETTINGS, [], {file: sql})
    assert failure.value.exit_code == 5


@given(st.integers(0, 2**32))
@few(8)
def test_whatever_stands_in_a_cell_is_no_failure_of_ours(seed: int) -> None:
    rng = random.Random(seed)
    delivery = population(seed, 20, NIGHT.today)
    spoiled = Delivery()
    for table in TABLES:
        for row in getattr(delivery, table):
            changed = dict(row)
            if rng.random() < 0.2:
                name = rng.choice([name for name in row if name != "person_id"])
                changed[name] = rng.choice(SPOILS)
            getattr(spoiled, table).append(changed)
    result = run_engine(spoiled, NIGHT.today, SETTINGS, [])
    assert sum(result.quarantine.values()) > 0


@pytest.mark.parametrize(
    "sql",
    [
        BROKEN,
        # It can be counted here, but Great Expectations has no such table: it cannot run there.
        "SELECT file, line, 'event_on' AS column_name FROM stage_traces "
        "WHERE line IN (SELECT line FROM stage_quarantine)",
    ],
)
def test_a_check_that_could_not_run_ends_the_run(sql: str, tmp_path: Path) -> None:
    (tmp_path / "brp-signals.toml").write_text(configuration(SETTINGS), encoding="utf-8")
    with pipeline.open_night(
        delivered(tmp_path / "delivery"),
        state=tmp_path / "state",
        output=tmp_path / "output",
        config=tmp_path / "brp-signals.toml",
        threads=1,
        sql_overrides={"validate/k_09_sign_out_of_reach.sql": sql},
    ) as night:
        for step in ("delivery", "recall", "stage"):
            night.run_step(step)
        with pytest.raises(InternalFailure):
            night.run_step("validate")


def test_a_file_that_cannot_be_read_is_the_deliverys_fault(tmp_path: Path) -> None:
    folder = delivered(tmp_path / "delivery")
    with (folder / "traces.csv").open("a", encoding="utf-8") as file:
        file.write('unclosed,"quote\n')
    sign(folder)
    with (
        pipeline.open_night(folder, state=tmp_path / "state", output=tmp_path / "output", threads=1) as night,
        pytest.raises(DeliveryRefused) as refusal,
    ):
        for step in ("delivery", "recall", "stage"):
            night.run_step(step)
    assert refusal.value.exit_code == 3
