"""Series for tests of detectors, as a few numbers."""

from collections.abc import Sequence

import numpy as np

from brp_signals.watch.nights import MOST
from brp_signals.watch.points import Points


def points(*rows: Sequence[float], unit: str = "count", month: int = 3, **measure: object) -> Points:
    """Series of one measure, a row a series: its points in order, tonight's last."""
    earlier = np.full((len(rows), MOST), np.nan)
    for at, row in enumerate(rows):
        earlier[at, MOST - len(row) + 1 :] = row[:-1]

    def same(name: str, value: object) -> np.ndarray:
        return np.array([measure.get(name, value)] * len(rows), dtype=object if isinstance(value, str) else float)

    return Points(
        value=np.array([row[-1] for row in rows], dtype=float),
        size=same("size", float("nan")),
        earlier=earlier,
        of_all_years=earlier,
        unit=same("unit", unit),
        side=same("side", "both"),
        season=same("season", ""),
        least_noise=same("least_noise", 3.0),
        noise_share=same("noise_share", 0.025),
        month=np.array([month] * len(rows)),
        subject=same("subject", "one"),
        is_settled=np.array([measure.get("is_settled", True)] * len(rows)),
    )
