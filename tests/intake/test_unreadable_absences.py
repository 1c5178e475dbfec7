"""Doubt protects: a child of whom some row cannot be read is on no list of absences: that row may be the reason."""

import pytest

from tests.spec.builders import Outcome, expectations_of, settings_of
from tests.support.engine import run_engine
from tests.support.unreadable import damaged, situation

pytestmark = pytest.mark.long


def test_a_row_that_cannot_be_read_leaves_its_child_out() -> None:
    case = situation()
    found = Outcome(run_engine(damaged(case), case.reference_date, settings_of(case)))
    differences = found.differences(expectations_of(case))
    assert not differences, "\n".join(differences)
