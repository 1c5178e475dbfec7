"""Everything that an evaluation publishes, from the ledger of one state folder."""

from pathlib import Path
from typing import Any, Final

from brp_signals.base.config import load_configuration
from brp_signals.base.outcomes import Verdict
from brp_signals.base.rule_files import load_rules
from brp_signals.base.statuses import NO_SIGN, STRATA, WEAK
from brp_signals.base.warehouse import resource
from brp_signals.evaluation import disparities, figures
from brp_signals.evaluation.decided import RESOLVED, cases_of, pairs_of_verdicts
from brp_signals.evaluation.groups import read_groups
from brp_signals.evaluation.outcome_table import barrier_table
from brp_signals.evaluation.telling import told_count
from brp_signals.state.ledger import last_run, nothing_published, open_ledger

SCHEMA: Final = "brp-signals/evaluation/2"
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
    n_departures = disparities.read_departures(departures) if departures else {}
    last = last_run(state)
    if last is None:
        raise nothing_published(state)
    with open_ledger(state) as ledger:
        known = ledger.evaluated()
    every, pairs = cases_of(known), pairs_of_verdicts(known)
    cases, absences = ([case for case in every if case.kind == kind] for kind in ("departure", "absence"))
    today = last.reference_date
    signals = [case for case in cases if case.is_signal]
    ripe, ripe_absences = figures.ripe(cases, today), figures.ripe(absences, today)
    ripe_drawn = {stratum: figures.ripe_drawn(cases, today, stratum) for stratum in STRATA}
    unripe_drawn = {
        stratum: told_count(len(figures.drawn_from(cases, stratum)) - len(ripe_drawn[stratum])) for stratum in STRATA
    }
    by_group = disparities.tables(cases, group_of, n_departures, today)
    rightly = {name: rows for name, rows in by_group.items() if name.endswith("/precision")}
    untold = figures.untold(ripe, rightly, len(signals))
    right, missed = figures.precision(ripe, untold), figures.missed(ripe_drawn[NO_SIGN], today)
    return {
        "schema": SCHEMA,
        "reference_date": today.isoformat(),
        "ripe_days": figures.RIPE_DAYS,
        "unripe": {
            "signals": told_count(len(signals) - len(ripe)),
            "drawn": unripe_drawn[NO_SIGN],
            "drawn_weak": unripe_drawn[WEAK],
            "absences": told_count(len(absences) - len(ripe_absences)),
        },
        "precision": right,
        "missed": missed,
        "missed_weak": figures.missed(ripe_drawn[WEAK], today),
        "lift": figures.lift(right["all"], missed),
        "first_look": figures.days_until(cases, today, _LOOKED),
        "resolution": figures.days_until(cases, today, RESOLVED),
        "absences": figures.precision(ripe_absences, figures.untold(ripe_absences)),
        "agreement": figures.agreement(pairs),
        "calibration": figures.calibration(ripe, untold),
        "costs": figures.costs(ripe, assumed),
        "groups": disparities.disparities(cases, group_of, n_departures, today, untold | disparities.untold(by_group)),
        "barriers": barrier_table(cases, {rule.code: rule for rule in load_rules(resource("sql") / "rules")}),
    }
