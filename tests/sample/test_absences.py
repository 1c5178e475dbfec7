"""Children on no school list in the committed sample: as many as expected, and the same for the naive reference."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from brp_signals import pipeline
from brp_signals.base.config import load_configuration
from brp_signals.base.dates import is_register_date
from tests.reference.model import evaluate
from tests.reference.shapes import AbsenceSettings, Delivery, Result, Row, Settings, Source
from tests.sample.test_sample import COMMITTED, REFERENCE_DATE, read
from tests.support.engine import read_result
from tests.support.unjudged import UNJUDGED

pytestmark = pytest.mark.long

CONFIGURATION = COMMITTED.with_name(f"{COMMITTED.name}.brp-signals.toml")
ENROLMENTS = [
    row
    for row in read(COMMITTED / "enrolments.csv")
    if re.fullmatch(r"\d{4}-..-..", row["enrolled_on"]) and re.fullmatch(r"\d\d[A-Z]{2}\d\d", row["school_id"])
]
#: All schools of the sample but the one that stopped sending lists.
SCHOOLS = tuple(sorted({row["school_id"] for row in ENROLMENTS if row["seen_on"] > "2026-10-10"}))
EXPECTED = {(): {"R-01": 22}, SCHOOLS: {"R-01": 22, "R-02": 8}}


def looked_at(folder: Path, schools: tuple[str, ...]) -> Result:
    """The sample up to the order of work, with these schools declared."""
    config = folder / "brp-signals.toml"
    table = f"\n[absence]\ndeclared_schools = {json.dumps(schools)}\n"
    config.write_text(CONFIGURATION.read_text(encoding="utf-8") + table, encoding="utf-8")
    with pipeline.open_night(
        COMMITTED, state=folder / "state", output=folder / "output", config=config, threads=1
    ) as night:
        for step in pipeline.STEPS[:-1]:
            if step in UNJUDGED:
                UNJUDGED[step](night.night)
            else:
                night.run_step(step)
        return read_result(night)


def expected(schools: tuple[str, ...]) -> Result:
    """What the reference finds in the rows that can be read; of traces only exemptions matter."""
    configuration = load_configuration(CONFIGURATION)
    settings = Settings(
        sources=tuple(
            Source(source.code, source.kind, source.retention_days, source.dpia_reference, source.file)
            for source in configuration.sources
        ),
        scope=frozenset({"0363"}),
    )
    delivery = Delivery(
        [row for row in read(COMMITTED / "persons.csv") if is_readable(row)],
        [row for row in read(COMMITTED / "residences.csv") if is_readable(row)],
        ENROLMENTS,
        [row for row in read(COMMITTED / "traces.csv") if row["kind"] == "exemption"],
    )
    return evaluate(delivery, REFERENCE_DATE, replace(settings, absence=AbsenceSettings(schools)))


def is_readable(row: Row) -> bool:
    """Whether every register date of the row is one."""
    dates = [text for name, text in row.items() if name.endswith(("_date", "_on", "_from")) and text]
    return all(is_register_date(text) for text in dates) and row.get("seq", "0").isdigit()


@pytest.mark.parametrize("schools", EXPECTED, ids=["no school declared", "all schools declared"])
def test_the_sample_has_a_handful_of_children_on_no_school_list(schools: tuple[str, ...], tmp_path: Path) -> None:
    found = looked_at(tmp_path, schools)
    codes = [case["rule_codes"][0] for case in found.absences if not case["is_confidential"]]
    assert {code: codes.count(code) for code in sorted(set(codes))} == EXPECTED[schools]
    reference = expected(schools)
    assert by_child(found) == by_child(reference)
    assert found.withheld == reference.withheld


def by_child(result: Result) -> dict[str, Row]:
    """The cases, by the pseudonym of their child."""
    return {case["person_id"]: case for case in result.absences}
