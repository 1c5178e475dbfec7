"""Cases as an evaluation reads them: why people looked at each, and what they found.

Children under secrecy are left out: their numbers are too small to publish.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

from brp_signals.base.outcomes import ABOUT_SCHOOL, VERDICTS, Verdict
from brp_signals.state.ledger import Evaluated, Ledger

FOUND: Final = (Verdict.WRONG_IN_REGISTER, Verdict.RIGHT_IN_REGISTER)
#: Verdicts with which a case is over, whether or not it may be told what was found.
RESOLVED: Final = (*FOUND, Verdict.NOT_TOLD)


@dataclass(frozen=True)
class Decided:
    """One decision: outcome code and day."""

    outcome_code: str
    decided_on: date

    @property
    def verdict(self) -> Verdict:
        """What the decision says of the departure; an unknown code counts as a case that nobody looked at."""
        return VERDICTS.get(self.outcome_code, Verdict.NOT_LOOKED)


@dataclass(frozen=True)
class Draw:
    """How a departure came into the control sample: drawn by `run_no`, one of `n_drawn` out of `n_frame` of its
    `stratum`, in that municipality, even if the case now belongs to another.
    """

    run_no: int
    drawn_on: date
    n_drawn: int
    n_frame: int
    municipality_code: str
    stratum: str

    @property
    def weight(self) -> float:
        """The number of departures that this draw represents."""
        return self.n_frame / self.n_drawn


@dataclass(frozen=True)
class LookedAt:
    """One ordinary case that people were asked to look at: listed for its signs, drawn by chance, or first the one and
    later the other.

    `listed_on` is the day it first came onto the list, None when it never did; `level`, `points` (hundredths),
    `rule_codes` (context apart), `last_sign_on` and `pieces` (what weighed for and against) are of then. `draw` is None
    when it was not drawn. `decisions` are in the order of import. Cases of one `family` are of children with a parent
    in common.
    """

    case_id: str
    kind: str
    municipality_code: str
    listed_on: date | None
    level: str
    points: int | None
    rule_codes: tuple[str, ...]
    n_sources: int
    draw: Draw | None
    decisions: tuple[Decided, ...]
    last_sign_on: date | None = None
    pieces: tuple[str, ...] = ()
    family: str = ""

    @cached_property
    def decision(self) -> Decided | None:
        """The decision that counts."""
        return _counting(self.decisions)

    @property
    def verdict(self) -> Verdict:
        """What the decision that counts says."""
        return self.decision.verdict if self.decision else Verdict.NOT_LOOKED

    @property
    def is_hit(self) -> bool | None:
        """Whether the register was wrong; None when nobody said yet."""
        return self.verdict is Verdict.WRONG_IN_REGISTER if self.verdict in FOUND else None

    @property
    def is_signal(self) -> bool:
        """Whether it was decided on as a signal: it was listed, and not decided already when it had been drawn."""
        if self.listed_on is None:
            return False
        final = [each.decided_on for each in self.decisions if each.verdict in FOUND]
        return self.draw is None or not final or final[-1] >= self.listed_on

    @property
    def got_a_sign(self) -> bool:
        """Whether a drawn departure came onto the list, by a new or a stronger sign, before people decided on it:
        whoever looked then saw more than the draw.
        """
        return self.draw is not None and self.is_signal


def _counting(decisions: Sequence[Decided]) -> Decided | None:
    """The decision that counts: the last one of a person who looked. An earlier one that says something of the register
    counts instead when it found the registration wrong, or when the last one only asks about school.
    """
    found = [each for each in decisions if each.verdict in FOUND]
    looked = [each for each in decisions if each.verdict is not Verdict.NOT_LOOKED]
    if found and (found[-1].verdict is Verdict.WRONG_IN_REGISTER or looked[-1].outcome_code in ABOUT_SCHOOL):
        return found[-1]
    return next(iter((looked or list(decisions))[-1:]), None)


def looked_at(ledger: Ledger) -> list[LookedAt]:
    """Every ordinary case that was listed or drawn, by number."""
    return cases_of(ledger.evaluated())


def cases_of(known: Evaluated) -> list[LookedAt]:
    """Every case that was listed or drawn, made from the rows of a ledger."""
    signs, decisions, family_of = _by_case(known.signs), _by_case(known.decisions), families(known)
    return [
        replace(_case(row, signs.get(row[0], []), decisions.get(row[0], [])), family=family_of[row[0]])
        for row in known.cases
    ]


def families(known: Evaluated) -> dict[str, str]:
    """The family of every case, by case number: cases belong together when they share a mark, directly or through other
    cases.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    cases = {case_id: at for at, (case_id, *_) in enumerate([*known.cases, *known.families])}
    marks = {mark: at for at, (_, mark) in enumerate(known.families, len(known.cases) + len(known.families))}
    ends = [(cases[case_id], marks[mark]) for case_id, mark in known.families]
    size = len(known.cases) + 2 * len(known.families)
    joined = coo_array(([1] * len(ends), ([one for one, _ in ends], [other for _, other in ends])), (size, size))
    number = connected_components(joined, directed=False)[1]
    return {case_id: str(number[cases[case_id]]) for case_id, *_ in known.cases}


def _by_case(rows: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for case_id, *cells in rows:
        found[case_id].append(cells)
    return found


def _case(row: Any, signs: list[Any], decisions: list[Any]) -> LookedAt:
    case_id, kind, municipality, listed_on, level, points, draw_run, drawn_on, *drawn, last_sign_on, pieces = row
    return LookedAt(
        case_id=case_id,
        kind=kind,
        municipality_code=municipality,
        listed_on=date.fromisoformat(listed_on) if listed_on else None,
        level=level or "",
        points=points,
        rule_codes=tuple(sorted({rule for rule, _ in signs})),
        n_sources=len({source for _, source in signs}),
        draw=Draw(draw_run, date.fromisoformat(drawn_on), *drawn) if draw_run else None,
        decisions=tuple(Decided(code, date.fromisoformat(day)) for code, day in decisions),
        last_sign_on=date.fromisoformat(last_sign_on) if last_sign_on else None,
        pieces=tuple(pieces.split("|")) if pieces else (),
    )


@dataclass(frozen=True)
class Pair:
    """What two people who decided on the same case without seeing each other's decision said, and whose case it is.

    `are_two_people` is False when both decisions carry the same name or role, None when one of them carries none.
    """

    one: Verdict
    other: Verdict
    family: str
    are_two_people: bool | None = None

    @property
    def both_found(self) -> bool:
        """Whether both said what they found; a person who did not look, or is still looking, does not disagree."""
        return self.one in FOUND and self.other in FOUND


def pairs_of_verdicts(known: Evaluated) -> list[Pair]:
    """The pairs about ordinary departures."""
    ordinary = {case_id for case_id, kind, *_ in known.cases if kind == "departure"}
    family_of = families(known)
    return [
        Pair(
            VERDICTS.get(one, Verdict.NOT_LOOKED),
            VERDICTS.get(other, Verdict.NOT_LOOKED),
            family_of[case_id],
            None if are_two_people is None else bool(are_two_people),
        )
        for case_id, one, other, are_two_people in known.pairs
        if case_id in ordinary
    ]
