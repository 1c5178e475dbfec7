"""Everything that is stored: where, how long, from which day the term counts, and on which ground. This is the only
table of terms.

`purging` carries it out, `Retention` in the configuration holds the terms that a municipality may choose.

    python -m brp_signals.state.retention    write the table into docs/retention.md (needs a checkout)
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from brp_signals.base.config import Configuration

#: Storage no longer than the purpose needs; the purpose is the task of the municipality named with it.
_NO_LONGER: Final = "AVG 5(1)(e)"
_TASK: Final = f"{_NO_LONGER}; AVG 6(1)(e) with Wet BRP 2.22, 2.26 and Leerplichtwet 1969, 16"
_SECURITY: Final = "AVG 5(1)(f), 32"
_ACCOUNT: Final = "AVG 5(2)"


@dataclass(frozen=True)
class Stored:
    """One kind of thing that is kept. `key` is a key of the configuration, empty when the term is fixed or not ours.

    `tables` are the ledger's tables that hold it; `is_ours` is false for what the municipality must remove itself,
    since `purge` does not.
    """

    what: str
    where: str
    term: str
    counted_from: str
    basis: str
    why: str
    key: str = ""
    tables: tuple[str, ...] = ()
    is_ours: bool = True


EVERYTHING: Final = (
    Stored(
        "case that is over (resolved, lapsed, closed) or was drawn as a control, with its dates, history, signs, marks "
        "of its family and decisions",
        "ledger",
        "look-back + {value} months; a year after its last decision at least",
        "its departure date; the last of several, the last possible day of an incomplete one; of a child on no school "
        "list the day on which its case last changed",
        _TASK,
        "a case that lapsed or was decided never comes back for the same signs, so it must be known as long as its "
        "departure is looked at; a corrected date may bring a departure back by up to 183 days",
        "retention.case_months",
        (
            "cases",
            "case_aliases",
            "case_states",
            "case_evidence",
            "case_families",
            "control_draws",
            "sample_left",
            "decisions",
            "decision_pairs",
        ),
    ),
    Stored(
        "who took a decision: a name or role of staff",
        "ledger",
        "{value} months, and never longer than the decision",
        "the day of the decision",
        "AVG 5(1)(e), 5(2)",
        "an auditor asks who decided, and two people may have to look at one case; on no list, page or evaluation",
        "retention.decided_by_months",
        ("decided_by",),
    ),
    Stored(
        "case that nobody decided and no run ended",
        "ledger",
        "look-back + {value} months",
        "its departure date",
        _TASK,
        "a run lets it lapse after `thresholds.lapse_days` or with the look-back; this is for municipalities that no "
        "delivery is about any more; counted apart, as undecided",
        "retention.case_months",
    ),
    Stored(
        "open address inquiry of unknown start",
        "ledger",
        "look-back + {value} months, and not while its child has a case; an ended one to the second run after its end",
        "the first day a run saw it",
        _TASK,
        "an open inquiry keeps a case off the list for `thresholds.inquiry_days` and not longer",
        "retention.case_months",
        ("inquiries",),
    ),
    Stored(
        "what a list shows of the child of a case, with the bounds of its compulsory window, for nights on which its "
        "rows are missing; which sources are silent about it since when",
        "ledger",
        "until the first purge after its case is over, or after newer ones are remembered; with its case (look-back + "
        "{value} months) at the latest",
        "its case",
        _TASK,
        "a row or a source that is missing is no news about a child (I-15): the case stays as it was",
        "retention.case_months",
        ("case_facts", "silences"),
    ),
    Stored(
        "children under secrecy, and of whom one delivery denied it since; pseudonyms alone",
        "ledger",
        "look-back + {value} months, and not while its child has a case; ended secrecy to the second run after its end",
        "the first run that saw it",
        _SECURITY,
        "a delivery that loses the flag must not put a hidden child on an ordinary list",
        "retention.case_months",
        ("secrecy",),
    ),
    Stored(
        "numbers of school lists, sources and the register that each night is held against, changes that were found "
        "and why staff acknowledged them; no person",
        "ledger",
        "{value} months; a number that still stands stays, and a change until the second run after it was over",
        "the day of the school list, of anything else the reference date",
        _ACCOUNT,
        "what is usual is known from a year and a summer; a change stands until it is over or acknowledged",
        "retention.watch_months",
        ("watch_subjects", "watch_numbers", "watch_alarms", "watch_acknowledged", "watch_told"),
    ),
    Stored(
        "what a run was: delivery, hashes, counts, accepted drift; no person",
        "ledger",
        "{value} months, and not while a case refers to it; the last two runs stay",
        "its reference date",
        _ACCOUNT,
        "to show afterwards which rules and which delivery a list came from",
        "retention.run_months",
        ("runs", "run_figures", "run_durations", "rule_sets", "taken_back"),
    ),
    Stored(
        "school lists remembered, compulsory ages only",
        "`state/enrolment_memory-*.parquet`",
        "look-back, or {value} days per source if that is shorter",
        "the day of the school list (`seen_on`)",
        f"{_NO_LONGER}; the `legal_basis` of each source",
        "the national list drops a child once it is deregistered; who is past the compulsory ages, and older lists of "
        "who did not leave, count no more when a new list is remembered, because birth dates are not kept; they are "
        "gone from the files two weeks of nights later, or with the first new list after that",
        "enrolment_sources.duo.retention_days",
    ),
    Stored(
        "cases of the last run for `explain`",
        "`state/last_run-*.json`",
        "until the next run, {value} days at most",
        "the reference date",
        "AVG 15",
        "a full account of a case on request",
        "retention.output_days",
    ),
    Stored(
        "lists, sealed lists, report and page of what changed of a delivery, with the links to them",
        "`output/.runs/`",
        "{value} days; those of an earlier run of the same delivery go with the next run",
        "the reference date",
        _TASK,
        "the newest list replaces it; the report is compared with those before",
        "retention.output_days",
    ),
    Stored(
        "learned weights, when a person chose them; no person",
        "`state/learned_weights.json`",
        "until a person goes back to the configuration (`weights --default`)",
        "the day they were chosen",
        _ACCOUNT,
        "part of what a run is a function of",
    ),
    Stored(
        "rounded counts of decisions that were shared with others, and the day until which; no person",
        "`state/shared.json`",
        "until somebody removes it",
        "the day they were shared",
        _ACCOUNT,
        "what was told once is never told otherwise, so nothing follows from two files",
    ),
    Stored(
        "names, addresses and telephone numbers of schools from DUO's open files; no person",
        "`state/schools-*.csv`",
        "until a newer file of its kind is imported",
        "the day of the file",
        _ACCOUNT,
        "a list names the school to ask; part of what a run is a function of, so that run.json holds their hashes",
    ),
    Stored(
        "copy of the ledger before its tables changed",
        "`state/backups/`",
        "{value} days",
        "the day it was made",
        _SECURITY,
        "to go back to the version before; until it goes it still holds what the ledger no longer does",
        "retention.backup_days",
    ),
    Stored(
        "register data and work files of a run",
        "`state/work/`",
        "the run",
        "its start",
        "AVG 5(1)(c)",
        "of a run that was cut off: until the next start or purge",
    ),
    Stored(
        "runs, counts and failures as the scheduler knows them; no person",
        "`state/prefect/`",
        "90 days",
        "the end of the run",
        _SECURITY,
        "to see when and why a night failed; removed by the scheduler itself while `serve` runs",
    ),
    Stored(
        "alerts told: kind, delivery and sentence; no person",
        "`state/alerts.json`",
        "7 days, until the next alert is told",
        "the day it was told",
        _SECURITY,
        "so that the same alert is not told every night",
    ),
    Stored(
        "number of the state folder, drawn by chance; no person",
        "`state/identity`, `output/.owner`",
        "as long as the folder",
        "the first run",
        _SECURITY,
        "so that no other state folder writes into its lists",
    ),
    Stored(
        "notes of staff about a case, encrypted",
        "`state/desk.sqlite`",
        "{value} days, and never longer than the case",
        "the day it was written",
        _NO_LONGER,
        "to work on a case together; on no list, and no evaluation reads them",
        "desk.note_days",
    ),
    Stored(
        "who works on a case, and with whom contact was sought, in codes",
        "`state/desk.sqlite`",
        "as long as the ledger knows the case",
        "the case",
        _NO_LONGER,
        "part of the work on the case",
    ),
    Stored(
        "the trace of a decision taken at the desk, with who took it and whether it was taken back",
        "`state/desk.sqlite`",
        "184 days",
        "the moment of the decision",
        _ACCOUNT,
        "to take it back within a day, and for the figures of twelve weeks; the ledger holds the decision",
    ),
    Stored(
        "sessions at the desk, and attempts to sign in or to be shown a child",
        "`state/desk.sqlite`",
        "{value} minutes without a request, a day at most",
        "the last request",
        _SECURITY,
        "to know who is there, and to stop guessing",
        "desk.idle_minutes",
    ),
    Stored(
        "who may work at the desk: name, roles, municipalities, hash of the password",
        "`state/desk.sqlite`",
        "until the operator removes the user (`desk user remove`)",
        "the day the user was made",
        _SECURITY,
        "to let in who may, and nobody else",
    ),
    Stored(
        "audit log of the desk: who did what about which case",
        "`state/desk-audit.jsonl`",
        "the municipality's; the selectielijst says how long",
        "",
        "AVG 5(2), 32; Archiefwet",
        "its lines are chained, so it is closed and begun anew, never cut",
        is_ours=False,
    ),
    Stored(
        "log lines; no person",
        "the system's journal",
        "the operator's",
        "",
        _SECURITY,
        "set `MaxRetentionSec` of journald; 92 days is enough to look into a failure",
        is_ours=False,
    ),
    Stored(
        "deliveries",
        "`inbox/`",
        "the municipality's; no longer needed once their lists are out",
        "",
        "AVG 5(1)(c), (e)",
        "pseudonymised register data of everybody; let the gateway remove a delivery when the next one is published",
        is_ours=False,
    ),
    Stored(
        "key and key map",
        "the trusted zone",
        "the municipality's; a map is needed as long as a list that it reveals",
        "",
        "AVG 4(5), 32",
        "the only way back to a person",
        is_ours=False,
    ),
    Stored(
        "audit log of reveals",
        "the trusted zone, beside the key map",
        "the municipality's; the selectielijst says how long",
        "",
        "AVG 5(2), 32; Archiefwet",
        "its lines are chained, so it is closed and begun anew, never cut",
        is_ours=False,
    ),
    Stored(
        "lists that were handed out, workbooks with decisions, dossiers, revealed lists",
        "the readers' own folders",
        "the municipality's; the selectielijst says how long",
        "",
        "Archiefwet",
        "what becomes part of a dossier follows the dossier",
        is_ours=False,
    ),
)

_MARKS: Final = (
    "<!-- The table is written by `python -m brp_signals.state.retention`. -->\n",
    "<!-- End of the table. -->\n",
)


def table() -> str:
    """The table of everything that is stored, in Markdown, with the default terms."""
    return "\n".join(_lines()) + "\n"


def with_table(page: str) -> str:
    """`page` with the table in its place, between the two marks."""
    start, end = (re.escape(mark) for mark in _MARKS)
    return re.sub(f"({start}).*({end})", lambda found: found[1] + table() + found[2], page, flags=re.DOTALL)


def _lines() -> Iterator[str]:
    yield "| what | where | how long (default) | key | counted from | ground | why |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for kind in EVERYTHING:
        term = kind.term.format(value=_default(kind.key)) if kind.key else kind.term
        key = f"`{kind.key}`" if kind.key else ("fixed" if kind.is_ours else "not ours")
        key = key.replace("sources.duo", "sources.*")
        yield f"| {kind.what} | {kind.where} | {term} | {key} | {kind.counted_from} | {kind.basis} | {kind.why} |"


def _default(key: str) -> Any:
    value: Any = Configuration()
    for part in key.split("."):
        value = getattr(value, part)
    return value


def main() -> int:
    """Bring docs/retention.md of this checkout up to date."""
    page = Path(__file__).parents[3] / "docs" / "retention.md"
    page.write_text(with_table(page.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
