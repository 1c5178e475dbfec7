"""Each detector finds what it is for, on series that a person can check by eye, and is silent otherwise."""

import numpy as np
import pytest

from brp_signals.watch import detectors
from brp_signals.watch.scores import HIGHEST, score
from tests.watch.series import points

SURE = 1e-6


def test_a_list_of_half_its_length_is_far_from_usual() -> None:
    half, ordinary = detectors.level(points([300, 302, 299, 301, 150], [300, 302, 299, 301, 304]))
    assert half < SURE
    assert ordinary > 0.05


def test_a_series_that_moves_much_may_move_much() -> None:
    (chance,) = detectors.level(points([100, 160, 60, 140, 80, 170, 50]))
    assert chance > 0.05


def test_one_wild_night_does_not_make_the_next_one_usual() -> None:
    (chance,) = detectors.level(points([300, 301, 299, 900, 300, 150]))
    assert chance < SURE


def test_one_point_says_nothing_of_what_is_usual() -> None:
    assert list(detectors.level(points([300, 150], [150]))) == [1, 1]


@pytest.mark.parametrize(("side", "found"), [("both", True), ("higher", True), ("lower", False)])
def test_a_measure_may_be_looked_at_on_one_side(side: str, found: bool) -> None:
    (chance,) = detectors.level(points([3, 3, 4, 3, 60], least_noise=4.0, side=side))
    assert bool(chance < SURE) is found


def test_a_share_moves_as_much_as_its_number_of_people_lets_it() -> None:
    few = detectors.level(points([0.3, 0.3, 0.3, 0.45], unit="share", size=20.0, least_noise=0.0, noise_share=0.02))
    many = detectors.level(points([0.3, 0.3, 0.3, 0.45], unit="share", size=2000.0, least_noise=0.0, noise_share=0.02))
    assert few > 0.01
    assert many < SURE


def test_more_is_ordinary_in_a_season_than_outside_it() -> None:
    row = [300, 301, 299, 240]
    march = detectors.level(points(row, season="school_year", month=3))
    september = detectors.level(points(row, season="school_year", month=9))
    assert march < SURE
    assert september > 0.01


def test_a_list_of_people_who_stay_moves_by_those_who_come_and_go() -> None:
    growing = [100, 102, 105, 107, 110, 112]
    doubled, ordinary = detectors.step(points([*growing, 126], [*growing, 116], unit="stock"))
    assert doubled < SURE
    assert ordinary > 0.01


def test_one_point_before_is_enough_for_a_step() -> None:
    one, none = detectors.step(points([100, 70], [70], unit="stock"))
    assert one < SURE
    assert none == 1


def test_a_step_of_a_share_is_one_of_its_own_people() -> None:
    rare, half = detectors.step(
        points([0.006, 0.006, 0.006, 0.003], [0.5, 0.5, 0.5, 0.498], unit="part", size=30000.0, least_noise=0.0)
    )
    assert rare < SURE
    assert half > 0.01


def test_no_step_is_looked_for_before_a_list_of_this_school_year() -> None:
    row = [300, 301, 299, 260]
    assert list(detectors.step(points(row, unit="stock", season="school_year", is_settled=False))) == [1]


def test_a_school_that_loses_three_in_a_hundred_a_week_declines() -> None:
    steady = [300, 301, 299, 300, 302, 300, 299, 301]
    declining = [*steady, 292, 283, 274]
    one_jump = [*steady, 274, 275, 274]
    growing = [*steady, 310, 320, 330]
    found = detectors.drift(points(declining, one_jump, growing, [*steady, 300, 299, 300], unit="stock"))
    assert found[0] < 1e-4
    assert min(found[1:]) > 0.01


def test_a_share_that_creeps_up_drifts_and_one_that_leaps_does_not() -> None:
    steady = [0.2, 0.2, 0.205, 0.2, 0.2, 0.195, 0.2, 0.2, 0.2]
    creeping = [*steady, *(0.2 + 0.01 * week for week in range(1, 9))]
    leaping = [*steady[:8], *[0.2] * 8, 0.28]
    found = detectors.drift(points(creeping, leaping, [*steady, *steady[1:]], unit="part", size=500.0))
    assert found[0] < 1e-4
    assert min(found[1:]) > 0.01


