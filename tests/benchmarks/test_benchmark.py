"""The benchmark's own promises: same seed, same bytes; a delivery that keeps its contract; an honest measure."""

import csv
import hashlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from pyarrow import parquet

from benchmarks import (
    answers,
    chart,
    first_steps,
    generate,
    guard,
    measuring,
    national,
    peers,
    programs,
    reference_scan,
    report,
)
from benchmarks.generate import Country
from benchmarks.peers import in_duckdb, in_pandas, in_polars
from benchmarks.results import EMPTY, ListsDiffer, Record, Results, Round
from brp_signals.base import rule_files
from brp_signals.delivery.contract import REQUIRED

SCALE = Fraction(1, 4000)
COUNTRY = Country(SCALE)
IDS = ("person_id", "parent1_id", "parent2_id", "address_id")


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate.generate(COUNTRY, work=tmp_path_factory.mktemp("work"))


def rows(delivery: Path, table: str) -> list[dict[str, str]]:
    with (delivery / f"{table}.csv").open(encoding="ascii", newline="") as file:
        return list(csv.DictReader(file))


def test_the_manifest_tells_the_truth(delivery: Path) -> None:
    manifest = json.loads((delivery / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["scope"] == {"national": True}
    for table, columns in REQUIRED.items():
        (entry,) = manifest["tables"][table]["files"]
        content = (delivery / entry["name"]).read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert entry["rows"] == len(rows(delivery, table))
        assert content.decode("ascii").splitlines()[0] == ",".join(columns)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(delivery: Path, tmp_path: Path) -> None:
    again = generate.generate(COUNTRY, work=tmp_path)
    other = generate.generate(Country(SCALE, 2), work=tmp_path)
    for table in REQUIRED:
        content = (delivery / f"{table}.csv").read_bytes()
        assert (again / f"{table}.csv").read_bytes() == content
        assert (other / f"{table}.csv").read_bytes() != content


def test_a_sorted_delivery_has_the_same_rows_in_order(delivery: Path, tmp_path: Path) -> None:
    in_order = generate.generate(COUNTRY, "csv-sorted", work=tmp_path)
    manifest = json.loads((in_order / "manifest.json").read_text(encoding="utf-8"))
    for table in REQUIRED:
        ids = [row["person_id"] for row in rows(in_order, table)]
        assert ids == sorted(ids)
        assert sorted(rows(in_order, table), key=repr) == sorted(rows(delivery, table), key=repr)
        assert manifest["tables"][table]["files"][0]["sorted"] is True


def test_a_delivery_that_is_there_is_used_again(delivery: Path) -> None:
    marked = delivery / "persons.csv"
    before = marked.stat().st_mtime_ns
    assert generate.generate(COUNTRY, work=delivery.parent) == delivery
    assert marked.stat().st_mtime_ns == before


def test_the_country_has_its_shape(delivery: Path) -> None:
    persons = {row["person_id"]: row for row in rows(delivery, "persons")}
    residences = rows(delivery, "residences")
    assert all(re.fullmatch("[0-9a-f]{32}", person) for person in persons)
    assert 1.55 < len(residences) / len(persons) < 1.70
    departed = {row["person_id"] for row in residences if row["departure_date"] >= "20241120"}
    assert 0.018 < len(departed) / len(persons) < 0.03
    assert {person for person, row in persons.items() if row["suspension_reason"] == "E"}
    parents = {row["parent1_id"] for row in persons.values() if row["parent1_id"]}
    assert parents <= persons.keys()
    towns = {row["municipality_code"] for row in residences} - {"1999"}
    assert towns == set(generate.municipalities(SCALE))
    sources = {(row["source_code"], row["kind"]) for row in rows(delivery, "traces")}
    assert sources <= {(code, kind) for code, kind, _ in generate.SOURCES}


def test_the_yardstick_reads_every_row_but_the_planted_ones(delivery: Path) -> None:
    for table, sums in reference_scan.scan(delivery).items():
        assert 0 <= len(rows(delivery, table)) - sums[0] <= 3


def test_a_child_is_measured_on_its_own(tmp_path: Path) -> None:
    busy = "sum(number * number for number in range(4_000_000)); held = bytearray(200_000_000)"
    cost = measuring.cost_of([sys.executable, "-c", busy], tmp_path / "log")
    assert 0.05 < cost.cpu < 10
    assert cost.memory > 0.2e9  # how little it may be is for the next test: this process may have grown large
    idle = measuring.cost_of([sys.executable, "-c", "pass"], tmp_path / "log")
    assert idle.cpu < cost.cpu


def test_memory_is_the_childs_own(tmp_path: Path) -> None:
    """A child inherits the peak of the process that starts it, so this one is started from a small one."""
    code = (
        "import sys; from pathlib import Path; from benchmarks.measuring import cost_of; "
        "python, log = sys.executable, Path(sys.argv[1]); programs = ('pass', 'held = bytearray(10**8)'); "
        "idle, busy = (cost_of([python, '-c', program], log).memory for program in programs); print(idle < busy)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "log"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_a_child_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(measuring.ChildFailed, match="ended with code 3: too bad"):
        measuring.cost_of([sys.executable, "-c", "print('too bad'); raise SystemExit(3)"], tmp_path / "log")


@pytest.mark.parametrize("variant", ["parquet", "parquet-sorted"])
def test_parquet_holds_the_same_rows_under_the_same_delivery_id(delivery: Path, tmp_path: Path, variant: str) -> None:
    written = generate.generate(COUNTRY, variant, work=tmp_path)
    manifests = [json.loads((folder / "manifest.json").read_text(encoding="utf-8")) for folder in (delivery, written)]
    assert manifests[0]["delivery_id"] == manifests[1]["delivery_id"]
    for table in REQUIRED:
        found = [
            {
                name: "" if cell is None else str(cell).replace("-", "" if name in IDS else "-")
                for name, cell in row.items()
            }
            for row in parquet.read_table(written / f"{table}.parquet").to_pylist()
        ]
        assert sorted(found, key=repr) == sorted(rows(delivery, table), key=repr)
        assert "sorted" not in variant or found == sorted(found, key=lambda row: row["person_id"])


def test_a_country_with_more_departures_or_a_longer_history(delivery: Path, tmp_path: Path) -> None:
    left = {row["person_id"] for row in rows(delivery, "residences") if row["departure_date"]}
    more = generate.generate(replace(COUNTRY, departures=4), work=tmp_path)
    assert len({row["person_id"] for row in rows(more, "residences") if row["departure_date"]}) > 1.5 * len(left)
    longer = generate.generate(replace(COUNTRY, history=2), work=tmp_path)
    n_persons, n_residences = len(rows(delivery, "persons")), len(rows(delivery, "residences"))
    assert len(rows(longer, "residences")) > n_residences + 1.9 * n_persons


def test_every_engine_finds_the_candidates_of_the_program(delivery: Path, tmp_path: Path) -> None:
    first_steps.take_first_steps(delivery, tmp_path, with_tables=True)
    found = {
        "polars": in_polars.detect(delivery),
        "duckdb": in_duckdb.detect(delivery),
        "pandas": in_pandas.detect(delivery, "c"),
    }
    for name, tables in found.items():
        assert tables["persons"].num_rows > 10
        peers.write(tmp_path / name, tables)
        assert answers.differences(tmp_path / "candidates", tmp_path / name) == []
    fewer = {**found["polars"], "traces": found["polars"]["traces"].slice(1)}
    peers.write(tmp_path / "fewer", fewer)
    assert answers.differences(tmp_path / "candidates", tmp_path / "fewer") == ["traces"]


def a_record(what: str, country: Country, cpu: float, variant: str = "csv", memory: int = 10**9) -> Record:
    rounds = tuple(
        Round(cpu * factor, 8.0, memory, 2.0, 1.0, {"byte_pass": 1.0, "delivery": 1.1, "stage": 0.7})
        for factor in (1, 2, 1)
    )
    return Record(
        what, country, variant, 1_000_000, 70_000_000, rounds, "abc", "a machine", "2026-11-25", {"signals": 12}
    )


@pytest.fixture
def results(tmp_path: Path) -> Results:
    found = Results(tmp_path / "results.json")
    found.add(a_record("run", EMPTY, 3.0))
    return found


def test_figures_of_pieces_are_kept(results: Results, tmp_path: Path) -> None:
    country = Country(Fraction(1, 4), departures=4)
    results.add(a_record("run", country, 9.0))
    results.add(a_record("run", country, 10.0))
    again = Results(tmp_path / "results.json")
    assert again.records == results.records
    assert again.find("run", country).median("cpu") == 10.0
    assert again.start_up("run") == 3.0


def test_start_up_and_byte_pass_are_taken_off() -> None:
    record = a_record("run", Country(Fraction(1)), 10.0)
    assert record.ratio(3.0) == 3.0
    assert record.ratio(3.0, with_bytes=True) == 3.5


@pytest.mark.parametrize(
    ("scale", "cpu", "verdict"),
    [("1", 7.6, "met"), ("1", 7.7, "**missed**"), ("1/64", 99.0, "too small to judge"), ("2", 7.6, "not measured")],
)
def test_a_target_is_met_or_missed(results: Results, scale: str, cpu: float, verdict: str) -> None:
    results.add(a_record("run", Country(Fraction(scale)), cpu))
    line = next(line for line in report.report(results).splitlines() if "whole `run` from CSV" in line)
    assert line.endswith(f"| {verdict} |")


def test_growth_is_an_exponent_without_start_up(results: Results) -> None:
    for scale in ("1/16", "1/4", "1", "2"):
        results.add(a_record("run", Country(Fraction(scale)), 3.0 + 40 * float(Fraction(scale)) ** 1.1))
    growth = report.exponent(results, "csv", Fraction(1, 16))
    assert growth and growth[0] == pytest.approx(1.1)
    assert report.exponent(results, "csv", Fraction(1)) is None


def test_a_peer_is_compared_at_the_scale_at_which_both_were_measured(results: Results) -> None:
    results.add(a_record("candidates", Country(Fraction(1, 16)), 4.0))
    results.add(a_record("candidates", Country(Fraction(1)), 40.0))
    results.add(a_record("pandas, C reader", Country(Fraction(1, 16)), 13.0))
    alone, program = (target for target in report.targets(results) if "C reader" in target.name)
    assert program.measured == (0.25, "1/16", True)
    assert alone.measured is None


def test_lists_that_differ_stop_the_benchmark(results: Results, tmp_path: Path) -> None:
    country = Country(Fraction(1, 64))
    results.compare_lists(country, "csv", "abc", {"signals.csv": "1", "0363/signals.csv": "2"})
    results.compare_lists(country, "parquet", "abc", {"signals.csv": "1", "0363/signals.csv": "2"})
    with pytest.raises(ListsDiffer, match=r"csv-sorted gives other lists than csv, parquet: 1 of 2 .*0363/signals.csv"):
        Results(tmp_path / "results.json").compare_lists(country, "csv-sorted", "abc", {"signals.csv": "1"})
    # Another program may give other lists.
    results.compare_lists(country, "csv", "def", {"signals.csv": "3"})


def test_what_of_a_run_is_compared(tmp_path: Path) -> None:
    for name in (
        "run.json",
        "report.html",
        "quarantine.csv",
        "findings.csv",
        "signals.csv",
        "0363/signals.csv",
        "sealed/cases.parquet",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert list(national.lists_of(tmp_path)) == ["0363/signals.csv", "sealed/cases.parquet", "signals.csv"]


def test_more_rules_are_rules(tmp_path: Path) -> None:
    usual = rule_files.load_rules(programs.ROOT / "sql" / "rules")
    with programs.Programs(tmp_path).more_rules():
        more = rule_files.load_rules(tmp_path / "runs" / "with-rules" / "sql" / "rules")
    assert len(more) == len(usual) + programs.EXTRA_RULES
    assert {rule.level for rule in more if rule not in usual} == {"context"}


def test_the_chart_shows_every_line(results: Results, tmp_path: Path) -> None:
    for scale in ("1/16", "1"):
        results.add(a_record("run", Country(Fraction(scale)), 40 * float(Fraction(scale))))
    chart.write_chart(tmp_path / "chart.svg", results)
    drawing = (tmp_path / "chart.svg").read_text(encoding="utf-8")
    dots = [(float(x), float(y)) for x, y in re.findall('<circle cx="([0-9.]+)" cy="([0-9.]+)"', drawing)]
    assert len(dots) == 6
    assert all(0 < x < 440 and 0 < y < 300 for x, y in dots)


def test_only_the_table_of_the_page_is_replaced(results: Results, tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n", encoding="utf-8")
    results.add(a_record("run", Country(Fraction(1, 4)), 9.0))
    measuring.write_between(page, report.BEGIN, report.END, report.report(results))
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{report.BEGIN}\n")
    assert text.endswith(f"{report.END}\nafter\n")
    assert "**2.50**" in text
    assert "\nold\n" not in text


def test_the_guard_lets_noise_pass_and_no_regression() -> None:
    usual = {"run": 10.0, "first steps": 2.0}
    assert guard.slower({"run": 12.9, "first steps": 2.5}, usual) == []
    (words,) = guard.slower({"run": 9.0, "first steps": 2.7}, usual)
    assert "first steps: 2.70 x REF" in words


def test_a_piece_is_measured_once_and_one_that_fails_keeps_no_other_back(tmp_path: Path) -> None:
    measured: list[str] = []

    def failing() -> None:
        raise measuring.ChildFailed("too bad")

    for _ in range(2):
        bench = national.Bench(tmp_path, 1)
        bench.once("broken", failing, again=False)
        bench.once("whole", lambda: measured.append("whole"), again=False)
        assert bench.failures == ["broken: too bad"]
    assert measured == ["whole"]
    national.Bench(tmp_path, 2).once("whole", lambda: measured.append("more often"), again=False)
    assert measured == ["whole", "more often"]


def test_an_unchanged_table_costs_what_reading_costs_beyond_start_up(results: Results) -> None:
    empty = a_record("run", EMPTY, 3.0)
    rounds = tuple(replace(each, steps={"delivery": 1.05, "stage": 0.2}) for each in empty.rounds)
    results.add(replace(empty, rounds=rounds))
    results.add(a_record("rerun", Country(Fraction(1)), 9.0))
    (target,) = (target for target in report.targets(results) if "unchanged" in target.name)
    # (1.1 + 0.7 - 1.05 - 0.2) CPU s over four tables and a REF of 2 s.
    assert target.measured and target.measured[0] == pytest.approx(0.55 / 4 / 2)
