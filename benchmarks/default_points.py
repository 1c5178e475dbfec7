"""`make points`: the default points of each piece of evidence, from the public seeds of *departed on paper*.

The nights of the levels low, mid and high are run as a municipality would run them. What each case rested on is then
held against the truth, and the additive model is fitted on all three levels together, each counting the same, with
coefficients drawn towards nothing: robust rather than best at one. Nothing is read of the seeds on which results are
told.
"""

import json
import re
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.departed_on_paper.deliveries import write_world
from benchmarks.departed_on_paper.entrant import run_nights
from benchmarks.departed_on_paper.reading import read_truth
from benchmarks.departed_on_paper.scoring import judged
from benchmarks.departed_on_paper.world import PUBLIC_SEEDS, build
from brp_signals.base.config import is_against
from brp_signals.base.warehouse import resource
from brp_signals.evaluation.additive import Additive, fit

LEVELS = ("low", "mid", "high")
#: Every third night: a case that stands on all of them counts once in a while, not twelve times.
_EACH_NIGHT = 3
#: So many rows' worth of doubt draw each coefficient to nothing; more where the world's assumptions about families, for
#: which there are no figures, say nearly all.
_RIDGE = 4.0
_RIDGE_OF = {"unknown-destination": 200.0}
#: Somebody saw or expected the child: such a sign asks its question also by itself, whatever these worlds say of it.
_LEAST_OF_ACTIVE = 0.7
_ACTIVE = ("L-02", "L-03", "L-04", "M-01", "M-02")
_DRAWS = 200
#: The benchmark has no provisions of a municipality: they weigh as the other report by a body.
_WEIGHS_AS = {"M-02": "M-01"}


def main() -> None:
    """Fit and write `sql/weigh/points.toml`; the words and reasons in it stay."""
    table = Path(str(resource("sql") / "weigh" / "points.toml"))
    cases = pd.concat([_cases(level) for level in LEVELS], ignore_index=True)
    table.write_text(with_points(table.read_text(encoding="utf-8"), *fitted(cases)), encoding="utf-8")


def _cases(level: str) -> pd.DataFrame:
    """One row a case and night: `pieces` joined by `|`, `is_wrong`, `town`, `level`."""
    with tempfile.TemporaryDirectory(prefix="default-points-") as name:
        work = Path(name)
        nights = write_world(build(PUBLIC_SEEDS, level), work / "world")
        truth, kept = read_truth(work / "world"), list[pd.DataFrame]()

        def keep(night: Path) -> None:
            if nights.index(night) % _EACH_NIGHT == _EACH_NIGHT - 1:
                kept.append(_with_truth(_weighed(work / "run" / "state"), judged(truth, pd.Timestamp(night.name))))

        run_nights(nights, work / "run", keep)
    return pd.concat(kept, ignore_index=True).assign(level=level)


def _weighed(state: Path) -> pd.DataFrame:
    """What the last run kept for `explain`: of each case the pieces that weigh."""
    (file,) = state.glob("last_run-*.json")
    cases = json.loads(file.read_text(encoding="utf-8"))["cases"]
    rows = [(case["person_id"], "|".join(piece["code"] for piece in case["pieces"])) for case in cases]
    return pd.DataFrame(rows, columns=["person_id", "pieces"]).drop_duplicates("person_id")


def _with_truth(cases: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    weighed = cases[(cases["pieces"] != "") & cases["person_id"].isin(truth.index)]
    return weighed.join(truth[["is_wrong", "town"]], on="person_id")


def fitted(cases: pd.DataFrame) -> tuple[Additive, list[str], dict[str, tuple[float, float]]]:
    """The model, the pieces in the order of its columns, and of each the 95 % interval when towns are drawn anew."""
    pieces = cases["pieces"].str.get_dummies("|").astype(float)
    names = list(pieces.columns)
    model = _fit(cases, pieces)
    chance, towns = np.random.default_rng(0), cases["town"].unique()
    rows_of = {town: cases.index[cases["town"] == town] for town in towns}
    drawn = []
    for _ in range(_DRAWS):
        rows = np.concatenate([rows_of[town] for town in chance.choice(towns, len(towns))])
        drawn.append(_fit(cases.loc[rows], pieces.loc[rows]).coefficients)
    low, high = np.quantile(np.array(drawn), [0.025, 0.975], axis=0)
    return model, names, {name: (low[nth], high[nth]) for nth, name in enumerate(names)}


def _fit(cases: pd.DataFrame, pieces: pd.DataFrame) -> Additive:
    of_level = cases.groupby("level")["is_wrong"].transform("size")
    weights = (len(cases) / of_level / cases["level"].nunique()).to_numpy(float)
    against = np.array([is_against(name) for name in pieces.columns])
    nothing = Additive(0.0, np.zeros(len(pieces.columns)))
    ridge = np.array([_RIDGE_OF.get(name, _RIDGE) for name in pieces.columns])
    least = np.array([_LEAST_OF_ACTIVE if name in _ACTIVE else 0.0 for name in pieces.columns])
    return fit(pieces.to_numpy(float), cases["is_wrong"].to_numpy(float), weights, nothing, against, ridge, least)


def with_points(text: str, model: Additive, names: Sequence[str], intervals: dict[str, tuple[float, float]]) -> str:
    """The table with other points; raises KeyError for a piece that has no row in it."""
    rows = {
        name: (_points(value), *map(_points, intervals[name]))
        for name, value in zip(names, model.coefficients, strict=True)
    }
    rows |= {name: rows[other] for name, other in _WEIGHS_AS.items() if other in rows}
    if unknown := set(rows) - set(tomllib.loads(text)["pieces"]):
        raise KeyError(
            f"Pieces of evidence without a row in points.toml: {sorted(unknown)}; add them with their words."
        )
    text = re.sub(r"^base = .*$", f"base = {_points(model.base)}", text, flags=re.MULTILINE)
    for name, (points, low, high) in rows.items():
        head = re.escape(f'[pieces."{name}"]')
        of_piece = rf"\g<1>points = {points}\ninterval = [{low}, {high}]\n"
        text = re.sub(rf"({head}\n)points = .*\ninterval = .*\n", of_piece, text)
    return text


def _points(log_odds: float) -> str:
    """Ten points for one of log-odds, in whole points."""
    return f"{round(log_odds * 10):d}.00".replace("-0.00", "0.00")


if __name__ == "__main__":
    main()
