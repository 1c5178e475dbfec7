"""The default points: fitted within their bounds, written into their table and nowhere else."""

import tomllib

import numpy as np
import pandas as pd
import pytest

from benchmarks import default_points
from benchmarks.default_points import fitted, with_points
from brp_signals.evaluation.additive import Additive, fit

_TABLE = """# Words stay.
base = 1.00

[pieces."L-04"]
points = 0.00
interval = [0.00, 0.00]
text_nl = "Toets"

[pieces."M-01"]
points = 0.00
interval = [0.00, 0.00]
text_nl = "Melding"

[pieces."M-02"]
points = 0.00
interval = [0.00, 0.00]
text_nl = "Voorziening"
"""


def _cases(n_towns: int = 20) -> pd.DataFrame:
    rows = []
    for town in range(n_towns):
        for level in ("low", "mid"):
            rows += [("L-04", True, town, level)] * 8 + [("L-04", False, town, level)] * 2
            rows += [("L-03|C-01", True, town, level)] * 1 + [("L-03|C-01", False, town, level)] * 9
            rows += [("L-03", True, town, level)] * 2 + [("L-03", False, town, level)] * 8
    return pd.DataFrame(rows, columns=["pieces", "is_wrong", "town", "level"])


def test_what_is_right_more_often_weighs_more_and_evidence_against_takes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(default_points, "_DRAWS", 20)  # enough for intervals that hold the points
    model, names, intervals = fitted(_cases())
    points = dict(zip(names, model.coefficients, strict=True))
    assert points["L-04"] > 1 > points["L-03"] >= 0 > points["C-01"]
    assert all(low <= points[name] <= high for name, (low, high) in intervals.items())


def test_no_piece_leans_the_other_way_whatever_the_cases_say() -> None:
    pieces = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]] * 50)
    is_hit = np.array([0.0, 1.0, 0.5] * 50).round()
    found = fit(pieces, is_hit, np.ones(150), Additive(0.0, np.zeros(2)), np.array([False, True]), 1.0)
    assert found.coefficients[0] >= 0 >= found.coefficients[1]


def test_few_cases_move_little_from_the_prior_and_many_decide() -> None:
    prior, against = Additive(-1.0, np.array([2.0])), np.array([False])

    def learned(n: int) -> float:
        pieces, is_hit = np.array([[1.0], [0.0], [0.0]] * n), np.array([0.0, 1.0, 0.0] * n)
        return float(fit(pieces, is_hit, np.ones(3 * n), prior, against, 4.0).coefficients[0])

    assert 2.0 > learned(1) > learned(10) > learned(1000) >= 0


def test_points_are_written_and_words_stay() -> None:
    model = Additive(-2.04, np.array([1.26, 0.7]))
    written = with_points(_TABLE, model, ["L-04", "M-01"], {"L-04": (1.0, 1.5), "M-01": (0.1, 0.9)})
    table = tomllib.loads(written)
    assert table["base"] == -20
    assert table["pieces"]["L-04"] == {"points": 13, "interval": [10, 15], "text_nl": "Toets"}
    assert written.count("\n") == _TABLE.count("\n")
    # No world has a provision of the municipality: it weighs as the other report by a body.
    assert table["pieces"]["M-02"]["points"] == table["pieces"]["M-01"]["points"] == 7


def test_a_piece_without_words_is_refused() -> None:
    with pytest.raises(KeyError, match="L-09"):
        with_points(_TABLE, Additive(0.0, np.array([1.0])), ["L-09"], {"L-09": (0.0, 1.0)})
