"""Recall: what the ledger knew before this run, as ordinary tables; and whether this delivery may follow it.

Nothing after this step reads the ledger, and only publish writes it.
"""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from brp_signals.base.dates import case_date
from brp_signals.base.errors import DeliveryRefused, InternalFailure
from brp_signals.base.warehouse import quoted
from brp_signals.delivery.contract import LISTS_OF, REQUIRED, TRACES_OF
from brp_signals.state.ledger import Memory, Rows, Run, open_ledger
from brp_signals.state.memory_files import lists_file, missing, row_files
from brp_signals.steps.night import Night
from brp_signals.watch.nights import DAYS_BACK, looked_at

CASES = {
    "case_id": "VARCHAR",
    "person_id": "VARCHAR",
    "departure_date": "VARCHAR",
    "municipality_code": "VARCHAR",
    "is_sealed": "BOOLEAN",
    "status": "VARCHAR",
    "level": "VARCHAR",
    "suppressor_code": "VARCHAR",
    "opened_on": "DATE",
    "was_listed": "BOOLEAN",
    "kind": "VARCHAR",
    "departed_earliest_on": "DATE",
    "departed_latest_on": "DATE",
}
ALIASES = {"person_id": "VARCHAR", "departure_date": "VARCHAR", "case_id": "VARCHAR", "run_no": "INTEGER"}
EVIDENCE = {
    "case_id": "VARCHAR",
    "rule_code": "VARCHAR",
    "source": "VARCHAR",
    "sign_key": "VARCHAR",
    "event_on": "DATE",
    "is_context": "BOOLEAN",
    "is_open": "BOOLEAN",
    "first_seen_on": "DATE",
    "facts": "VARCHAR",
}
DECISIONS = {
    "case_id": "VARCHAR",
    "person_id": "VARCHAR",
    "departed_on": "DATE",
    "outcome_code": "VARCHAR",
    "decided_on": "DATE",
}
#: Decisions in force that are not the first of their day on their case: which one of that day each is.
REPEATS = {"case_id": "VARCHAR", "day_no": "INTEGER"}
FACTS = {"case_id": "VARCHAR", "facts": "VARCHAR"}
SILENCES = {"case_id": "VARCHAR", "source": "VARCHAR", "since_on": "DATE"}
#: `is_denied`: a delivery said since that there is no secrecy any more; `is_denied_before`: and not tonight's own, nor
#: one of its day, since the same files may come under two names.
SECRECY = {"person_id": "VARCHAR", "is_denied": "BOOLEAN", "is_denied_before": "BOOLEAN"}
SOURCES = {"kind": "VARCHAR", "source_code": "VARCHAR", "silent_since_on": "DATE"}
#: Sources of school lists that delivered before, and since which delivery they are silent.
LIST_SOURCES = {"source": "VARCHAR", "silent_since_on": "DATE"}
INQUIRIES = {"person_id": "VARCHAR", "first_seen_on": "DATE"}
DRAWS = {
    "case_id": "VARCHAR",
    "person_id": "VARCHAR",
    "departure_date": "VARCHAR",
    "municipality_code": "VARCHAR",
    "is_sealed": "BOOLEAN",
    "n_drawn": "INTEGER",
    "n_frame": "INTEGER",
    "stratum": "VARCHAR",
    "drawn_on": "DATE",
    "is_left": "BOOLEAN",
}
ENROLMENTS = {
    "person_id": "UUID",
    "school_id": "VARCHAR",
    "education_type": "VARCHAR",
    "enrolled_on": "DATE",
    "withdrawn_on": "DATE",
    "source": "VARCHAR",
    "seen_on": "DATE",
    "n_rows": "BIGINT",
    "file": "VARCHAR",
}
#: `n_rows` were on the list, `n_remembered` of them are remembered, in `file`; `fingerprint` is what these say.
SCHOOL_LISTS = {
    "source": "VARCHAR",
    "school_id": "VARCHAR",
    "seen_on": "DATE",
    "n_rows": "BIGINT",
    "n_remembered": "BIGINT",
    "fingerprint": "VARCHAR",
    "file": "VARCHAR",
}
#: The lists in one file of rows that no file of lists tells about, so that what they say is not known.
_LISTS = (
    "SELECT source, school_id, seen_on, max(n_rows) AS n_rows, count(*) AS n_remembered, '' AS fingerprint, "
    "{file} AS file FROM {rows} GROUP BY source, school_id, seen_on"
)
#: Earlier versions, and a new key, leave ids as texts.
_COUNTING_ROWS = (
    "SELECT rows.* REPLACE (CAST(rows.person_id AS UUID) AS person_id), {file} AS file FROM {rows} AS rows "
    "SEMI JOIN (SELECT * FROM recall_school_lists WHERE file = {file}) AS lists "
    "ON rows.source = lists.source AND rows.school_id = lists.school_id AND rows.seen_on = lists.seen_on"
)
#: Numbers that the watch knew of a subject, by measure, and changes that it found; numbers hold until the next ones.
NUMBERS = {
    "subject_kind": "VARCHAR",
    "subject": "VARCHAR",
    "source": "VARCHAR",
    "on_day": "DATE",
    "numbers": "JSON",
}
ALARMS = {
    "alarm_id": "VARCHAR",
    "detector": "VARCHAR",
    "subject_kind": "VARCHAR",
    "subject": "VARCHAR",
    "source": "VARCHAR",
    "measure": "VARCHAR",
    "check_name": "VARCHAR",
    "first_on": "DATE",
    "list_on": "DATE",
    "value": "DOUBLE",
    "usual": "DOUBLE",
    "is_open": "BOOLEAN",
    "is_acknowledged": "BOOLEAN",
    "over_on": "DATE",
}
#: From and until which day the points of a series say what is usual.
BASELINES = {
    "subject_kind": "VARCHAR",
    "subject": "VARCHAR",
    "source": "VARCHAR",
    "measure": "VARCHAR",
    "from_on": "DATE",
    "until_on": "DATE",
}
RULES = {"rule_code": "VARCHAR", "sha256": "VARCHAR"}
MEASURES = {"table_name": "VARCHAR", "n_rows": "BIGINT"}


