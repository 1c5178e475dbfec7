"""Everything that an evaluation tells, from the ledger of one state folder: numbers that may be told and no others."""

from pathlib import Path
from typing import Any, Final

from brp_signals.config import load_configuration
from brp_signals.errors import UsageProblem
from brp_signals.evaluation import figures
from brp_signals.evaluation.barriers import barrier_table
from brp_signals.evaluation.decided import FOUND, Verdict, looked_at, pairs_of_verdicts
from brp_signals.ledger import last_run, open_ledger
from brp_signals.rule_files import load_rules
from brp_signals.warehouse import resource

SCHEMA: Final = "brp-signals/evaluation/1"
_LOOKED: Final = tuple(verdict for verdict in Verdict if verdict is not Verdict.NOT_LOOKED)


def evaluation(state: Path, config: Path | None = None) -> dict[str, Any]:
    """The account of an evaluation, fit for JSON and for the page; the same ledger gives the same account.

    Departures only: absence from school without departure is another question. Raises UsageProblem when no run was
    published from `state`, InternalFailure when the ledger cannot be read.
    """
    assumed = load_configuration(config).evaluation
    last = last_run(state)
    if last is None:
        raise UsageProblem(
            f"No run has been published from the state folder {state.name} yet; name the right one with --state."
        )
    with open_ledger(state) as ledger:
        cases = [case for case in looked_at(ledger) if case.kind == "departure"]
        pairs = pairs_of_verdicts(ledger)
    right, missed = figures.precision(cases), figures.missed(cases)
    return {
        "schema": SCHEMA,
        "reference_date": last.reference_date.isoformat(),
        "precision": right,
        "missed": missed,
        "lift": figures.lift(right["all"], missed),
        "first_look": figures.days_until(cases, last.reference_date, _LOOKED),
        "resolution": figures.days_until(cases, last.reference_date, (*FOUND, Verdict.NOT_TOLD)),
        "agreement": figures.agreement(pairs),
        "calibration": figures.calibration(cases),
        "costs": figures.costs(cases, assumed),
        "barriers": barrier_table(cases, {rule.code: rule for rule in load_rules(resource("sql") / "rules")}),
    }