def test_a_count_that_stops_is_found_on_the_scale_of_its_root() -> None:
    stopped, low = detectors.level(points([*[24] * 8, 0], [*[24] * 8, 12], least_noise=6.0, noise_share=0.15))
    assert stopped < 1e-5
    assert low > 0.01


def test_a_number_that_changed_every_night_stands_still() -> None:
    changing = [float(number) for number in range(30)]
    seldom = [float(number // 2) for number in range(30)]
    still, other = detectors.frozen(points([*changing, 29, 29, 29], [*seldom, 14, 14, 14], unit="stock"))
    assert still < 1e-4
    assert other == 1


def test_a_slow_rise_of_faults_adds_up_before_it_is_large() -> None:
    slow = [2, 1, 2, 3, 2, 2, 1, 2, 2, 2, 3, 5, 7, 9, 11]
    few = [2, 1, 2, 3, 2, 2, 1, 2, 2, 2, 3, 2, 3, 2, 4]
    found = detectors.cusum(points(slow, few, unit="faults"))
    assert found[0] < 1e-4
    assert found[1] == 1


def test_a_single_leap_of_faults_is_found_at_once() -> None:
    (chance,) = detectors.cusum(points([1, 1, 0, 1, 1, 52], unit="faults"))
    assert chance < SURE


def test_a_list_that_never_changes_again_is_frozen_where_lists_change() -> None:
    changing = [float(number) for number in range(20)]
    (frozen, other) = detectors.frozen(points([*changing, 99, 99, 99, 99, 99, 99], [*changing, 20], unit="mark"))
    assert frozen < 1e-4
    assert other == 1


def test_a_list_that_changes_seldom_may_stay_the_same() -> None:
    (chance,) = detectors.frozen(points([1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3], unit="mark"))
    assert chance > 0.01


def test_an_old_list_comes_again() -> None:
    old, came_and_went = detectors.repeated(points([5, 6, 7, 8, 9, 5], [5, 6, 7, 8, 9, 8], unit="mark"))
    assert old == 0
    assert came_and_went == 1


def test_a_last_day_never_goes_back_but_for_a_correction() -> None:
    back, corrected = detectors.back(points([9000, 9007, 9014, 8983], [9000, 9014, 9010], unit="day", least_noise=7.0))
    assert back == 0
    assert corrected == 1


def test_codes_that_change_places_are_told_of_the_one_that_moved_most() -> None:
    rows = ([0.6, 0.6, 0.6, 0.6], [0.3, 0.3, 0.3, 0.0], [0.1, 0.1, 0.1, 0.4])
    found = detectors.codes(points(*rows, unit="code", size=500.0))
    assert found.argmin() == 1
    assert found.min() < SURE
    assert sum(found < 1) == 1


def test_codes_that_move_a_little_are_ordinary() -> None:
    rows = ([0.6, 0.6, 0.6, 0.58], [0.3, 0.3, 0.3, 0.32], [0.1, 0.1, 0.1, 0.1])
    assert list(detectors.codes(points(*rows, unit="code", size=500.0))) == [1, 1, 1]


def test_a_flag_that_is_up_is_certain() -> None:
    scores, named = score(points([1.0], unit="flag"))
    assert scores[0] == HIGHEST
    assert named[0] == "flag"


def test_what_one_of_many_series_does_by_chance_is_no_alarm() -> None:
    """A thousand ordinary series of a year: no more than a few of all their nights are called certain."""
    rng = np.random.default_rng(1)
    alarms = 0
    for _night in range(26):
        rows = rng.normal(300, 4, (1000, 20)).round()
        scores, _ = score(points(*rows.tolist()))
        alarms += int((scores > 3).sum())
    assert alarms <= 1


def test_the_same_change_counts_for_less_among_more_series() -> None:
    changed, ordinary = [300, 301, 299, 300, 262], [300, 301, 299, 300, 300]
    alone, _ = score(points(changed))
    among, _ = score(points(changed, *[ordinary] * 999))
    assert alone[0] > among[0]