def run(night: Night) -> dict[str, int]:
    """Make the `recall_*` tables as they were before this run, and give the run its number.

    A rerun of the newest run (same delivery, date, configuration and rules) gets that run's number and does not see
    what it wrote. Raises DeliveryRefused when the delivery cannot follow what was accepted before.
    """
    with open_ledger(night.state) as ledger:
        runs = ledger.runs()
        _refuse_out_of_turn(night, runs)
        night.rules_sha256 = _rules(night)
        is_rerun = bool(runs) and runs[-1].identity == _identity(night)
        night.run_no = runs[-1].run_no + (0 if is_rerun else 1) if runs else 1
        memory = ledger.recall(night.run_no, DAYS_BACK)
    night.earlier_runs = tuple(run for run in runs if run.run_no < night.run_no)
    _load(night, memory)
    return {"run": night.run_no, "cases": len(memory.cases), "decisions": len(memory.decisions)}


def _identity(night: Night) -> tuple[object, ...]:
    return (
        night.delivered.manifest_sha256,
        night.reference_date,
        night.configuration.fingerprint,
        night.rules_sha256,
    )


def _rules(night: Night) -> dict[str, str]:
    """The hash of every rule that may run, switched on or not."""
    return {rule.code: rule.sha256 for rule in night.rules}


def _refuse_out_of_turn(night: Night, runs: list[Run]) -> None:
    """Hold the delivery against what was accepted before: same content under a name, one key, time going forward."""
    delivery = night.delivered
    if any(run.delivery_id == delivery.delivery_id and run.manifest_sha256 != delivery.manifest_sha256 for run in runs):
        raise DeliveryRefused(
            f"Delivery {delivery.delivery_id} was accepted before with another content; a corrected delivery needs a "
            "delivery_id of its own, have it sent again under a new one."
        )
    if runs and runs[-1].pseudonym_key_id != delivery.pseudonym_key_id:
        raise DeliveryRefused(
            "The delivery has another pseudonym_key_id than the ledger, so that no case could be recognised; have it "
            "made under the key of the ledger, or have the gateway re-key the ledger first."
        )
    if runs and runs[-1].reference_date > night.reference_date:
        raise DeliveryRefused(
            f"The reference date {night.reference_date.isoformat()} lies before {runs[-1].reference_date.isoformat()}, "
            "the date of the last accepted run; to look back, run with an empty state folder of its own (--state) and "
            "another --output."
        )


