"""Everything that an evaluation tells, from the ledger of one state folder: numbers that may be told and no others."""

from pathlib import Path
from typing import Any, Final

from brp_signals.config import load_configuration
from brp_signals.evaluation import figures
from brp_signals.evaluation.barriers import barrier_table
from brp_signals.evaluation.decided import RESOLVED, Verdict, cases_of, pairs_of_verdicts
from brp_signals.evaluation.disparities import disparities, read_departures
from brp_signals.evaluation.groups import read_groups
from brp_signals.ledger import last_run, nothing_published, open_ledger
from brp_signals.rule_files import load_rules
from brp_signals.warehouse import resource

SCHEMA: Final = "brp-signals/evaluation/1"
_LOOKED: Final = tuple(verdict for verdict in Verdict if verdict is not Verdict.NOT_LOOKED)


def evaluation(
    state: Path, config: Path | None = None, groups: Path | None = None, departures: Path | None = None
) -> dict[str, Any]:
    """The account of an evaluation, fit for JSON and for the page; the same ledger gives the same account.

    Children on no school list are another question, with figures of their own (`absences`). Raises UsageProblem when no
    run was published from `state` or a file of groups or departures cannot be used, InternalFailure when the ledger
    cannot be read.
    """
    assumed = load_configuration(config).evaluation
    group_of = read_groups(groups) if groups else {}
    n_departures = read_departures(departures) if departures else {}
    last = last_run(state)
    if last is None:
        raise nothing_published(state)
    with open_ledger(state) as ledger:
        known = ledger.evaluated()
    every, pairs = cases_of(known), pairs_of_verdicts(known)
    cases, absences = ([case for case in every if case.kind == kind] for kind in ("departure", "absence"))
    right, missed = figures.precision(cases), figures.missed(cases)
    return {
        "schema": SCHEMA,
        "reference_date": last.reference_date.isoformat(),
        "precision": right,
        "missed": missed,
        "lift": figures.lift(right["all"], missed),
        "first_look": figures.days_until(cases, last.reference_date, _LOOKED),
        "resolution": figures.days_until(cases, last.reference_date, RESOLVED),
        "absences": figures.precision(absences),
        "agreement": figures.agreement(pairs),
        "calibration": figures.calibration(cases),
        "costs": figures.costs(cases, assumed),
        "groups": disparities(cases, group_of, n_departures, last.reference_date),
        "barriers": barrier_table(cases, {rule.code: rule for rule in load_rules(resource("sql") / "rules")}),
    }
