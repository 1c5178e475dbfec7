"""A seeded sample of the mutation check; `make mutation` runs it whole."""

import random

import pytest

from tests.mutation.laboratory import Laboratory, orders_notice, spec_populations
from tests.mutation.mutants import TESTS_OF_NIGHTS, python_mutants, sql_files, sql_mutants
from tests.mutation.verdicts import judge_python, judge_sql, tolerated

pytestmark = pytest.mark.long

SEED = 20140101
FILES, MUTANTS_PER_FILE, PYTHON_MUTANTS = 9, 3, 5


def no_progress(*_: object) -> None:
    """Nobody looks."""


def test_a_sample_of_sql_mutants_is_noticed() -> None:
    rng = random.Random(SEED)
    allowed = tolerated()
    sample = []
    of_one_night = [file for file in sql_files() if file not in TESTS_OF_NIGHTS]  # the others take minutes
    for file in rng.sample(of_one_night, FILES):
        mutants = [mutant for mutant in sql_mutants(file) if mutant.key not in allowed]
        sample += rng.sample(mutants, min(MUTANTS_PER_FILE, len(mutants)))
    survivors = [verdict.mutant.key for verdict in judge_sql(sample, no_progress) if verdict.outcome == "survived"]
    assert survivors == []


def test_a_sample_of_dates_mutants_is_noticed() -> None:
    allowed = tolerated()
    mutants = [mutant for mutant in python_mutants() if mutant.key not in allowed]
    sample = random.Random(SEED).sample(mutants, PYTHON_MUTANTS)
    survivors = [verdict.mutant.key for verdict in judge_python(sample, no_progress) if verdict.outcome != "killed"]
    assert survivors == []


def test_the_laboratory_finds_no_fault_in_the_unchanged_sql_and_one_in_a_changed_one() -> None:
    populations = spec_populations()
    of_absences = next(one for one in populations if one.settings.absence)
    laboratory = Laboratory([populations[0], of_absences])
    try:
        assert laboratory.faults() == []
        for file, change, said in (
            ("rules/l_03_absence_report.sql", "gte to gt", "L-03"),
            ("absence/leavers.sql", "eq to neq", "R-01"),
            ("facts/absences.sql", "eq to neq", "R-01"),
        ):
            mutant = next(mutant for mutant in sql_mutants(file) if mutant.change == change)
            assert said in laboratory.notices(file, mutant.text)
    finally:
        laboratory.close()


def test_rows_with_the_same_seq_have_the_order_of_the_spec() -> None:
    assert orders_notice() == ""


def test_mutants_of_every_kind_are_made() -> None:
    made = {mutant.change for mutant in sql_mutants("rules/b_01_parent_stayed.sql")}
    assert {"lte to lt", "and to or", "condition dropped", "not removed", "number +1", "sub to add"} <= made
    joins = [mutant for mutant in sql_mutants("facts/parents.sql") if mutant.change == "left to inner join"]
    assert len(joins) == 3
