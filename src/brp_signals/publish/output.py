"""Publish: lists per municipality, the run's account and report, and the sealed list, all at once."""

import csv
import hashlib
import json
import platform
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from brp_signals import __version__
from brp_signals.base.config import is_against
from brp_signals.base.rule_files import Rule
from brp_signals.base.sealing import Recipients
from brp_signals.base.statuses import LISTED
from brp_signals.publish import enrolment_memory, explanations, wording
from brp_signals.publish.absences import read_absences, write_absences
from brp_signals.publish.cases import read_cases
from brp_signals.publish.changes import Changed, read_changes
from brp_signals.publish.columns import CASES, SAMPLE
from brp_signals.publish.commit import SEALED, made_ready, remove_lists, show, write_list
from brp_signals.publish.history import history_alarms, history_of
from brp_signals.publish.list_content import Case, Drawn, MunicipalList
from brp_signals.publish.lists import (
    csv_bytes,
    parquet_bytes,
    sample_row,
    shown_suppressor,
    signal_row,
    spreadsheet_text,
)
from brp_signals.publish.recording import lists_of_sealed, record, this_run
from brp_signals.publish.sample import read_sample
from brp_signals.steps.night import Night

Row = dict[str, Any]

#: So many cases must be resolved at once before their share is an alarm.
FEWEST_RESOLVED = 5
#: Where the data steward finds the rows that a check names.
FINDINGS = "findings.csv"

#: What no list is made from, and most of what the database holds by now.
_DONE_WITH = (
    *(f"stage_{table}" for table in ("persons", "residences", "enrolments", "traces")),
    *(f"facts_{table}" for table in ("persons", "residences", "departure_rows", "departures")),
    *(f"facts_{table}" for table in ("enrolment_states", "spell_states", "spells")),
)


def run(night: Night) -> dict[str, Any]:
    """Write everything a run leaves and show it; returns where it is and how many signals each rule has."""
    run_id, delivery_id = night.account["run_id"], night.delivered.delivery_id
    night.warehouse.drop(*_DONE_WITH)
    memory = enrolment_memory.remember_enrolments(night)
    night.reader = None  # the files have been read for the last time
    _write_all(night)
    record(night, memory)  # from this instant the run exists; what follows is finished by the next start if it must be
    show(night.output, delivery_id, run_id)
    remove_lists(night.output, lists_of_sealed(night))
    explanations.forget_others(night.state, run_id)
    earlier = [run.enrolment_memory for run in night.earlier_runs]
    enrolment_memory.forget_others(night.state, [*earlier, memory])
    return {
        "output": str(night.output / delivery_id),
        "signals": night.account["cases"]["listed"],
        **{f"signals {code}": counts["cases"] for code, counts in night.account["rules"].items()},
    }


def _write_all(night: Night) -> None:
    """Write every file that is shown, and what `explain` will need; no case is held in memory afterwards."""
    rules = night.rules
    changed = read_changes(night, rules)
    found = read_cases(night, rules, changed)
    absences, absences_changed = read_absences(night, rules) if night.configuration.absence else ([], None)
    with made_ready(night.output, night.delivered.delivery_id, night.account["run_id"]) as folder:
        _write_lists(night, folder, [(case, row) for case, row in found if not row["is_sealed"]], rules, changed)
        sealed = folder / SEALED
        sealed.mkdir(mode=0o700)
        _write_lists(night, sealed, [(case, row) for case, row in found if row["is_sealed"]], rules, changed)
        if absences_changed:
            codes = _municipalities(night, found)
            for place, is_sealed in ((folder, False), (sealed, True)):
                own = [(case, row) for case, row in absences if row["is_sealed"] == is_sealed]
                write_absences(night, place, own, rules, absences_changed, codes)
        _write_quarantine(night, folder / "quarantine.csv")
        write_findings(night, folder / FINDINGS)
        _write_account(night, folder, rules)
    explanations.remember(
        night,
        [case for case, row in found if not row["is_sealed"]],
        [case for case, row in absences if not row["is_sealed"]],
    )


