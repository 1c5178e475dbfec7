"""The two implementations under one signature, and the small tools that the properties share."""

import random
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tests.reference.model import evaluate
from tests.reference.rows import pseudonym
from tests.reference.shapes import DEFAULT_POINTS, Decision, Delivery, Levels, Result, Row, Settings, Weights
from tests.support.engine import run_engine

Evaluator = Callable[[Delivery, date, Settings, list[Decision]], Result]

#: What says less of the same thing never weighs more than what says more of it (`config.Weights`).
LIGHTER = (
    (("L-05", "L-06"), ("L-01",)),
    (("L-06",), ("L-02", "L-02:newest-list")),
    (("L-01",), ("L-02", "L-02:newest-list")),
)

Test = TypeVar("Test", bound=Callable[..., Any])


def few(examples: int) -> Callable[[Test], Test]:
    """Few examples, each of them a population of many children; shrinking is done by child, not here."""
    return settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )


IMPLEMENTATIONS: dict[str, Evaluator] = {"reference": evaluate, "engine": run_engine}


def any_weights() -> st.SearchStrategy[Weights]:
    """Hypothesis: any points that a configuration may hold, for never below nothing and against never above."""
    return st.integers(0, 2**32).map(weights_of)


def weights_of(seed: int) -> Weights:
    """Points drawn at random, so that the first example of hypothesis is no weighing of nothing."""
    rng = random.Random(seed)

    def points(low: int, high: int) -> Decimal:
        return Decimal(rng.randint(low, high)).scaleb(-2)

    pieces = {
        piece: points(-2000, 0) if piece.startswith("C-") else points(0, 3000)
        for piece in DEFAULT_POINTS
        if piece != "base"
    }
    return Weights(points(-5000, 0), in_order(pieces))


def in_order(pieces: dict[str, Decimal]) -> dict[str, Decimal]:
    """The points with those raised that would weigh less than what says less."""
    raised = dict(pieces)
    for lighter, heavier in LIGHTER:
        short = sum(raised[piece] for piece in lighter) - sum(raised[piece] for piece in heavier)
        raised[heavier[0]] += max(short, Decimal(0))
    return raised


def any_levels() -> st.SearchStrategy[Levels]:
    """Hypothesis: any two chances, the higher one for A."""
    chances = st.lists(st.integers(1, 9999), min_size=2, max_size=2).map(sorted)
    return chances.map(lambda pair: Levels(*(Decimal(chance).scaleb(-4) for chance in reversed(pair))))


def key(case: dict[str, Any]) -> tuple[str, date]:
    """What a case is about."""
    return case["person_id"], case["departed_on"]


def by_key(result: Result) -> dict[tuple[str, date], dict[str, Any]]:
    """The cases of a result by what they are about."""
    return {key(case): case for case in result.cases}


def without(case: dict[str, Any], *names: str) -> dict[str, Any]:
    """A case without these fields."""
    return {name: value for name, value in case.items() if name not in names}


def is_better(case: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether `case` has at least the points of `other`; who came back (B-03) has none."""
    if case["points"] is None or other["points"] is None:
        return bool(other["points"] is None)
    return bool(case["points"] >= other["points"])


class Twins:
    """Copies of a child under other ids, each with its own schools and one thing changed."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._per_school: dict[str, list[Row]] = {}
        for row in delivery.enrolments:
            self._per_school.setdefault(row["school_id"], []).append(row)
        self._schools = 0
        self.delivery = Delivery(persons=[row for row in delivery.persons if row["birth_date"] < "20000101"])
        self.delivery.residences = list(delivery.residences)

    def add(self, person_id: str, label: str, change: Callable[[str, Row], Row]) -> str:
        """Adds a twin, every row of it changed by `change(table, row)`; gives the id of the twin."""
        twin = pseudonym(f"twin {person_id} {label}")

        def rows(table: str, of: Iterable[Row]) -> list[Row]:
            return [change(table, row) | {"person_id": twin} for row in of if row["person_id"] == person_id]

        self.delivery.persons += rows("persons", self._delivery.persons)
        self.delivery.residences += rows("residences", self._delivery.residences)
        self.delivery.traces += rows("traces", self._delivery.traces)
        schools = {row["school_id"] for row in self._delivery.enrolments if row["person_id"] == person_id}
        for school_id in sorted(schools):
            self._schools += 1
            own = {"school_id": _school_id(self._schools)}
            for row in self._per_school[school_id]:
                mine = row["person_id"] == person_id
                self.delivery.enrolments.append(
                    (change("enrolments", row) | {"person_id": twin} if mine else row) | own
                )
        return twin


def _school_id(number: int) -> str:
    """Ids of schools that no population has: two letters of this alphabet."""
    letters = "QIOUWXYZ"
    number, first = divmod(number, len(letters))
    number, second = divmod(number, len(letters))
    return f"{number % 100:02d}{letters[first]}Q{letters[second].translate(_DIGITS)}{number // 100}"


_DIGITS = str.maketrans("QIOUWXYZ", "01234567")
