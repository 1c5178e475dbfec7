"""What may be published: every count to the nearest five, and nothing that is made of an exact count.

So the page never says a small count, none, or all of some. A rounded count hides which of five numbers it was, even
from a reader who knows how it was made; but a table and its total may together leave only one. So the finished page is
checked against every page of exact counts that would be published the same (`Page`), and a table from which an exact
count would follow is left out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Final

from brp_signals.evaluation.intervals import wilson

BASE: Final = 5
_HALF: Final = BASE // 2
#: The fewest cases of which a share is published.
FEWEST_IN_SHARE: Final = 10
#: The variance that rounding adds to a count, between that of its errors (2) and its greatest one squared (4): with 2
#: intervals of small shares cover too seldom, with 4 too often.
ROUNDING: Final = 3.0

Told = dict[str, Any]
#: The hits and the number of one row, among the counts of a page.
Place = tuple[int, int]
#: Hits, all, and those that were no hit: what is known of a row is known of each.
_SIDES: Final = (((0, 1),), ((1, 1),), ((1, 1), (0, -1)))


def told_count(number: int) -> int:
    """Round a count for publication: to the nearest five."""
    return BASE * ((number + _HALF) // BASE)


def told_share(hits: float, n: float, design: float = 1.0) -> Told:
    """Make a share for publication from rounded counts. Its interval leaves room for the rounding too, and where that
    weighs most only the interval is published. `design` is how many cases count as one (`design_effect`).
    """
    n_told = told_count(round(n))
    if n_told < FEWEST_IN_SHARE:
        return {"n": n_told, "hits": None, "share": None, "low": None, "high": None}
    hits_told = told_count(round(hits))
    share = hits_told / n_told
    low, high = wilson(share, n_told / design, ROUNDING * (1 + share**2) / n_told**2)
    is_rough = min(hits_told, n_told - hits_told) <= BASE
    return {"n": n_told, "hits": hits_told, "share": None if is_rough else share, "low": low, "high": high}


@dataclass(frozen=True)
class Row:
    """One row of a table: `hits` among `n` cases, of which `design` count as one."""

    label: str
    hits: int
    n: int
    design: float = 1.0

    @property
    def told(self) -> Told:
        """The row as it may be published."""
        return {"label": self.label, **told_share(self.hits, self.n, self.design)}


# ---- whether a count follows


class Page:
    """The counts of a page as whole numbers that a reader does not know: each lies within what its rounding leaves,
    and among them holds what everybody knows, such as that rows add up.
    """

    def __init__(self) -> None:
        self._truth: list[int] = []
        self._table: list[str] = []
        self._low: list[int] = []
        self._high: list[int] = []
        self._held: list[tuple[dict[int, int], float, float]] = []

    def count(self, number: int, table: str = "", most: int | None = None) -> int:
        """Add a count of a table; with `most` it is not published, and a reader knows only that it is at most this."""
        told = told_count(number)
        self._truth.append(number)
        self._table.append(table)
        self._low.append(max(0, told - _HALF) if most is None else 0)
        self._high.append(told + _HALF if most is None else most)
        return len(self._truth) - 1

    def hold(self, terms: Mapping[int, int], least: float = -inf, most: float = 0) -> None:
        """Hold that these counts, each times its number, add up to between `least` and `most`."""
        self._held.append((dict(terms), least, most))

    def within(self, part: Place, whole: Place) -> None:
        """Hold that every case of one row is in another row too, as a hit or as none."""
        for terms in _SIDES:
            self.hold({part[which]: sign for which, sign in terms} | {whole[which]: -sign for which, sign in terms})

    def covered(self, whole: Place, parts: Sequence[Place]) -> None:
        """Hold that every case of one row is in at least one of the other rows."""
        for terms in _SIDES:
            of_parts = {part[which]: -sign for part in parts for which, sign in terms}
            self.hold({whole[which]: sign for which, sign in terms} | of_parts)

    def parts(
        self, table: str, rows: Sequence[Row], hits: int, n: int, *, is_whole: bool, overlaps: bool
    ) -> list[Place]:
        """Add a table with the totals `hits` and `n`; returns the place of each row. `is_whole`: every case of the
        totals is in some row; `overlaps`: it may be in several.
        """
        if not rows:
            return []
        places = [self.row(table, row) for row in rows]
        for terms in _SIDES:
            total = {(hits, n)[which]: -sign for which, sign in terms}
            parts = [{place[which]: sign for which, sign in terms} for place in places]
            if overlaps:
                for part in parts:
                    self.hold(part | total)
            whole = {at: sign for part in parts for at, sign in part.items()} | total
            self.hold(whole, 0 if is_whole else -inf, inf if overlaps else 0)
        return places

    def row(self, table: str, row: Row) -> Place:
        """Add one row of a table, of which the hits are published when it is large enough."""
        n = self.count(row.n, table)
        is_told = told_count(row.n) >= FEWEST_IN_SHARE
        hits = self.count(row.hits, table, None if is_told else self._high[n])
        self.hold({hits: 1, n: -1})
        return hits, n

    def pinned(self) -> set[str]:
        """Find the tables with a count that follows from what is published: it is the same in every page that would be
        published so.

        This is exact, by whole-number programming.
        """
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import lil_array

        size = len(self._truth)
        matrix = lil_array((max(len(self._held), 1), size))
        for at, (terms, _, _) in enumerate(self._held):
            for place, sign in terms.items():
                matrix[at, place] = sign
        limits = [(least, most) for _, least, most in self._held] or [(0, 0)]
        held = LinearConstraint(matrix.tocsr(), *zip(*limits, strict=True))
        bounds, truth = Bounds(self._low, self._high), np.array(self._truth)
        fixed = set(range(size))

        def may_differ(aim: Any) -> set[int]:
            """Find the counts that differ between the pages farthest up and farthest down along `aim`."""
            pages = [milp(sign * aim, constraints=held, bounds=bounds, integrality=np.ones(size)).x for sign in (1, -1)]
            return {at for page in pages for at in np.flatnonzero(np.round(page) != truth).tolist()}

        def all_of(places: set[int]) -> Any:
            return np.isin(np.arange(size), list(places)).astype(float)

        # A few pages that lie far apart show of nearly every count that it may be another; then those that are left
        # together, for as long as that shows another, and at last one by one.
        for every in (1, 2, 3):
            fixed -= may_differ(np.where(np.arange(size) % every, 1.0, -1.0))
        while fixed and (found := may_differ(all_of(fixed)) & fixed):
            fixed -= found
        for place in sorted(fixed):
            if place in fixed:
                fixed -= may_differ(all_of({place}))
        return {self._table[place] for place in fixed}


def left_out(tables: Mapping[str, Sequence[Row]], page_of: Callable[[Mapping[str, Sequence[Row]]], Page]) -> set[str]:
    """Find the tables that must be left out, or an exact count would follow; the table with most rows goes first."""
    told = dict(tables)
    while told and (pinned := page_of(told).pinned()):
        del told[max(pinned & told.keys() or told.keys(), key=lambda name: (len(told[name]), name))]
    return tables.keys() - told.keys()