def _write_lists(
    night: Night, folder: Path, found: list[tuple[Case, Row]], rules: Sequence[Rule], changed: Changed
) -> None:
    """The lists over all municipalities, and a folder for each of them."""
    rows = [signal_row(case, shown_suppressor(row)) for case, row in found]
    listed = [row for row in rows if row["status"] in LISTED]
    is_sealed = folder.name == SEALED
    recipients = night.handover.sealed_recipients if is_sealed else night.handover.recipients
    write_list(folder / "signals.csv", csv_bytes(listed), recipients)
    write_list(folder / "signals.parquet", parquet_bytes(listed), recipients)
    write_list(folder / "cases.parquet", parquet_bytes(rows, CASES), recipients)
    sample = read_sample(night, is_sealed, {case.case_id: case.reason_nl for case, _ in found})
    write_list(folder / "sample.parquet", parquet_bytes([sample_row(each) for each in sample], SAMPLE), recipients)
    departures = _departures(night, is_sealed)
    codes = _municipalities(night, found)
    if is_sealed:
        drawn_in = {each.municipality_code for each in sample}
        codes = sorted({case.municipality_code for case, _ in found} | changed.municipalities(is_sealed) | drawn_in)
    found_by_code, listed_by_code = defaultdict(list), defaultdict(list)
    sample_by_code: dict[str, list[Drawn]] = defaultdict(list)
    for each in sample:
        sample_by_code[each.municipality_code].append(each)
    for case, row in found:
        found_by_code[case.municipality_code].append((case, row))
    for row in listed:
        listed_by_code[row["municipality_code"]].append(row)
    for code in codes:
        own = found_by_code[code]
        suppressed = Counter(row["suppressor_code"] for case, row in own if case.status == "suppressed")
        content = MunicipalList(
            municipality_code=code,
            reference_date=night.reference_date,
            look_back_months=night.configuration.look_back_months,
            cases=tuple(case for case, _ in own if case.status in LISTED),
            suppressed=tuple(sorted(suppressed.items())),
            n_departures=departures.get(code, 0),
            n_weak=sum(case.status == "weak" for case, _ in own),
            is_sealed=is_sealed,
            changes=changed.of_municipality(code, is_sealed),
            overdue=_overdue(night, [case for case, _ in own]),
            sample=tuple(sample_by_code[code]),
        )
        _write_municipality(folder / code, content, listed_by_code[code], rules, recipients)


def _overdue(night: Night, cases: Sequence[Case]) -> tuple[Case, ...]:
    """The cases whose last day for the next step is over, the oldest first."""
    late = [(case.due_on, case.case_id, case) for case in cases if case.due_on and case.due_on < night.reference_date]
    return tuple(case for _, _, case in sorted(late, key=lambda item: item[:2]))


def _write_municipality(
    folder: Path, content: MunicipalList, rows: list[Row], rules: Sequence[Rule], recipients: Recipients
) -> None:
    from brp_signals.publish.page import page_bytes
    from brp_signals.publish.workbook import workbook_bytes

    folder.mkdir(mode=0o700)
    name = f"signalen-{content.municipality_code}-{content.reference_date.isoformat()}"
    write_list(folder / f"{name}.xlsx", workbook_bytes(content, rules), recipients)
    write_list(folder / f"{name}.html", page_bytes(content, rules), recipients)
    write_list(folder / "signals.csv", csv_bytes(rows), recipients)
    write_list(folder / "signals.parquet", parquet_bytes(rows), recipients)


def _municipalities(night: Night, found: Iterable[tuple[Case, Row]]) -> list[str]:
    """Who gets a list: the scope; for the whole country every municipality in the register."""
    if not night.delivered.is_national:
        return list(night.delivered.municipalities)
    rows = night.warehouse.query(
        "SELECT municipality_code FROM stage_municipalities WHERE municipality_code NOT IN ('1999', '0000')",
        "publish/municipalities",
    )
    return sorted({row["municipality_code"] for row in rows} | {case.municipality_code for case, _ in found})


