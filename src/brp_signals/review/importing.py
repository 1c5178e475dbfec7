"""From reviewed workbooks to the ledger: everything is read and weighed first, then taken in at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from brp_signals.base.dates import HERE
from brp_signals.base.errors import UsageProblem
from brp_signals.publish.in_dutch import is_dutch
from brp_signals.publish.wording import number_of
from brp_signals.review.acceptance import Weighed, Weighing
from brp_signals.review.answers import staff_in
from brp_signals.review.returned import write_returned
from brp_signals.review.reviewed_workbook import normal, read_reviewed
from brp_signals.state.ledger import FILE, Decision, DecisionPair, nothing_published, open_ledger
from brp_signals.state.lock import lock_state
from brp_signals.steps.cases import SMALLEST_SEALED_COUNT

#: The time zone in which the days of decisions are counted.


class _Words(NamedTuple):
    """The words for numbers of decisions taken in, known, left open and returned: each for one and for more."""

    counted: tuple[tuple[str, str], ...]
    see: str


_DUTCH: Final = _Words(
    (
        ("besluit verwerkt", "besluiten verwerkt"),
        ("was al bekend", "waren al bekend"),
        ("regel zonder besluit", "regels zonder besluit"),
        ("regel gaat terug", "regels gaan terug"),
    ),
    "zie",
)
_ENGLISH: Final = _Words(
    (
        ("decision taken in", "decisions taken in"),
        ("known already", "known already"),
        ("row without a decision", "rows without a decision"),
        ("row returned", "rows returned"),
    ),
    "see",
)


@dataclass(frozen=True)
class FileResult:
    """What became of one file, in numbers; small numbers of a sealed list are not shown."""

    name: str
    is_sealed: bool
    accepted: int
    known: int
    undecided: int
    returned: dict[str, int]
    returned_workbook: Path | None

    def as_dict(self) -> dict[str, Any]:
        """The numbers for other programs."""
        return {
            "file": self.name,
            "accepted": self._hidden_when_small(self.accepted),
            "known": self._hidden_when_small(self.known),
            "undecided": self._hidden_when_small(self.undecided),
            "returned": {code: self._hidden_when_small(number) for code, number in self.returned.items()},
            "returned_workbook": str(self.returned_workbook) if self.returned_workbook else None,
        }

    def sentence(self) -> str:
        """The same for people, in Dutch unless English is asked for."""
        words = _DUTCH if is_dutch() else _ENGLISH
        told = [self.accepted, self.known, self.undecided]
        if self.returned_workbook:
            told.append(sum(self.returned.values()))
        counts = ", ".join(
            number_of(self._hidden_when_small(number), *forms)
            for number, forms in zip(told, words.counted, strict=False)
        )
        return (
            f"{self.name}: {counts}{f': {words.see} {self.returned_workbook.name}' if self.returned_workbook else ''}."
        )

    def _hidden_when_small(self, number: int) -> int | str:
        return number if not self.is_sealed or number >= SMALLEST_SEALED_COUNT else f"<{SMALLEST_SEALED_COUNT}"


def import_reviewed(
    files: Sequence[Path], state: Path, now: datetime | None = None, by: str | None = None
) -> list[FileResult]:
    """Take in the decisions of reviewed workbooks, and write a workbook next to each with the rows that go back.

    `by` is the name or role of who took the decisions that name nobody. When one file cannot be read, nothing of any
    file is taken in. Raises UsageProblem, DeliveryRefused (no workbook of a list), RunLocked while a run is busy,
    InternalFailure when the ledger cannot be written.
    """
    decided_by = _named(by)
    if not (state / FILE).is_file():
        raise nothing_published(state)
    now = now or datetime.now(HERE)
    with lock_state(state), open_ledger(state) as ledger:
        workbooks = [read_reviewed(path) for path in {path.resolve(): path for path in files}.values()]
        last = ledger.last_run()
        # The day of the last run counts as well: a clock that is behind must not refuse what people decided.
        today = max(now.date(), last.reference_date) if last else now.date()
        weighing = Weighing(ledger, today)
        weighed = weighing.weigh(workbooks)
        returned = [write_returned(file) if file.returned else None for file in weighed]
        ledger.add_pairs(_pairs(weighing, now, decided_by))
        ledger.add_decisions(_decisions(weighed, now, decided_by))
    return [_result(file, path) for file, path in zip(weighed, returned, strict=True)]


def _named(by: str | None) -> str:
    """The name or role of who decided, empty when none is given. Raises UsageProblem for what is no name or role."""
    if by is None:
        return ""
    if named := staff_in(by):
        return named
    raise UsageProblem("--by: write a name or role of 2 to 60 characters that holds no number of a person.")


def _pairs(weighing: Weighing, now: datetime, by: str) -> list[DecisionPair]:
    """Return what files that were handed in together say of the same cases, from which an evaluation measures
    agreement.
    """
    return [
        DecisionPair(
            first.case_id,
            file,
            other,
            first.outcome_code,
            second.outcome_code,
            now.isoformat(timespec="seconds"),
            _are_two_people(first.decided_by or by, second.decided_by or by),
        )
        for (file, first), (other, second) in weighing.answered_twice
    ]


def _are_two_people(one: str, other: str) -> bool | None:
    return normal(one) != normal(other) if one and other else None


def _decisions(weighed: Sequence[Weighed], now: datetime, by: str) -> list[Decision]:
    return [
        Decision(
            answer.case_id,
            answer.outcome_code,
            answer.reason_code,
            answer.decided_on,
            now.isoformat(timespec="seconds"),
            file.workbook.sha256,
            answer.decided_by or by,
        )
        for file in weighed
        for answer in file.accepted
    ]


def _result(file: Weighed, returned_workbook: Path | None) -> FileResult:
    return FileResult(
        name=file.workbook.path.name,
        is_sealed=file.workbook.is_sealed,
        accepted=len(file.accepted),
        known=file.n_known,
        undecided=file.n_undecided,
        returned=dict(sorted(Counter(each.code for each in file.returned).items())),
        returned_workbook=returned_workbook,
    )
