"""Exit codes, sentences and results of the commands, each in a process of its own."""

import csv
import fcntl
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polars
import pytest
from openpyxl import load_workbook

from tests.support.commands import command

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data/sample/2026-11-20-0363"
CONFIG = SAMPLE.with_name(f"{SAMPLE.name}.brp-signals.toml")


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """What a failed command says; one line, no traceback."""
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the sample was run twice."""
    folder = tmp_path_factory.mktemp("night")
    for _ in range(2):
        done = command("run", SAMPLE, "--config", CONFIG, "--json", cwd=folder)
        assert done.returncode == 0, done.stderr
        (folder / "account.json").write_text(done.stdout)
    return folder


def test_a_run_publishes_what_the_contract_names(night: Path) -> None:
    published = night / "output/latest"
    names = {str(path.relative_to(published)) for path in published.rglob("*") if path.is_file()}
    assert {
        "run.json",
        "report.html",
        "quarantine.csv",
        "findings.csv",
        "signals.csv",
        "signals.parquet",
        "cases.parquet",
        "sample.parquet",
        "0363/signalen-0363-2026-11-20.xlsx",
        "0363/signalen-0363-2026-11-20.html",
        "0363/signals.csv",
        "0363/signals.parquet",
        "sealed/cases.parquet",
        "sealed/sample.parquet",
    } <= names
    assert published.resolve() == (night / "output" / SAMPLE.name).resolve()
    assert (published / "sealed").stat().st_mode & 0o777 == 0o700
    assert len(list((night / "output/.runs").iterdir())) == 1


def test_the_account_is_printed_and_kept(night: Path) -> None:
    printed = json.loads((night / "account.json").read_text())
    kept = json.loads((night / "output/latest/run.json").read_text())
    assert {**printed, "seconds": 0, "cpu_seconds": 0} == {**kept, "seconds": 0, "cpu_seconds": 0}
    assert kept["cases"]["listed"] == len(signals(night))
    for entry in kept["tables"].values():
        for file in entry["files"]:
            assert file["rows_read"] == file["kept"] + file["not_needed"] + file["quarantined"]


def signals(night: Path) -> list[dict[str, str]]:
    with (night / "output/latest/signals.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_lists_are_the_ones_of_the_truth(night: Path) -> None:
    """The truth file says for every departure whether there is a signal; no run reads it. Some are too weak to list."""
    with SAMPLE.with_name(f"{SAMPLE.name}.truth.csv").open(encoding="utf-8", newline="") as file:
        expected = {row["person_id"] for row in csv.DictReader(file) if row["expected"] == "signal"}
    cases = polars.read_parquet(night / "output/latest/cases.parquet")
    weak = set(cases.filter(polars.col("status") == "weak")["person_id"])
    listed = {row["person_id"] for row in signals(night)}
    assert not listed & weak
    assert listed <= expected <= listed | weak


def test_the_sample_shows_every_part_of_a_list(night: Path) -> None:
    listed = signals(night)
    assert {row["level"] for row in listed} == {"A", "B", ""}
    assert {row["rule_codes"] for row in listed if not row["level"]} == {"B-03"}
    counted = json.loads((night / "output/latest/run.json").read_text())
    assert counted["cases"]["weak"] > 0
    assert sum(counted["rules"][code]["cases"] for code in counted["rules"] if code.startswith("C-")) > 0


def test_explain_gives_the_whole_account_of_a_case(night: Path) -> None:
    case_id = signals(night)[0]["case_id"]
    done = command("explain", case_id.lower(), cwd=night)
    assert done.returncode == 0
    assert case_id in done.stdout
    assert "Dit is een signaal, geen vaststelling." in done.stdout
    for heading in ("Gewone verklaringen:", "Wat spreekt ervoor", "Wat spreekt ertegen", "Wat is niet bekend"):
        assert heading in done.stdout
    assert re.search(r"(?m)^- Uitgangspunt: −[0-9,]+$", done.stdout)
    assert re.search(r"(?m)^Samen .* een kans van ongeveer [0-9]+ %\.$", done.stdout)


def test_explain_of_an_unknown_case(night: Path) -> None:
    done = command("explain", "S-AAAA-AAAA", cwd=night, BRP_SIGNALS_LANG="en")
    assert (done.returncode, "not among the cases" in one_sentence(done)) == (2, True)


def test_another_run_is_busy(night: Path) -> None:
    with (night / "state/run.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = command("run", SAMPLE, "--config", CONFIG, cwd=night)
    assert (done.returncode, "Another run" in one_sentence(done)) == (4, True)


def test_a_purge_says_how_much_went(night: Path, tmp_path: Path) -> None:
    for name in ("state", "output"):
        shutil.copytree(night / name, tmp_path / name, symlinks=True)
    done = command("purge", "--config", CONFIG, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert one_sentence(done) == "Removed what was over its term on 2026-11-20: nothing."
    assert json.loads(done.stdout)["removed"]["cases lapsed"] == 0
    done = command("purge", "--config", CONFIG, "--before", "2030-01-01", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "cases undecided" in one_sentence(done) and "lists 1" in one_sentence(done)
    case_id = signals(night)[0]["case_id"]
    done = command("explain", case_id, cwd=tmp_path, BRP_SIGNALS_LANG="en")
    assert (done.returncode, "not among the cases" in one_sentence(done)) == (2, True)


def test_a_purge_waits_for_no_run(night: Path) -> None:
    with (night / "state/run.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = command("purge", cwd=night)
    assert (done.returncode, "Another run" in one_sentence(done)) == (4, True)


def test_what_staff_decided_is_taken_in(night: Path, tmp_path: Path) -> None:
    shutil.copytree(night / "state", tmp_path / "state")
    (workbook,) = (night / "output/latest/0363").glob("*.xlsx")
    book = load_workbook(workbook)
    sheet = book["Signalen"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row, (decision, day) in enumerate((("Vertrek klopt", "21-11-2026"), ("Weet ik niet", "21-11-2026")), start=2):
        sheet.cell(row, columns["Besluit"]).value, sheet.cell(row, columns["Datum"]).value = decision, day
    book.save(tmp_path / "ingevuld.xlsx")
    undecided = len(signals(night)) - 2 + polars.read_parquet(night / "output/latest/sample.parquet").height
    done = command("review", "import", "ingevuld.xlsx", "--json", cwd=tmp_path)
    assert (done.returncode, one_sentence(done)) == (
        0,
        f"ingevuld.xlsx: 1 besluit verwerkt, 0 waren al bekend, {undecided} regels zonder besluit, "
        "1 regel gaat terug: zie ingevuld-niet-verwerkt.xlsx.",
    )
    (file,) = json.loads(done.stdout)["files"]
    assert (file["accepted"], file["returned"]) == (1, {"decision_unknown": 1})
    done = command("evaluate", "--report", "found.html", "--json", cwd=tmp_path, BRP_SIGNALS_LANG="en")
    assert (done.returncode, one_sentence(done)) == (0, "The report is in found.html.")
    assert json.loads(done.stdout)["missed"]["drawn"] == 0  # to the nearest five
    assert "Er zijn nog geen 30 signalen met een uitkomst" in (tmp_path / "found.html").read_text(encoding="utf-8")
    for words in (("--state", "nowhere"), ("--report", "nowhere/found.html")):
        assert command("evaluate", *words, cwd=tmp_path).returncode == 2


def test_a_backtest_changes_nothing(tmp_path: Path) -> None:
    done = command("backtest", SAMPLE, "--config", CONFIG, "--months", "2", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backtest.csv", "backtest.html"]
    told = json.loads(done.stdout)
    assert [month["month"] for month in told["months"]] == ["2026-09-20", "2026-10-20"]
    listed = {row["month"]: row["departures"] for row in told["rows"] if row["kind"] == "listed"}
    assert listed["2026-10-20"] > 0
    with (SAMPLE / "persons.csv").open(encoding="utf-8", newline="") as file:
        persons = {row["person_id"] for row in csv.DictReader(file) if row["person_id"]}
    written = (tmp_path / "backtest.csv").read_text("utf-8") + (tmp_path / "backtest.html").read_text("utf-8")
    assert not persons & set(re.findall("[0-9a-f]{32}", written + done.stdout))
    assert not re.search(r"S-[A-Z0-9]{4}-[A-Z0-9]{4}", written)


def test_what_cannot_be_taken_in_is_one_sentence(night: Path) -> None:
    for words, code, part in (
        (("list.age",), 2, "bestaat niet"),
        ((night / "output/latest/signals.csv",), 3, "is geen XLSX-werkmap"),
    ):
        done = command("review", "import", *words, cwd=night)
        assert (done.returncode, part in one_sentence(done)) == (code, True)
    with (night / "state/run.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = command("review", "import", "list.xlsx", cwd=night)
    assert (done.returncode, "Een andere run" in one_sentence(done)) == (4, True)


def test_a_refused_delivery_leaves_the_lists_alone(night: Path) -> None:
    before = (night / "output/latest").resolve()
    spoiled = night / "spoiled"
    shutil.copytree(SAMPLE, spoiled, dirs_exist_ok=True)
    (spoiled / "traces.csv").write_text("person_id\n")
    done = command("run", spoiled, "--config", CONFIG, cwd=night)
    assert (done.returncode, "traces.csv" in one_sentence(done)) == (3, True)
    assert (night / "output/latest").resolve() == before


def test_validate_writes_its_report_even_of_a_refusal(night: Path) -> None:
    done = command("validate", SAMPLE, "--config", CONFIG, "--report", "good.html", cwd=night, BRP_SIGNALS_LANG="en")
    assert done.returncode == 0, done.stderr
    assert "is accepted" in done.stderr
    assert "De levering is geschikt" in (night / "good.html").read_text()
    spoiled = night / "spoiled2"
    shutil.copytree(SAMPLE, spoiled)
    (spoiled / "persons.csv").unlink()
    done = command("validate", spoiled, "--report", "bad.html", cwd=night)
    assert done.returncode == 3
    assert "De levering is geweigerd" in (night / "bad.html").read_text()


def test_an_internal_failure_is_said_to_be_ours(tmp_path: Path) -> None:
    """The output folder is a file: nothing can be written there, and the data is not to blame."""
    (tmp_path / "output").write_text("")
    done = command("run", SAMPLE, "--config", CONFIG, cwd=tmp_path)
    assert (done.returncode, "nothing was published" in one_sentence(done)) == (5, True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["run"], "Missing argument"),
        (["run", "nowhere"], "no delivery folder"),
        (["run", SAMPLE, "--reference-date", "tomorrow"], "reference-date"),
        (["run", SAMPLE, "--config", "none.toml"], "none.toml"),
        (["frobnicate"], "No such command"),
        (["rules", "L-99"], "no rule with that code"),
        (["explain", "S-AAAA-AAAA"], "No run has been published"),
        (["pseudonymise", "--source", "gbav", "--key-file", "k", "--out", "d"], "PROFILE=FILE"),
    ],
    ids=lambda value: " ".join(map(str, value))[:30] if isinstance(value, list) else None,
)
def test_wrong_use(words: list[str | Path], sentence: str, tmp_path: Path) -> None:
    done = command(*words, cwd=tmp_path, BRP_SIGNALS_LANG="en")
    assert done.returncode == 2
    assert sentence in one_sentence(done)


def test_a_wrong_key_in_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "brp-signals.toml").write_text("\nlookback_months = 12\n")
    done = command("run", SAMPLE, cwd=tmp_path)
    assert done.returncode == 2
    assert one_sentence(done) == (
        "brp-signals.toml, line 2, lookback_months: unknown key; did you mean look_back_months?"
    )


def test_a_traceback_only_on_request(tmp_path: Path) -> None:
    done = command("run", "nowhere", "--debug", cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" in done.stderr
    assert done.stderr.splitlines()[-1] == "There is no delivery folder nowhere; check the path."


def test_as_json_every_line_of_a_run_is_an_object(night: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRP_SIGNALS_LOG_FORMAT", "json")
    said = [json.loads(line) for line in command("run", SAMPLE, "--config", CONFIG, cwd=night).stderr.splitlines()]
    assert [line["step"] for line in said[:2]] == ["delivery", "recall"]
    assert said[-2]["counts"]["signals"] == len(signals(night))
    assert "signals; the lists are in" in said[-1]["sentence"]
    (refused,) = command("run", "nowhere", cwd=night).stderr.splitlines()
    assert json.loads(refused)["level"] == "ERROR"


def test_rules_are_listed_and_shown(tmp_path: Path) -> None:
    listed = command("rules", cwd=tmp_path).stdout
    assert len(listed.splitlines()) == len(list((ROOT / "sql" / "rules").glob("*.sql")))
    shown = command("rules", "l-03", cwd=tmp_path).stdout
    assert "Verzuimmelding na vertrek" in shown
    assert "Gewone verklaringen:" in shown


def test_doctor_finds_this_machine_fit(tmp_path: Path) -> None:
    done = command("doctor", cwd=tmp_path)
    assert done.returncode == 0
    assert "MISSING" not in done.stdout


def test_sample_writes_a_delivery_with_its_truth(tmp_path: Path) -> None:
    done = command("sample", "town", "--persons", "1500", "--seed", "3", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "town/manifest.json").exists()
    assert (tmp_path / "town.truth.csv").exists()


def test_help_and_import_load_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys, brp_signals, brp_signals.cli; heavy = {'duckdb', 'polars', 'prefect', 'great_expectations', "
        "'pyarrow', 'pydantic', 'xlsxwriter'}; print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.strip() == "[]"
    words = [sys.executable, "-m", "brp_signals", "--help"]
    assert "pseudonymise" in subprocess.run(words, capture_output=True, text=True, cwd=tmp_path).stdout
