"""One trace is one sign: rows of evidence about the same trace, gathered under the rule that makes it a sign.

What other rules say about that trace (`level = "circumstance"`) is told with the sign and is never counted beside it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol, TypeVar

from brp_signals.base.rule_files import AGAINST, CIRCUMSTANCE, Rule

#: Which kind of rule makes the sign when several speak of one trace; a circumstance is of an active sign.
_ORDER = ("active", "alone", "passive", "context", AGAINST, CIRCUMSTANCE)


class Evidence(Protocol):
    """A row of evidence: the rule, and the trace by its source and day."""

    @property
    def rule_code(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def event_on(self) -> date: ...


Row = TypeVar("Row", bound=Evidence)


def gathered(rows: Iterable[Row], rules: Mapping[str, Rule]) -> list[tuple[Row, list[Row]]]:
    """Each sign with its circumstances, in the order of `rows`.

    A circumstance of which the sign is not among the rows is told as a sign itself.
    """
    given = list(rows)
    heads: dict[tuple[str, date], Row] = {}
    for row in sorted(given, key=lambda row: _place(row, rules)):
        heads.setdefault((row.source, row.event_on), row)
    found = {id(row): (row, list[Row]()) for row in given}
    for row in given:
        head = heads[row.source, row.event_on]
        if head is not row and is_circumstance(row, rules):
            found.pop(id(row))
            found[id(head)][1].append(row)
    return list(found.values())


def is_circumstance(row: Evidence, rules: Mapping[str, Rule]) -> bool:
    """Whether a row only says more about a sign."""
    rule = rules.get(row.rule_code)
    return rule is not None and rule.level == CIRCUMSTANCE


def _place(row: Evidence, rules: Mapping[str, Rule]) -> tuple[int, int]:
    """Which row of a trace comes first; a rule that no longer exists makes a sign as any other."""
    rule = rules.get(row.rule_code)
    return (_ORDER.index(rule.level), rule.priority) if rule and rule.level in _ORDER else (0, 0)