def _load(night: Night, memory: Memory) -> None:
    load = night.warehouse.load
    load("recall_cases", CASES, [(*case, *_bounds(str(case[2]))) for case in memory.cases])
    load("recall_aliases", ALIASES, memory.aliases)
    load("recall_evidence", EVIDENCE, memory.evidence)
    load(
        "recall_decisions",
        DECISIONS,
        [
            # What was decided about an absence is about no departure.
            (case, person, None if "-" in day else _earliest(day), code, on)
            for case, person, day, code, on in _in_force(memory.decisions, night.reference_date)
        ],
    )
    load("recall_repeats", REPEATS, _repeats(memory.decisions, night.reference_date))
    load("recall_inquiries", INQUIRIES, memory.inquiries)
    load("recall_draws", DRAWS, memory.draws)
    load("recall_facts", FACTS, memory.facts)
    load("recall_silences", SILENCES, memory.silences)
    load(
        "recall_secrecy",
        SECRECY,
        [
            (person, denied_by is not None, denied_by is not None and _is_second(night, denied_by, denied_on))
            for person, denied_by, denied_on in memory.secrecy
        ],
    )
    _load_enrolments(night)
    last = night.earlier_runs[-1] if night.earlier_runs else None
    load("recall_rules", RULES, last.rules.items() if last else [])
    comparable = [run for run in night.earlier_runs if run.scope == night.scope]
    load("recall_measures", MEASURES, _compared(comparable).items())
    load("recall_sources", SOURCES, [(*name.split("/"), on) for name, on in _spoken(comparable, TRACES_OF)])
    load("recall_scopes", {"are_alike": "BOOLEAN"}, [(len(comparable) == len(night.earlier_runs),)])
    load("recall_list_sources", LIST_SOURCES, _spoken(comparable, LISTS_OF))
    _load_watched(night, memory, comparable)
    if comparable:
        night.account["last_accepted"] = {
            "delivery_id": comparable[-1].delivery_id,
            "reference_date": comparable[-1].reference_date.isoformat(),
            "rows": {table: comparable[-1].measures.get(table, 0) for table in sorted(REQUIRED)},
        }


def _load_watched(night: Night, memory: Memory, comparable: Sequence[Run]) -> None:
    """What the watch knew of deliveries of this scope: other municipalities have other numbers."""
    load, scope = night.warehouse.load, json.dumps(night.scope)
    numbers = [(*row[:3], *row[4:]) for row in memory.numbers if row[3] == scope]
    alarms = [row[:-1] for row in memory.alarms if row[-1] == scope]
    # Two deliveries of one day: the later one counts.
    load("recall_numbers", NUMBERS, {row[:4]: row for row in numbers}.values())
    days = looked_at([run.reference_date for run in comparable], night.reference_date)
    load("recall_nights", {"on_day": "DATE"}, [(day,) for day in days])
    load("recall_alarms", ALARMS, alarms)
    load("recall_baselines", BASELINES, _baselines(alarms))


def _baselines(alarms: Rows) -> list[tuple[object, ...]]:
    """Since which day a series is as a person said it should be, and until which day it was as usual."""
    days: dict[tuple[str, ...], tuple[str | None, str | None]] = {}
    for alarm in alarms:
        key, list_on, is_open, is_acknowledged = tuple(alarm[2:6]), alarm[8], alarm[11], alarm[12]
        since, until = days.get(key, (None, None))
        if is_acknowledged:
            since = max(since or list_on, list_on)
        elif is_open:
            until = min(until or list_on, list_on)
        days[key] = (since, until)
    return [(*key, *pair) for key, pair in days.items() if any(pair)]


