"""Whatever garbage stands between good rows, wherever: every row is accounted for at its own line, and what the good
rows say does not change."""

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brp_signals.delivery.contract import REQUIRED
from tests.intake.staged import TODAY
from tests.intake.told import tell
from tests.properties.evaluators import few
from tests.reference.populations import SETTINGS, population
from tests.support.deliveries import describe, write_delivery, write_manifest
from tests.support.engine import configuration, run_engine

pytestmark = pytest.mark.long

#: One garbage line for a table of `n` columns; every one of them must be set aside, and blank lines skipped.
KINDS = (
    lambda n, rng: "x",
    lambda n, rng: "," * (n - 1),
    lambda n, rng: ",".join("x" * (n + rng.randint(1, 9))),
    lambda n, rng: ",".join("x" * rng.randint(1, n - 1)),
    lambda n, rng: '"a"b' + "," * (n - 1),
    lambda n, rng: "y" * 70_000 + "," * (n - 1),
    lambda n, rng: "é\u202e\U0001f9d2,=1+1" + "," * (n - 2),
    lambda n, rng: "A" * 32 + "," * (n - 1),
    lambda n, rng: "0123456789abcdef" * 2 + ",99999999" * (n - 1),
    lambda n, rng: '"one, two"' + "," * (n - 1),
    lambda n, rng: " \t",
)


def litter(path: Path, rng: random.Random, is_plain: bool) -> tuple[int, list[int]]:
    """Mix garbage and blank lines into a file; returns its number of rows and the lines of the garbage.

    A plain file has LF only, no blank lines, no quotes and no long lines: it takes the fast way through intake.
    """
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    n = header.count(",") + 1
    kinds = [kind for number, kind in enumerate(KINDS) if not is_plain or number not in (4, 5, 9)]
    lines = [(row, "row") for row in rows]
    for _ in range(rng.randint(1, 15)):
        lines.insert(rng.randint(0, len(lines)), (rng.choice(kinds)(n, rng), "garbage"))
    for _ in range(0 if is_plain else rng.randint(0, 6)):
        lines.insert(rng.randint(0, len(lines)), ("", "blank"))
    text = header + "\n"
    for number, (line, _) in enumerate(lines):
        is_followed_by_blank = number + 1 < len(lines) and not lines[number + 1][0]
        ends = ["\n"] if is_plain else ["\n", "\r\n"] if is_followed_by_blank or not line else ["\n", "\r\n", "\r"]
        text += line + rng.choice(ends)
    path.write_bytes(text.encode())
    garbage = [number for number, (_, what) in enumerate(lines, 2) if what == "garbage"]
    return len(rows) + len(garbage), garbage


@given(st.integers(0, 2**32), st.booleans())
@few(6)
def test_garbage_between_the_rows_changes_no_case(seed: int, is_plain: bool) -> None:
    rng = random.Random(seed)
    delivery = population(seed, 12, TODAY)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = {table: getattr(delivery, table) for table in REQUIRED}
        write_delivery(folder / "delivery", tables, TODAY, SETTINGS.scope)
        (folder / "c.toml").write_text(configuration(SETTINGS), encoding="utf-8")
        entries, garbage = {}, {}
        for path in sorted((folder / "delivery").glob("*.csv")):
            n_rows, garbage[path.name] = litter(path, rng, is_plain)
            entries[path.stem] = {"files": [describe(path, n_rows)]}
        write_manifest(folder / "delivery", entries, TODAY, SETTINGS.scope)
        told = tell(folder)
    assert told.set_aside == garbage
    for entry in told.account["tables"].values():
        for file in entry["files"]:
            assert file["quarantined"] >= len(garbage[file["name"]])
            assert min(file["kept"], file["not_needed"]) >= 0
            assert file["rows_read"] == file["kept"] + file["not_needed"] + file["quarantined"]
    clean = run_engine(delivery, TODAY, SETTINGS, [])
    assert told.result.cases == clean.cases
    assert told.result.evidence == clean.evidence
    assert told.result.counts == clean.counts
