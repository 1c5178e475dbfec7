"""What may be taken in, next to what the ledger knows and what the other files say.

A decision replaces an earlier one only when whoever took it had seen the earlier one: it stood on the list, in the
column of earlier decisions. So nobody's decision is overwritten unseen, and which file came last does not matter.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from brp_signals.base.dates import case_date, dutch
from brp_signals.base.rule_files import load_rules
from brp_signals.base.warehouse import resource
from brp_signals.publish import wording
from brp_signals.publish.choices import EVERY_CHOICE
from brp_signals.publish.kinds import kind_named
from brp_signals.publish.one_sign import gathered
from brp_signals.review.answers import Answer, answer_of, carried, case_of
from brp_signals.review.reasons import REASONS
from brp_signals.review.reviewed_workbook import ReviewedWorkbook, Row, normal
from brp_signals.review.torn import torn_rows
from brp_signals.state.ledger import Decision, Ledger, Position


@dataclass(frozen=True)
class Returned:
    """A row that goes back: where it stood, its case if that may be said, why, and the decision that stands.

    What is known of the case (kind, person, day, signs) is there only for a case of the list's own municipality.
    """

    row: Row
    case_id: str
    code: str
    reason_nl: str
    standing_nl: str
    filled_in: tuple[str, str, date | None, str] = ("", "", None, "")
    kind: str = ""
    person_id: str = ""
    day_nl: str = ""
    why_nl: str = ""


@dataclass
class Weighed:
    """What becomes of one file: what is taken in, what goes back, how many rows are known or undecided."""

    workbook: ReviewedWorkbook
    accepted: list[Answer] = field(default_factory=list)
    returned: list[Returned] = field(default_factory=list)
    n_known: int = 0
    n_undecided: int = 0


@dataclass(frozen=True)
class _Proposed:
    row: Row
    answer: Answer
    is_torn: bool


class Weighing:
    """Weighs files that are handed in together; `today` is the last day on which people can have decided."""

    def __init__(self, ledger: Ledger, today: date) -> None:
        self._today = today
        self._positions = ledger.positions()
        self._decisions = _Decisions(ledger)
        self._ledger = ledger
        self._subjects = ledger.subjects()
        self._rules = {rule.code: rule for rule in load_rules(resource("sql") / "rules")}
        self._named: dict[str, frozenset[str]] = {}
        #: After weighing: what two of the files say of one case, each with the hash of its file.
        self.answered_twice: list[tuple[tuple[str, Answer], tuple[str, Answer]]] = []

    def weigh(self, workbooks: Iterable[ReviewedWorkbook]) -> list[Weighed]:
        """What becomes of each file. The order of the files makes no difference."""
        files = [Weighed(workbook) for workbook in workbooks]
        proposed = [self._proposed(file) for file in files]
        self.answered_twice = _answered_twice(files, proposed)
        for file, own in zip(files, proposed, strict=True):
            others = {
                case_id: (other.workbook.path.name, answers[case_id].answer)
                for other, answers in zip(files, proposed, strict=True)
                if other is not file
                for case_id in answers
                if case_id in own and not own[case_id].answer.is_as(*_decided(answers[case_id].answer))
            }
            self._accept(file, own, others)
        _count_once(files)
        for file in files:
            file.returned.sort(key=lambda each: (each.row.sheet, each.row.row))
        return files

    def _proposed(self, file: Weighed) -> dict[str, _Proposed]:
        """The answers of a file that may be taken in when no other file says otherwise, by case."""
        by_case: dict[str, list[_Proposed]] = defaultdict(list)
        torn = set(torn_rows(file.workbook, self._subjects))
        for row in file.workbook.rows:
            if not row.is_answered:
                file.n_undecided += 1
                continue
            answer = answer_of(row, self._today, file.workbook.counts_from_1904)
            is_torn = row in torn and self._is_own(file.workbook, case_of(row) or "")
            if isinstance(answer, Answer):
                by_case[answer.case_id].append(_Proposed(row, answer, is_torn))
            else:
                self._give_back(file, row, "torn" if is_torn else answer)
        places = self._places(file.workbook, by_case)
        proposed = {}
        for case_id, each in by_case.items():
            if len({(*_decided(one.answer), one.answer.decided_on) for one in each}) > 1:
                self._give_back_all(file, each, places.get(case_id) or "twice")
                continue
            self._give_back_all(file, [one for one in each if one.is_torn], "torn")
            each = [one for one in each if not one.is_torn]
            if not each:
                continue
            if problem := places.get(case_id) or self._problem(each[0].answer):
                self._give_back_all(file, each, problem)
            elif self._is_known(each[0].answer):
                file.n_known += 1
            elif self._has_seen_what_stands(each[0].answer):
                proposed[case_id] = each[0]
            else:
                self._give_back_all(file, each, "differs_from_ledger")
        return proposed

    def _accept(
        self, file: Weighed, proposed: Mapping[str, _Proposed], others: Mapping[str, tuple[str, Answer]]
    ) -> None:
        for case_id, each in proposed.items():
            if case_id in others:
                name, theirs = others[case_id]
                theirs_nl = wording.decision(theirs.outcome_code, theirs.decided_on, theirs.reason_code)
                self._give_back(
                    file, each.row, "differs_from_file", other=name, theirs=theirs_nl, own=_told(each.answer)
                )
            else:
                file.accepted.append(each.answer)

    def _places(self, workbook: ReviewedWorkbook, case_ids: Iterable[str]) -> dict[str, str]:
        """Why a case does not belong in this workbook, by case.

        A case under secrecy in an ordinary workbook is answered like a number that does not exist, and the other way
        round: nobody learns from the answer that there is such a case.
        """
        elsewhere = "other_municipality" if workbook.municipalities else "several_municipalities"
        return {
            case_id: elsewhere if self._visible(workbook, case_id) else "case_unknown"
            for case_id in case_ids
            if not self._is_own(workbook, case_id)
        }

    def _is_own(self, workbook: ReviewedWorkbook, case_id: str) -> bool:
        """Whether a case belongs in this workbook, so that it may be told what is known of the case."""
        position = self._visible(workbook, case_id)
        return position is not None and position.municipality_code in self._municipalities(workbook)

    def _municipalities(self, workbook: ReviewedWorkbook) -> frozenset[str]:
        """Those that the workbook names, else the one of which all cases are that were answered in it."""
        if workbook.sha256 not in self._named:
            answered = (self._visible(workbook, case_of(row) or "") for row in workbook.rows if row.is_answered)
            found = frozenset(position.municipality_code for position in answered if position)
            self._named[workbook.sha256] = workbook.municipalities or (found if len(found) == 1 else frozenset())
        return self._named[workbook.sha256]

    def _visible(self, workbook: ReviewedWorkbook, case_id: str) -> Position | None:
        position = self._positions.get(case_id)
        return position if position and position.is_sealed == workbook.is_sealed else None

    def _problem(self, answer: Answer) -> str | None:
        seen = self._decisions.standing(answer.case_id) if self._decisions.was_seen(answer) else None
        return problem_of(answer, self._positions[answer.case_id], seen)

    def _is_known(self, answer: Answer) -> bool:
        """Whether the ledger has it already, or has the same decision of another day by people who saw no later one."""
        standing = self._decisions.standing(answer.case_id)
        if standing is None:
            return False
        if answer.is_as(standing.outcome_code, standing.reason_code):
            return standing.decided_on == answer.decided_on or not self._decisions.was_seen(answer)
        return not self._decisions.was_seen(answer) and self._decisions.holds(answer)

    def _has_seen_what_stands(self, answer: Answer) -> bool:
        return self._decisions.standing(answer.case_id) is None or self._decisions.was_seen(answer)

    def _give_back_all(self, file: Weighed, each: Sequence[_Proposed], code: str) -> None:
        for one in each:
            self._give_back(file, one.row, code, own=_told(one.answer))

    def _give_back(self, file: Weighed, row: Row, code: str, **values: str) -> None:
        case_id = case_of(row) or ""
        is_own = self._is_own(file.workbook, case_id)
        standing = self._decisions.standing(case_id) if is_own else None
        if standing:
            values |= {
                "standing": self._decisions.standing_nl(case_id),
                "imported_on": dutch(date.fromisoformat(standing.imported_at[:10])),
                "fingerprint": standing.fingerprint,
            }
        told = REASONS[code].format(**values)
        offered = kind_named(self._positions[case_id].kind).choices if is_own else EVERY_CHOICE
        filled_in = carried(row, code, file.workbook.counts_from_1904, offered)
        standing_nl = self._decisions.standing_nl(case_id) if standing else ""
        facts = self._facts(case_id) if is_own else ()
        file.returned.append(Returned(row, case_id, code, told, standing_nl, filled_in, *facts))

    def _facts(self, case_id: str) -> tuple[str, str, str, str]:
        """What the ledger has of a case: kind, person, its day and the signs that it rests on."""
        person_id, text = self._subjects[case_id][-1]
        day, signs = case_date(text), self._ledger.signs(case_id)
        making = [sign for sign in signs if sign.rule_code in self._rules and not sign.is_context and not sign.gone_on]
        names = [self._rules[sign.rule_code].title_nl for sign, _ in gathered(making, self._rules)]
        # A case that never had a sign was drawn for the control sample.
        why_nl = "; ".join(dict.fromkeys(names)) if signs else wording.SAMPLE_WHY
        return self._positions[case_id].kind, person_id, wording.short_day(day) if day else "", why_nl


def problem_of(answer: Answer, position: Position, seen: Decision | None) -> str | None:
    """The code of what is wrong with an answer about this case (`review.reasons`); `seen` is the decision that holds
    now, if whoever answered had seen it.
    """
    choices = kind_named(position.kind).choices
    if answer.outcome_code not in {choice.code for choice in choices.decisions}:
        return "decision_unknown"
    if answer.reason_code and answer.reason_code not in {choice.code for choice in choices.reasons}:
        return "reason_unknown"
    if answer.decided_on < position.first_seen_on:
        return "day_before_case"
    if seen and answer.decided_on < seen.decided_on:
        return "day_before_decision"
    return None


class _Decisions:
    """The decisions of the ledger, looked up once a case."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._found: dict[str, list[Decision]] = {}

    def of(self, case_id: str) -> list[Decision]:
        if case_id not in self._found:
            self._found[case_id] = self._ledger.decisions(case_id)
        return self._found[case_id]

    def standing(self, case_id: str) -> Decision | None:
        """The decision that counts now."""
        return self.of(case_id)[-1] if self.of(case_id) else None

    def standing_nl(self, case_id: str) -> str:
        """The decision that counts now, as lists show it."""
        standing = self.of(case_id)[-1]
        day_no = sum(each.decided_on == standing.decided_on for each in self.of(case_id))
        return wording.decision(standing.outcome_code, standing.decided_on, day_no=day_no)

    def was_seen(self, answer: Answer) -> bool:
        """Whether the decision that counts now, if there is one, stood on the list that somebody worked in; older lists
        showed every outcome in full."""
        standing = self.standing(answer.case_id)
        if standing is None:
            return False
        in_full = wording.own_decision(standing.outcome_code, standing.decided_on)
        return answer.earlier in (normal(self.standing_nl(answer.case_id)), normal(in_full))

    def holds(self, answer: Answer) -> bool:
        """Whether this very decision was taken in before."""
        return any(
            answer.is_as(each.outcome_code, each.reason_code) and answer.decided_on == each.decided_on
            for each in self.of(answer.case_id)
        )


