"""Reading a list ten times as long takes no more memory."""

import tracemalloc
from pathlib import Path

import pytest

from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats.open_source import open_source
from tests.gateway.listed import Desk, csv_bytes, edexml, pupil
from tests.gateway.rubric import SCHOOL_HEADER, school_row

pytestmark = pytest.mark.long


def _peak(profile: str, path: Path) -> int:
    tracemalloc.start()
    try:
        reader = open_source(profile, path)
        assert reader.kind == "enrolments"
        assert sum(1 for _ in reader.rows(Findings())) > 100
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("profile", ["school-csv", "edexml"])
def test_memory_does_not_grow_with_the_file(desk: Desk, profile: str) -> None:
    def content(rows: int) -> bytes:
        if profile == "edexml":
            return edexml(*(pupil(serial) for serial in range(rows)))
        return csv_bytes([SCHOOL_HEADER, *(school_row(serial) for serial in range(rows))])

    short, long = (_peak(profile, desk.file("f", content(rows))) for rows in (1_000, 10_000))
    assert long < short + 200_000
