"""The benchmark's own promises: same seed, same bytes; a delivery that keeps its contract; an honest measure."""

import csv
import hashlib
import json
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from benchmarks import generate, measuring, reference_scan
from benchmarks import run as bench
from brp_signals.tables import REQUIRED

SCALE = Fraction(1, 4000)


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate.generate(SCALE, work=tmp_path_factory.mktemp("work"))


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
    again = generate.generate(SCALE, work=tmp_path)
    other = generate.generate(SCALE, 2, work=tmp_path)
    for table in REQUIRED:
        content = (delivery / f"{table}.csv").read_bytes()
        assert (again / f"{table}.csv").read_bytes() == content
        assert (other / f"{table}.csv").read_bytes() != content


def test_a_sorted_delivery_has_the_same_rows_in_order(delivery: Path, tmp_path: Path) -> None:
    in_order = generate.generate(SCALE, by_person=True, work=tmp_path)
    manifest = json.loads((in_order / "manifest.json").read_text(encoding="utf-8"))
    for table in REQUIRED:
        ids = [row["person_id"] for row in rows(in_order, table)]
        assert ids == sorted(ids)
        assert sorted(rows(in_order, table), key=repr) == sorted(rows(delivery, table), key=repr)
        assert manifest["tables"][table]["files"][0]["sorted"] is True


def test_a_delivery_that_is_there_is_used_again(delivery: Path) -> None:
    marked = delivery / "persons.csv"
    before = marked.stat().st_mtime_ns
    assert generate.generate(SCALE, work=delivery.parent) == delivery
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
    assert 0.2e9 < cost.memory < 0.9e9
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


def measured(scale: Fraction, ratio: float, memory: int) -> bench.Measured:
    return bench.Measured(
        scale=scale,
        rows=1_000_000,
        size=70_000_000,
        reference=2.0,
        cpu=9.0,
        byte_pass=None,
        ratio=ratio,
        ratio_with_bytes=ratio,
        wall=8.0,
        memory=memory,
        cases=12,
        steps={"stage": 4.2},
    )


@pytest.mark.parametrize(
    ("scale", "ratio", "memory", "n_missed"),
    [
        (Fraction(1, 4), 3.0, 1_500_000_000, 0),
        (Fraction(1, 4), 3.01, 1_500_000_000, 1),
        (Fraction(1, 4), 3.01, 1_500_000_001, 2),
        (Fraction(1, 16), 9.0, 2_000_000_000, 0),
    ],
)
def test_a_missed_target_is_said(scale: Fraction, ratio: float, memory: int, n_missed: int) -> None:
    assert len(measured(scale, ratio, memory).missed()) == n_missed


def test_start_up_and_byte_pass_are_taken_off() -> None:
    run = bench.Round(2.0, measuring.Cost(10.0, 5.0, 1), {"byte_pass": 1.0})
    assert run.ratio(3.0, without_bytes=True) == 3.0
    assert run.ratio(3.0, without_bytes=False) == 3.5


def test_only_the_table_of_the_page_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{bench.BEGIN}\nold\n{bench.END}\nafter\n", encoding="utf-8")
    table = bench.report([measured(Fraction(1, 4), 2.5, 10**9)], 3.0, 5)
    measuring.write_between(page, bench.BEGIN, bench.END, table)
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{bench.BEGIN}\n")
    assert text.endswith(f"{bench.END}\nafter\n")
    assert "**2.50**" in text
    assert "old" not in text
