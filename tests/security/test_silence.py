"""I-12 beyond one run: what the ledger's nights, the doctor and the traces of failures say holds no person."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from brp_signals import cli, pipeline
from brp_signals.base.errors import InternalFailure
from brp_signals.base.warehouse import Warehouse
from brp_signals.state.ledger import Additions, Run, open_ledger
from tests.ledger.nights import Nights, child
from tests.reference.populations import REFERENCE_DATES

TODAY = REFERENCE_DATES[0]
CANARY = "c0ffee" * 5 + "42"
#: Where cases are meant to be; docs/security.md names each. Everything else a run leaves says nothing of a person.
MAY_HOLD_PERSONS = (
    "ledger.sqlite3",
    "last_run-",
    "enrolment_memory-",
    "signals.",
    "cases.parquet",
    "signalen-",
    "sample.",
    "absences.",
    "absence_cases.parquet",
    "absoluut-verzuim-",
)


@pytest.fixture
def two_nights(tmp_path: Path) -> tuple[Nights, list[str]]:
    """Two nights of which the second changes and ends cases, and the persons of both."""
    nights = Nights(tmp_path)
    persons: set[str] = set()
    for day, children in (
        (TODAY, [child(), child(), child(confidential="yes")]),
        (TODAY + timedelta(1), [child(trace="absence_report 2026-03-16; tmv_report 2026-05-04"), child(trace="")]),
    ):
        nights.deliver(day, children)
        persons |= {line.partition(",")[0] for line in (nights.delivery / "persons.csv").read_text().splitlines()[1:]}
        nights.run()
    return nights, sorted(persons)


def test_only_files_that_are_meant_to_hold_persons_do(two_nights: tuple[Nights, list[str]]) -> None:
    nights, persons = two_nights
    files = [path for top in (nights.state, nights.output) for path in top.rglob("*") if path.is_file()]
    holding = {path.name for path in files if any(person.encode() in path.read_bytes() for person in persons)}
    assert any(name.startswith("last_run-") for name in holding) and "signals.csv" in holding
    assert [name for name in holding if not name.startswith(MAY_HOLD_PERSONS)] == []


def test_the_doctor_says_nothing_of_persons(
    two_nights: tuple[Nights, list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nights, persons = two_nights
    words = ["brp-signals", "doctor", "--state", str(nights.state), "--output", str(nights.output)]
    monkeypatch.setattr("sys.argv", words)
    with pytest.raises(SystemExit):
        cli.main()
    told = "".join(capsys.readouterr())
    assert "closed to other users" in told
    assert not any(person in told for person in persons)


def in_the_database(folder: Path) -> None:
    with Warehouse(folder, threads=1) as warehouse:
        warehouse.execute(f"SELECT CAST('{CANARY}' AS DATE)", "facts/some.sql")


def in_the_ledger(folder: Path) -> None:
    run = Run(1, "r", "d", "0" * 64, TODAY, ("0363",), "key", "0", {}, {})
    with open_ledger(folder) as ledger:
        ledger.record(run, Additions(aliases=[(CANARY, "20260302", "S-AAAA-AAAA")]))


def in_a_library(folder: Path) -> None:
    raise ValueError(f"cannot cast '{CANARY}'") from duckdb.ConversionException(CANARY)


@pytest.mark.parametrize("words", [["--debug"], []], ids=["debug", "plain"])
@pytest.mark.parametrize("fault", [in_the_database, in_the_ledger, in_a_library])
def test_a_failure_quotes_no_row_even_with_its_traceback(
    fault: Callable[[Path], None],
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(pipeline, "run", lambda *_, **__: fault(tmp_path))
    monkeypatch.setattr("sys.argv", ["brp-signals", *words, "run", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = "".join(capsys.readouterr())
    assert ended.value.code == InternalFailure.exit_code
    assert CANARY not in told
    assert ("Traceback" in told and f"in {fault.__name__}" in told) == bool(words)


def test_what_explain_keeps_is_the_ordinary_cases_alone(two_nights: tuple[Nights, list[str]]) -> None:
    """Personal data, under pseudonyms, in one file that the next run replaces."""
    nights, persons = two_nights
    (kept,) = nights.state.glob("last_run-*.json")
    told = {case["person_id"] for case in json.loads(kept.read_text())["cases"]}
    assert told and told <= set(persons)