def _is_second(night: Night, manifest_sha256: str, denied_on: str) -> bool:
    """Whether tonight's delivery is later than the one of that manifest and reference date: a copy of it under another
    name is not, whatever date the run is given."""
    day = min(night.delivered.reference_date, night.reference_date)
    return manifest_sha256 != night.delivered.manifest_sha256 and day > date.fromisoformat(denied_on)


def _compared(runs: Sequence[Run]) -> dict[str, int]:
    """What the last of `runs` measured; of a trace source that was silent then, what it held when it last spoke: a
    night of silence must let no half delivery pass."""
    compared: dict[str, int] = {}
    for run in runs:
        compared = {name: number for name, number in compared.items() if name.startswith(f"{TRACES_OF}/")}
        compared |= run.measures
    return compared


def _spoken(runs: Sequence[Run], kind: str) -> list[tuple[str, date | None]]:
    """Every source of this kind that one of `runs` held rows of, and since which of them it is silent."""
    silent_since: dict[str, date | None] = {}
    for run in runs:
        held = {name for name, n_rows in run.measures.items() if name.startswith(f"{kind}/") and n_rows}
        silent_since |= dict.fromkeys(held)
        for name in silent_since.keys() - held:
            silent_since[name] = silent_since[name] or run.reference_date
    return [(name.removeprefix(f"{kind}/"), since) for name, since in sorted(silent_since.items())]


def _in_force(decisions: Rows, today: date) -> list[Sequence[Any]]:
    """Of each case the decision imported last among those taken by `today`, for every departure it is about."""
    taken = [row for row in decisions if date.fromisoformat(row[4]) <= today]
    last = {row[0]: row[5] for row in taken}
    return [row[:5] for row in taken if row[5] == last[row[0]]]


def _repeats(decisions: Rows, today: date) -> list[tuple[str, int]]:
    """Of each case whose decision in force is not the first of its day: its number among them."""
    numbers: dict[tuple[str, str], set[int]] = {}
    for case, *_, on, number in decisions:
        numbers.setdefault((case, on), set()).add(number)
    in_force = {(row[0], row[4]) for row in _in_force(decisions, today)}
    return [(case, len(numbers[case, on])) for case, on in sorted(in_force) if len(numbers[case, on]) > 1]


def _load_enrolments(night: Night) -> None:
    """Make `recall_school_lists`, the lists that are remembered with the file that holds each, and `recall_enrolments`,
    a view of their rows."""
    names = night.earlier_runs[-1].enrolment_memory if night.earlier_runs else ()
    if name := missing(night.state, names):
        raise InternalFailure(
            f"The enrolment memory {name} is not in the state folder any more; put the folder back from your backup."
        )
    files = row_files(names)
    if lists := lists_file(names):
        _make(night, "TABLE recall_school_lists", f"SELECT * FROM {_read(night.state / lists)}")
    elif files:
        _make(
            night, "TABLE recall_school_lists", _LISTS.format(file=quoted(files[0]), rows=_read(night.state / files[0]))
        )
    else:
        night.warehouse.load("recall_school_lists", SCHOOL_LISTS, [])
    if files:
        selects = (_COUNTING_ROWS.format(file=quoted(name), rows=_read(night.state / name)) for name in files)
        _make(night, "VIEW recall_enrolments", " UNION ALL ".join(selects))
    else:
        night.warehouse.load("recall_enrolments", ENROLMENTS, [])


def _make(night: Night, what: str, select: str) -> None:
    night.warehouse.execute(f"CREATE OR REPLACE {what} AS {select}", "the enrolment memory")


def _read(file: Path) -> str:
    return f"read_parquet({quoted(file)}, hive_partitioning = false)"


def _bounds(text: str) -> tuple[str, str]:
    """The first and the last day that the date of a case may be; it was staged once, so it can be read."""
    parsed = case_date(text)
    return (parsed.earliest.isoformat(), parsed.latest.isoformat()) if parsed else ("0001-01-01", "9999-12-31")


def _earliest(text: str) -> str:
    """The first day that the date of a case may be."""
    return _bounds(text)[0]
