"""What changed since the run before, in Dutch: a line for each case that changed or left the list."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from brp_signals.base.dates import dutch
from brp_signals.base.rule_files import Rule
from brp_signals.base.statuses import LISTED, OVER
from brp_signals.publish import wording
from brp_signals.publish.list_content import Changes
from brp_signals.publish.one_sign import gathered, is_circumstance
from brp_signals.steps.night import Night

Row = dict[str, Any]


class Changed:
    """The changes of a whole run; `outcomes` are rows of `cases_outcomes`, `texts` sentences by case number, `drawn`
    the departures that left the control sample."""

    def __init__(
        self, night: Night, outcomes: Sequence[Row], texts: Mapping[str, str], drawn: Sequence[Row] = ()
    ) -> None:
        self._earlier = night.earlier_runs
        self._outcomes = outcomes
        self._texts = texts
        self._drawn = drawn

    def of_case(self, case_id: str) -> str:
        """What changed about one case; empty when nothing did."""
        return self._texts.get(case_id, "")

    def municipalities(self, is_sealed: bool) -> set[str]:
        """Where a case or a drawn departure left the list."""
        drawn = {row["municipality_code"] for row in self._drawn if row["is_sealed"] == is_sealed}
        return drawn | {row["municipality_before"] for row in self._outcomes if _has_left(row, is_sealed)}

    def of_municipality(self, code: str, is_sealed: bool) -> Changes | None:
        """What changed for one municipality; None when no earlier run was about it.

        An ordinary list says of no case why it left: a child that came under secrecy must not be found by what is said
        of the others. Who may read the sealed list reads why.
        """
        earlier = next((run for run in reversed(self._earlier) if run.covers(code)), None)
        if earlier is None:
            return None
        own = [row for row in self._outcomes if row["municipality_code"] == code and row["is_sealed"] == is_sealed]
        counts = Counter(row["status"] for row in own if row["is_line"])
        left = [row for row in self._outcomes if row["municipality_before"] == code and _has_left(row, is_sealed)]
        listed = {row["case_id"] for row in own if row["status"] in LISTED}
        drawn = [
            row["case_id"]
            for row in self._drawn
            if (row["municipality_code"], row["is_sealed"]) == (code, is_sealed) and row["case_id"] not in listed
        ]
        lines = [*map(self._left, left), *map(wording.left_list, drawn)]
        counts[wording.LEFT] = len(lines)
        return Changes(
            since=earlier.reference_date,
            counts=tuple(
                (name, counts[name]) for name in ("new", "changed", *(OVER if is_sealed else (wording.LEFT,)))
            ),
            lines_nl=tuple(sorted(lines)),
        )

    def _left(self, row: Row) -> str:
        text = self._texts[row["case_id"]] if row["is_sealed_before"] and row["is_sealed"] else ""
        return f"{row['case_id']}: {text}" if text else wording.left_list(row["case_id"])


class _Change(NamedTuple):
    """One row of evidence that came or went."""

    rule_code: str
    source: str
    event_on: date
    is_added: bool


def read_changes(night: Night, rules: Sequence[Rule], kind: str) -> Changed:
    """The changes of this run, from the outcomes of its cases of one kind."""
    outcomes = night.warehouse.query(
        "SELECT * FROM cases_outcomes WHERE kind = $kind ORDER BY case_id", "cases/outcomes", kind=kind
    )
    signs: dict[str, list[_Change]] = {}
    for row in night.warehouse.query(
        "SELECT * FROM cases_sign_changes WHERE NOT is_context ORDER BY case_id, event_on, rule_code, source",
        "cases/sign_changes",
    ):
        change = _Change(row["rule_code"], row["source"], row["event_on"], row["is_added"])
        signs.setdefault(row["case_id"], []).append(change)
    by_code = {rule.code: rule for rule in rules}
    texts = {row["case_id"]: _sentence(row, signs.get(row["case_id"], []), by_code) for row in outcomes}
    drawn = night.warehouse.query("SELECT * FROM control_left WHERE is_new", "control/left")
    return Changed(night, outcomes, texts, drawn if kind == "departure" else ())


def _has_left(row: Row, is_sealed: bool) -> bool:
    """Whether a case was on the ordinary or the sealed list of its municipality and is not on that list any more."""
    was_on_it = row["status_before"] in LISTED and row["is_sealed_before"] == is_sealed
    is_elsewhere = row["is_sealed"] != is_sealed or row["municipality_code"] != row["municipality_before"]
    return was_on_it and (is_elsewhere or row["status"] not in LISTED)


def _sentence(row: Row, signs: Sequence[_Change], rules: Mapping[str, Rule]) -> str:
    """`Nieuw teken: … (16-03-2026); niveau was B, is A.`"""
    parts = [part for code in row["reason"].split("|") if code for part in _parts(code, row, signs, rules)]
    if row["status"] in (*OVER, "suppressed"):
        if row["status"] == "suppressed":
            parts = [wording.lower_first(wording.SUPPRESSORS[row["suppressor_code"]])]
        parts = [wording.STATUSES[row["status"]], *parts]
    return f"{wording.upper_first('; '.join(parts))}." if parts else ""


def _parts(code: str, row: Row, signs: Sequence[_Change], rules: Mapping[str, Rule]) -> Iterable[str]:
    if code == "sign_added":
        return _told("nieuw teken", [sign for sign in signs if sign.is_added], rules)
    if code == "sign_gone" and row["status"] == "changed":
        return _told("teken vervallen", [sign for sign in signs if not sign.is_added], rules)
    if code == "circumstance_changed":
        return [
            f"{'nu ook' if sign.is_added else 'niet meer'} bij het teken van {dutch(sign.event_on)}: "
            f"{rules[sign.rule_code].circumstance_nl}"
            for sign in signs
        ]
    if code == "level_changed":
        return [f"niveau was {row['level_before'] or 'onbekend'}, is {row['level'] or 'onbekend'}"]
    if code == "suppressor_lifted":
        earlier = wording.SUPPRESSORS.get(row["suppressor_code_before"], "")
        return [f"geldt niet meer: {wording.lower_first(earlier)}"]
    told = wording.CHANGE_REASONS.get(code) or wording.decision_label(code)
    return [told] if told else []


def _told(word: str, signs: Sequence[_Change], rules: Mapping[str, Rule]) -> list[str]:
    """`nieuw teken: verzuimmelding na vertrek (16-03-2026)` for each; what only moved to another sign is not told."""
    return [
        f"{word}: {_name(sign, rules)} ({dutch(sign.event_on)})"
        for sign, _ in gathered(signs, rules)
        if not is_circumstance(sign, rules)
    ]


def _name(sign: _Change, rules: Mapping[str, Rule]) -> str:
    return wording.lower_first(rules[sign.rule_code].title_nl) if sign.rule_code in rules else sign.rule_code
