"""A few of the runs of `python -m tests.simulation.pooling`, in every test run."""

from statistics import mean

import pytest

from tests.simulation.pooling import Pool, moved_by_chance, refused_by_groups

pytestmark = pytest.mark.long


def test_shared_files_beat_the_default_on_later_cases() -> None:
    made = [Pool.made(seed) for seed in (1, 2)]
    assert mean(each.gain(each.pooled(each.shares).weights) for each in made) > 0.01


def test_one_city_moves_little_where_the_default_is_right() -> None:
    assert moved_by_chance(15) <= 0.06


def test_groups_that_mean_nothing_hardly_ever_refuse() -> None:
    assert max(refused_by_groups(4, number) for number in (10, 20)) <= 0.1
