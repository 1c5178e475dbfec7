"""The synthetic sample: the same bytes every time, true to its own manifest, and believable."""

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from brp_signals.base.config import load_configuration
from brp_signals.base.errors import UsageProblem
from brp_signals.delivery.contract import OPTIONAL, REQUIRED
from brp_signals.delivery.forbidden import is_forbidden
from brp_signals.sample import SampleSummary, story_codes, write_sample
from tests.reference.model import evaluate
from tests.reference.shapes import Delivery, Result, Row, Settings, Source

pytestmark = pytest.mark.long

REPOSITORY = Path(__file__).parents[2]
COMMITTED = REPOSITORY / "data" / "sample" / "2026-11-20-0363"
REFERENCE_DATE = date(2026, 11, 20)
#: One school list after the departure is a sign of which no story expects anything.
TOO_LITTLE = "L-06"
ALL_RULES = {f"L-0{n}" for n in range(1, 6)} | {f"B-0{n}" for n in range(1, 7)} | {"M-01", "M-02"}


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    """The sample with its defaults and the factor of the command line."""
    return write_sample(tmp_path_factory.mktemp("sample") / COMMITTED.name, departure_factor=20)


@pytest.fixture(scope="module")
def truths(summary: SampleSummary) -> list[Row]:
    """The lines of the truth file."""
    return read(summary.truth)