def _answered_twice(
    files: Sequence[Weighed], proposed: Sequence[Mapping[str, _Proposed]]
) -> list[tuple[tuple[str, Answer], tuple[str, Answer]]]:
    """Every two files that decide on one case, whatever they say of it; the order of the files makes no difference."""
    by_file = {file.workbook.sha256: answers for file, answers in zip(files, proposed, strict=True)}
    return [
        ((one, by_file[one][case_id].answer), (other, by_file[other][case_id].answer))
        for one, other in combinations(sorted(by_file), 2)
        for case_id in sorted(by_file[one].keys() & by_file[other].keys())
    ]


def _count_once(files: Sequence[Weighed]) -> None:
    """Where files agree, the earliest day counts, since what was seen after it is news; the others are known."""
    first: dict[str, tuple[date, str]] = {}
    for file in files:
        for answer in file.accepted:
            mine = (answer.decided_on, file.workbook.sha256)
            first[answer.case_id] = min(mine, first.get(answer.case_id, mine))
    taken: set[str] = set()
    for file in files:
        own = [
            answer
            for answer in file.accepted
            if first[answer.case_id] == (answer.decided_on, file.workbook.sha256) and answer.case_id not in taken
        ]
        taken |= {answer.case_id for answer in own}
        file.n_known += len(file.accepted) - len(own)
        file.accepted = own


def _decided(answer: Answer) -> tuple[str, str]:
    return answer.outcome_code, answer.reason_code


def _told(answer: Answer) -> str:
    """The decision as the clerk chose it, for the clerk alone."""
    return wording.own_decision(answer.outcome_code, answer.decided_on, answer.reason_code)
