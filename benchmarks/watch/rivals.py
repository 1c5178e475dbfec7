"""What the watch competes with, on the same series: fixed limits, and two novelty detectors of scikit-learn.

Fixed limits compare each value with that of the night before. The novelty detectors learn the changes of every night
before, one vector a subject and night, and are set to cry wolf on about one in a thousand of what they learned from.
"""

import itertools
import warnings
from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy as np
import polars as pl

from benchmarks.watch.change import Subject

_SUBJECT: Final = ("subject_kind", "subject")
_SERIES: Final = (*_SUBJECT, "source", "measure", "unit")
#: A count may move by a fifth and five, a share by a tenth, days by two weeks.
_RATIO, _LEAST, _SHARE, _DAYS = 0.2, 5, 0.1, 14
_COUNTS: Final = ("count", "stock", "faults")
#: What is certain or has no size is no number to compare.
_UNUSED: Final = ("flag", "mark", "day")
_CONTAMINATION = 0.001
#: Learning from fewer vectors than these makes no sense.
_FEWEST = 20


class Rival(Protocol):
    """Names the subjects that look wrong tonight, from the series of the night before and of tonight."""

    def alarmed(self, before: pl.DataFrame, tonight: pl.DataFrame) -> frozenset[Subject]: ...


def moves(before: pl.DataFrame, tonight: pl.DataFrame) -> pl.DataFrame:
    """How every series moved from one night to the next; `move` is a difference, of counts also a ratio."""
    both = before.join(tonight, on=list(_SERIES), how="full", suffix="_now", coalesce=True, nulls_equal=True)
    return both.filter(~pl.col("unit").is_in(_UNUSED)).with_columns(
        (pl.col("value_now") - pl.col("value")).alias("move"),
        ((pl.col("value_now") + 1).log() - (pl.col("value") + 1).log()).alias("ratio"),
    )


class FixedLimits:
    """The same limits for everybody."""

    def alarmed(self, before: pl.DataFrame, tonight: pl.DataFrame) -> frozenset[Subject]:
        """Subjects of which a value moved further than its limit, or of which all series ended."""
        moved = moves(before, tonight)
        is_far = (
            pl.when(pl.col("unit") == "days")
            .then(pl.col("move").abs() > _DAYS)
            .when(pl.col("unit").is_in(_COUNTS))
            .then((pl.col("move").abs() >= _LEAST) & (pl.col("move").abs() > _RATIO * pl.col("value").abs()))
            .otherwise(pl.col("move").abs() > _SHARE)
        )
        far = moved.filter(is_far.fill_null(value=False))
        ended = before.select(_SUBJECT).unique().join(tonight.select(_SUBJECT).unique(), on=_SUBJECT, how="anti")
        return frozenset((kind, name) for kind, name in pl.concat([far.select(_SUBJECT), ended]).unique().iter_rows())


class Learned:
    """A novelty detector for each kind of subject, of vectors of moves."""

    def __init__(self, kind: str, history: Sequence[pl.DataFrame]) -> None:
        self._models: dict[str, tuple[Any, list[str], Any, Any]] = {}
        pairs = [_vectors(before, tonight) for before, tonight in itertools.pairwise(history)]
        for subject_kind in sorted({name for pair in pairs for name in pair}):
            tables = [pair[subject_kind] for pair in pairs if subject_kind in pair]
            rows = pl.concat(tables, how="diagonal").fill_null(0.0)
            if len(rows) >= _FEWEST:
                self._models[subject_kind] = _fitted(kind, rows)

    def alarmed(self, before: pl.DataFrame, tonight: pl.DataFrame) -> frozenset[Subject]:
        """Subjects whose moves are unlike all that was learned."""
        found: set[Subject] = set()
        for subject_kind, rows in _vectors(before, tonight).items():
            if subject_kind in self._models and len(rows):
                model, columns, middle, width = self._models[subject_kind]
                known = rows.select(
                    pl.col(name) if name in rows.columns else pl.lit(0.0).alias(name) for name in columns
                )
                scores = model.predict((known.fill_null(0.0).to_numpy() - middle) / width)
                found |= {
                    (subject_kind, name) for name, score in zip(rows["subject"], scores, strict=True) if score < 0
                }
        return frozenset(found)


def _vectors(before: pl.DataFrame, tonight: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """One row for each subject, one column for each measure (and source), of each kind of subject."""
    moved = moves(before, tonight).with_columns(
        pl.when(pl.col("unit").is_in(_COUNTS))
        .then("ratio")
        .otherwise("move")
        .fill_null(0.0)
        .fill_nan(0.0)
        .alias("moved"),
        pl.concat_str([pl.col("measure"), pl.col("source").fill_null("")], separator="/").alias("name"),
    )
    return {
        str(kind[0]): rows.pivot("name", index="subject", values="moved", aggregate_function="first")
        for kind, rows in moved.group_by("subject_kind")
    }


def _fitted(kind: str, rows: pl.DataFrame) -> tuple[Any, list[str], Any, Any]:
    from sklearn.ensemble import IsolationForest
    from sklearn.neighbors import LocalOutlierFactor

    columns = [name for name in rows.columns if name != "subject"]
    values = rows.select(columns).to_numpy()
    middle, width = values.mean(axis=0), values.std(axis=0)
    width = np.where(width > 0, width, 1.0)
    model = (
        IsolationForest(contamination=_CONTAMINATION, random_state=0)
        if kind == "IsolationForest"
        else LocalOutlierFactor(n_neighbors=min(20, len(values) - 1), novelty=True, contamination=_CONTAMINATION)
    )
    with warnings.catch_warnings():
        # Many nights without any move are duplicates, of which the local outlier factor warns.
        warnings.simplefilter("ignore")
        model.fit((values - middle) / width)
    return model, columns, middle, width
