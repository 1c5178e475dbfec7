"""I-9: unrelated persons change no other child's case; only places in the order of work may move."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.properties.evaluators import Evaluator, few, without
from tests.reference.populations import REFERENCE_DATES, SETTINGS, decisions, population
from tests.reference.shapes import Result


@given(st.integers(0, 2**32), st.integers(0, 2**32), st.sampled_from(REFERENCE_DATES))
@few(2)
def test_two_populations_together_give_what_each_gives_alone(
    evaluator: Evaluator, seed: int, other_seed: int, today: date
) -> None:
    one = population(seed, 80, today)
    other = population(other_seed + 2**32 + 1, 80, today)
    decided = decisions(one, seed, today)
    together = evaluator(one + other, today, SETTINGS, decided)
    alone = [evaluator(one, today, SETTINGS, decided), evaluator(other, today, SETTINGS, decided)]

    assert all(result.cases for result in alone)
    assert together.evidence == alone[0].evidence | alone[1].evidence
    assert _cases(together) == sorted(_cases(alone[0]) + _cases(alone[1]), key=repr)
    assert together.counts == alone[0].counts + alone[1].counts


def _cases(result: Result) -> list[dict[str, object]]:
    return sorted((without(case, "rank") for case in result.cases), key=repr)