def read(path: Path) -> list[Row]:
    """The rows of a CSV file that have as many cells as the header."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if None not in row and None not in row.values()]


_BESIDE = (".truth.csv", ".brp-signals.toml", ".schools.csv")


def written(delivery: Path) -> dict[str, bytes]:
    """All bytes of a sample, per file name."""
    beside = [delivery.parent / f"{delivery.name}{suffix}" for suffix in _BESIDE]
    return {path.name: path.read_bytes() for path in [*sorted(delivery.iterdir()), *beside]}


def earliest(text: str) -> date:
    """The first day that a register date may be."""
    return date(int(text[:4]), int(text[4:6]) or 1, int(text[6:]) or 1)


# --- The same bytes -----------------------------------------------------------------------------------


def test_the_committed_sample_is_what_the_code_writes_now(summary: SampleSummary) -> None:
    assert written(COMMITTED) == written(summary.delivery)


def test_another_process_zone_locale_and_hash_seed_give_the_same_bytes(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib, brp_signals.sample as s; "
        "s.write_sample(pathlib.Path(sys.argv[1]), 900, 7, departure_factor=20)"
    )
    results = []
    for number, (zone, locale, hash_seed) in enumerate([("UTC", "C", "1"), ("Asia/Tokyo", "nl_NL.UTF-8", "99")]):
        out = tmp_path / str(number) / "town"
        environment = os.environ | {"TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": hash_seed}
        subprocess.run([sys.executable, "-c", code, str(out)], env=environment, check=True)
        results.append(written(out))
    assert results[0] == results[1]


def test_another_seed_gives_another_town(tmp_path: Path) -> None:
    for seed in (1, 2):
        write_sample(tmp_path / f"town{seed}", 900, seed, departure_factor=20)
    one, two = written(tmp_path / "town1"), written(tmp_path / "town2")
    for name in ("persons.csv", "residences.csv", "enrolments.csv", "traces.csv"):
        assert one[name] != two[name]
    ids = [{row["person_id"] for row in read(tmp_path / f"town{seed}" / "persons.csv")} for seed in (1, 2)]
    assert not ids[0] & ids[1]


def test_the_committed_sample_is_small_and_has_unix_line_ends() -> None:
    contents = written(COMMITTED)
    assert sum(map(len, contents.values())) <= 3_000_000
    assert all(b"\r" not in content for content in contents.values())


# --- A true delivery ----------------------------------------------------------------------------------


def test_the_manifest_tells_the_truth(summary: SampleSummary) -> None:
    manifest = json.loads((summary.delivery / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["delivery_id"] == summary.delivery_id == "2026-11-20-0363"
    assert manifest["reference_date"] == "2026-11-20"
    assert manifest["scope"] == {"municipalities": ["0363"]}
    assert set(manifest["tables"]) == set(REQUIRED)
    for table, entry in manifest["tables"].items():
        (file,) = entry["files"]
        content = (summary.delivery / file["name"]).read_bytes()
        lines = content.decode("utf-8").splitlines()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert len(lines) - 1 == file["rows"] == summary.rows[table]
        assert file["sorted"] is True
        ids = [line.split(",")[0] for line in lines[1:]]
        assert ids == sorted(ids)


@pytest.mark.parametrize("table", list(REQUIRED))
def test_no_column_is_missing_unknown_or_forbidden(summary: SampleSummary, table: str) -> None:
    header = (summary.delivery / f"{table}.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert set(REQUIRED[table]) <= set(header) <= set(REQUIRED[table]) | set(OPTIONAL[table])
    assert not [column for column in header if is_forbidden(column)]


def test_ids_are_pseudonyms_but_for_the_documented_bad_ones(summary: SampleSummary) -> None:
    wrong = Counter(
        (table, column)
        for table in REQUIRED
        for row in read(summary.delivery / f"{table}.csv")
        for column in row
        if column.endswith("_id") and column != "school_id"
        if row[column] and not re.fullmatch(r"[0-9a-f]{32}", row[column])
    )
    assert wrong == {("persons", "person_id"): 2, ("persons", "parent1_id"): 1}


def test_no_row_would_refuse_the_delivery(summary: SampleSummary) -> None:
    for table in REQUIRED:
        text = (summary.delivery / f"{table}.csv").read_text(encoding="utf-8")
        assert not re.search(r"(?m)^\d{8,10},", text)


def test_parents_and_residences_exist(summary: SampleSummary) -> None:
    persons = read(summary.delivery / "persons.csv")
    ids = {row["person_id"] for row in persons}
    children = [row for row in persons if row["parent1_id"] in ids]
    assert len(children) > 1000
    assert all(row["parent2_id"] in ids for row in children if row["parent2_id"])
    housed = {row["person_id"] for row in read(summary.delivery / "residences.csv")}
    assert len(ids - housed) <= 8


def test_the_configuration_declares_every_source_of_the_good_traces(summary: SampleSummary) -> None:
    configuration = load_configuration(summary.configuration)
    declared = {(source.code, source.kind) for source in configuration.sources if source.is_usable}
    used = Counter((row["source_code"], row["kind"]) for row in read(summary.delivery / "traces.csv"))
    assert declared <= set(used)
    assert sum(number for pair, number in used.items() if pair not in declared) == 4


# --- The truth ----------------------------------------------------------------------------------------


def test_every_story_occurs(truths: list[Row]) -> None:
    assert {row["what_really_happened"] for row in truths} == set(story_codes())
    assert all(row["meaning_nl"] and row["departures_multiplied_by"] == "20" for row in truths)


def test_the_truth_and_the_register_hold_the_same_departures(summary: SampleSummary, truths: list[Row]) -> None:
    births = {row["person_id"]: row["birth_date"] for row in read(summary.delivery / "persons.csv")}
    told = {(row["person_id"], row["departed_on"]) for row in truths}
    assert len(told) == len(truths)
    register = {
        (row["person_id"], row["departure_date"])
        for row in read(summary.delivery / "residences.csv")
        if row["departure_date"] >= "20241120" and is_child(births[row["person_id"]], row["departure_date"])
    }
    assert register == told


def is_child(birth_date: str, departure_date: str) -> bool:
    """Whether somebody is certainly under 18 on the first day that the departure may be."""
    left = earliest(departure_date)
    return f"{left.year - 18:04d}{left.month:02d}{left.day:02d}" < birth_date


def test_departures_are_as_frequent_as_the_factor_says(summary: SampleSummary, tmp_path: Path) -> None:
    assert abs(summary.departures - 6000 * 160 / 100_000 * 20) <= 3
    assert 0.05 <= summary.departures_with_sign / summary.departures <= 0.16
    ordinary = write_sample(tmp_path / "town", 10_000)
    assert 16 <= ordinary.departures <= 19


def test_signs_occur_among_innocent_cases_too(truths: list[Row]) -> None:
    on_the_list = Counter(row["was_here"] for row in truths if row["expected"] == "signal")
    assert on_the_list["ja"] >= 8
    assert on_the_list["nee"] >= 8


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("reference_date", [REFERENCE_DATE, date(2026, 1, 15), date(2027, 8, 3)])
def test_the_rules_come_to_what_the_truth_expects(tmp_path: Path, seed: int, reference_date: date) -> None:
    summary = write_sample(tmp_path / "town", 3000, seed, reference_date, departure_factor=20)
    truths = read(summary.truth)
    result = judged(summary.delivery, summary.configuration, truths, reference_date)
    cases = {(case["person_id"], case["departed_on"]): case for case in result.cases}
    found = {
        (row["what_really_happened"], row["person_id"], row["departed_on"]): outcome(
            cases.pop((row["person_id"], earliest(row["departed_on"])), None)
        )
        for row in truths
    }
    expected = {
        (row["what_really_happened"], row["person_id"], row["departed_on"]): row["expected"].replace(
            "not_judged", "none"
        )
        for row in truths
    }
    assert found == expected
    assert not cases
    assert {rule for case in result.cases for rule in case["rule_codes"]} - {TOO_LITTLE} == ALL_RULES


def judged(folder: Path, declared: Path, truths: list[Row], reference_date: date) -> Result:
    """What the second implementation of the rules says about the children of the truth file."""
    persons = read(folder / "persons.csv")
    children = {row["person_id"] for row in truths}
    keep = children | {
        row[parent] for row in persons if row["person_id"] in children for parent in ("parent1_id", "parent2_id")
    }
    delivery = Delivery(
        *(
            [row for row in read(folder / f"{table}.csv") if row["person_id"] in keep]
            for table in ("persons", "residences", "enrolments", "traces")
        )
    )
    # The last two lists of a school are counted over all its pupils.
    delivery.enrolments = [
        row for row in read(folder / "enrolments.csv") if re.fullmatch(r"\d{4}-..-..", row["enrolled_on"])
    ]
    configuration = load_configuration(declared)
    settings = Settings(
        sources=tuple(
            Source(source.code, source.kind, source.retention_days, source.dpia_reference, source.file)
            for source in configuration.sources
        ),
        enrolment_sources={"leerplicht": configuration.enrolment_sources.leerplicht.file},
        scope=frozenset({"0363"}),
    )
    return evaluate(delivery, reference_date, settings)


def outcome(case: Row | None) -> str:
    """What became of a departure, in the words of the truth file."""
    if case is None or set(case["rule_codes"]) == {TOO_LITTLE}:
        return "none"
    if case["status"] == "suppressed":
        return case["suppressor_code"]
    # Whether it is strong enough for a list is of the weighing, which no story knows.
    return "sealed" if case["is_confidential"] else "signal"


# --- Wrong use ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        {"departure_factor": 0},
        {"departure_factor": 126},
        {"municipality": "363"},
        {"persons": 50, "departure_factor": 20},
        {"persons": 0},
        {"nights": 0},
        {"nights": -1},
        {"nights": 10**9},
        {"reference_date": date(1, 6, 1)},
        {"reference_date": date(9999, 12, 31)},
    ],
)
def test_arguments_that_make_no_town_are_refused(tmp_path: Path, arguments: dict[str, Any]) -> None:
    with pytest.raises(UsageProblem):
        write_sample(tmp_path / "town", **arguments)
    assert not (tmp_path / "town").exists()


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageProblem, match="choose another folder"):
        write_sample(tmp_path, 900)
    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]


def test_an_earlier_sample_is_replaced(tmp_path: Path) -> None:
    write_sample(tmp_path / "town", 900, 1)
    write_sample(tmp_path / "town", 900, 2)
    write_sample(tmp_path / "other", 900, 2)
    again = written(tmp_path / "town")
    assert list(again.values()) == list(written(tmp_path / "other").values())
