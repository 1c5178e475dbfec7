"""The slow second implementation on a delivery: `python -m benchmarks.against_reference DELIVERY WORK`.

`tests/reference` was written from the texts of the rules, in plain Python over lists. It must find the evidence and the
cases that the program finds. It holds all rows in memory: a 64th of the country takes a minute and 1 GB.
"""

import csv
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from benchmarks import generate
from benchmarks.peers import REGISTER_DATE
from brp_signals import pipeline
from brp_signals.delivery.contract import REQUIRED
from tests.reference.model import evaluate
from tests.reference.shapes import Delivery, Result, Row, Settings, Source
from tests.support.engine import read_result

SETTINGS = Settings(sources=tuple(Source(code, kind, generate.RETENTION_DAYS) for code, kind, _ in generate.SOURCES))
_CALENDAR = re.compile(REGISTER_DATE)
_DATES = ("_date", "_on", "_from")


def by_the_program(delivery: Path, work: Path) -> Result:
    """What the steps of a night find, up to the order of the cases."""
    configuration = generate.configuration_of(delivery)
    with pipeline.open_night(delivery, state=work / "state", output=work / "output", config=configuration) as night:
        for name in pipeline.STEPS[: pipeline.STEPS.index("rank") + 1]:
            night.run_step(name)
        return read_result(night)


def by_the_reference(delivery: Path) -> Result:
    """What the second implementation finds in the same files."""
    tables = {table: list(_rows(delivery, table)) for table in REQUIRED}
    return evaluate(Delivery(**tables), generate.REFERENCE_DATE, SETTINGS)


def _rows(delivery: Path, table: str) -> Iterator[Row]:
    """The rows that are valid one by one, which is all that the reference knows."""
    with (delivery / f"{table}.csv").open(encoding="ascii", newline="") as file:
        reader = csv.DictReader(file)
        dates = [name for name in reader.fieldnames or () if name.endswith(_DATES)]
        for row in reader:
            if all(_is_date(row[name]) for name in dates):
                # Most cells repeat: one text for all of them.
                yield {name: sys.intern(cell) for name, cell in row.items()}


@cache
def _is_date(text: str) -> bool:
    return not text or _CALENDAR.fullmatch(text.replace("-", "")) is not None


def differences(one: Result, other: Result) -> list[str]:
    """What differs, in words and numbers; empty when both found the same."""
    found = []
    if n_other := len(one.evidence ^ other.evidence):
        found.append(f"{n_other} pieces of evidence")
    cases, other_cases = ({case["case_id"]: case for case in result.cases} for result in (one, other))
    if n_other := sum(cases.get(key) != other_cases.get(key) for key in cases.keys() | other_cases.keys()):
        found.append(f"{n_other} cases")
    return found


if __name__ == "__main__":
    program, reference = by_the_program(Path(sys.argv[1]), Path(sys.argv[2])), by_the_reference(Path(sys.argv[1]))
    different = differences(program, reference)
    sys.stdout.write(f"{len(program.evidence)} pieces of evidence, {len(program.cases)} cases; ")
    sys.stdout.write(f"different: {', '.join(different)}\n" if different else "the reference finds the same\n")
    raise SystemExit(1 if different or not program.cases else 0)