def _departures(night: Night, is_sealed: bool) -> dict[str, int]:
    """Departures in view per municipality; an ordinary list counts all of them, since a number that falls when a case
    leaves the list would tell who came under secrecy."""
    rows = night.warehouse.query(
        "SELECT municipality_code, count(*) AS n FROM facts_departures_in_view "
        "WHERE municipality_code IS NOT NULL AND (is_confidential OR NOT $is_sealed) GROUP BY municipality_code",
        "publish/departures",
        is_sealed=is_sealed,
    )
    return {row["municipality_code"]: row["n"] for row in rows}


def _write_quarantine(night: Night, path: Path) -> None:
    """Where and why rows were set aside: file, line, column, reason; no values."""
    _write_rows(night, path, "SELECT * FROM stage_quarantine", "reason_code")


def write_findings(night: Night, path: Path) -> None:
    """Every row that a check names, also one that only warns: file, line, column, check; no values."""
    rows = "SELECT * FROM validate_findings UNION ALL SELECT file, line, column_name, reason_code FROM stage_quarantine"
    _write_rows(night, path, rows, "check")


def _write_rows(night: Night, path: Path, statement: str, last_header: str) -> None:
    rows = night.warehouse.query(
        f"SELECT DISTINCT file, line, column_name, reason_code FROM ({statement}) ORDER BY ALL", path.name
    )
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("file", "line", "column", last_header))
        # A file is named by whoever delivered it; lines, columns and codes are ours.
        writer.writerows((spreadsheet_text(row.pop("file")), *row.values()) for row in rows)


def _write_account(night: Night, folder: Path, rules: Sequence[Rule]) -> None:
    """run.json and report.html: what came in, what was judged, what came out; no person in either."""
    from brp_signals.publish.report import write_report

    account = night.account
    account["total_seconds"] = round(time.perf_counter() - night.started, 1)
    account["history"] = _history(night)
    account["alarms"] = [*alarms(account), *history_alarms(account["history"])]
    account["versions"] = versions()
    account["hashes"]["rules"] = {rule.code: rule.sha256 for rule in rules}
    account["hashes"]["outputs"] = {
        str(path.relative_to(folder)): _sha256(path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and SEALED not in path.relative_to(folder).parts
    }
    account["finished_at"] = datetime.now(UTC).isoformat(timespec="seconds")
    write_report(folder / "report.html", account)
    text = json.dumps(account, ensure_ascii=False, indent=2, default=str)
    (folder / "run.json").write_text(text + "\n", encoding="utf-8")


def _history(night: Night) -> list[dict[str, Any]]:
    """The last runs about the same municipalities, this one last."""
    this = this_run(night)
    return history_of([*(run for run in night.earlier_runs if run.scope == this.scope), this])


def versions() -> dict[str, str]:
    """What this run was made with."""
    return {"brp_signals": __version__, "python": platform.python_version(), "duckdb": version("duckdb")}


def alarms(account: dict[str, Any]) -> list[str]:
    """Figures that look implausible, in Dutch, for the data steward; they warn and block nothing."""
    from brp_signals.publish.report import rule_titles

    cases, in_view = account["cases"]["listed"], account["departures"]["in_view"]
    found = []
    if in_view >= 20 and cases > 0.2 * in_view:
        found.append("Meer dan 20 % van de vertrekken in beeld staat op een lijst; kijk of een bron te ruim is.")
    flows = [account[kind]["flow"] for kind in ("cases", "absence") if "flow" in account.get(kind, {})]
    resolved = sum(flow["after"]["resolved"] for flow in flows)
    before = sum(flow["listed_before"] + flow["suppressed_before"] + flow["weak_before"] for flow in flows)
    if resolved >= FEWEST_RESOLVED and resolved > 0.2 * before:
        found.append(
            f"{resolved} van de {before} open signalen zijn in één run opgelost, meer dan 20 %; kijk of een bron of "
            "een deel van het register ontbreekt."
        )
    found += [
        wording.silent_source(silent["source_code"], silent["silent_since_on"])
        for silent in account.get("silent_sources", ())
    ]
    found += wording.about_schools(account)
    for code, counts in account["rules"].items():
        if cases >= 20 and counts["cases"] > 0.6 * cases and not is_against(code):
            title = rule_titles().get(code, "zonder naam")
            found.append(f"Regel {code} ({title}) draagt meer dan 60 % van de signalen; kijk of haar bron klopt.")
    return found


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
