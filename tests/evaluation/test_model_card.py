"""The model card of learned weights is what the code says, as `make docs` writes it."""

from brp_signals.evaluation import learned, measures
from tests.evaluation.model_card import PAGE, with_table


def test_the_model_card_is_up_to_date() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == with_table(text), "Run `make docs`."


def test_the_model_card_tells_the_conditions_as_they_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for number in (learned.FEWEST_DECIDED, learned.FEWEST_CONTROLS, measures.FEWEST_IN_GROUP, measures.FEWEST_IN_BAND):
        assert f" {number} " in text
    assert f" {measures.BANDS} bands" in text
    assert f" {learned.LEAST_GAIN} " in text
    for share in (
        learned.LEAST_COVERAGE,
        learned.EARLIER_SHARE,
        measures.MOST_MISCALIBRATED,
        measures.LEAST_RATIO,
        learned.MOST_BY_CHANCE,
    ):
        assert f"{share:.0%}" in text
