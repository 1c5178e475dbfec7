"""Publish: lists per municipality, the run's account and report, and the sealed list, all at once."""

import csv
import hashlib
import json
import platform
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

from brp_signals import __version__
from brp_signals.base.config import is_against
from brp_signals.base.rule_files import Rule
from brp_signals.publish import enrolment_memory, explanations, steward_words, watch_words
from brp_signals.publish.cases import Background, Found
from brp_signals.publish.changes import read_changes
from brp_signals.publish.commit import SEALED, made_ready, remove_lists, show
from brp_signals.publish.history import history_alarms, history_of
from brp_signals.publish.kinds import DEPARTURES, KINDS
from brp_signals.publish.lists import write_lists
from brp_signals.publish.recording import lists_of_sealed, record, this_run
from brp_signals.publish.tables import spreadsheet_text
from brp_signals.publish.watched import work, write_watched
from brp_signals.state import memory_files
from brp_signals.state.schools import Schools, read_schools, table_files
from brp_signals.steps.night import Night

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
    night.files_as_tables = None  # the files have been read for the last time
    _write_all(night)
    record(night, memory)  # from this instant the run exists; what follows is finished by the next start if it must be
    show(night.output, delivery_id, run_id)
    remove_lists(night.output, lists_of_sealed(night))
    explanations.forget_others(night.state, run_id)
    earlier = [run.enrolment_memory for run in night.earlier_runs]
    memory_files.forget_others(night.state, [*earlier, memory])
    return {
        "output": str(night.output / delivery_id),
        "signals": night.account["cases"]["listed"],
        **{f"signals {code}": counts["cases"] for code, counts in night.account["rules"].items()},
    }


def _write_all(night: Night) -> None:
    """Write every file that is shown, and what `explain` will need; no case is held in memory afterwards."""
    rules = night.rules
    kinds = KINDS if night.configuration.absence else (DEPARTURES,)
    changed = {kind.code: read_changes(night, rules, kind.code) for kind in kinds}
    schools = read_schools(night.state)
    found = {kind.code: kind.read(night, rules, Background(night, changed[kind.code], schools)) for kind in kinds}
    ordinary = {code: [each for each in own if not each.row["is_sealed"]] for code, own in found.items()}
    sealed = {code: [each for each in own if each.row["is_sealed"]] for code, own in found.items()}
    municipalities = _municipalities(night, chain.from_iterable(ordinary.values()))
    with made_ready(night.output, night.delivered.delivery_id, night.account["run_id"]) as folder:
        for kind in kinds:
            write_lists(night, folder, kind, ordinary[kind.code], changed[kind.code], rules, municipalities)
        (folder / SEALED).mkdir(mode=0o700)
        for kind in kinds:
            write_lists(night, folder / SEALED, kind, sealed[kind.code], changed[kind.code], rules)
        _write_quarantine(night, folder / "quarantine.csv")
        write_findings(night, folder / FINDINGS)
        night.account["work"] = work(night, [case for own in ordinary.values() for case, _ in own])
        _write_account(night, folder, rules, schools)
    explanations.remember(night, {code: [case for case, _ in own] for code, own in ordinary.items()})


def _municipalities(night: Night, found: Iterable[Found]) -> set[str]:
    """Who gets a list: the scope; for the whole country every municipality in the register, or with a case."""
    if not night.delivered.is_national:
        return set(night.delivered.municipalities)
    rows = night.warehouse.query(
        "SELECT municipality_code FROM stage_municipalities WHERE municipality_code NOT IN ('1999', '0000')",
        "publish/municipalities",
    )
    return {row["municipality_code"] for row in rows} | {case.municipality_code for case, _ in found}


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


def _write_account(night: Night, folder: Path, rules: Sequence[Rule], schools: Schools) -> None:
    """run.json and report.html: what came in, what was judged, what came out; no person in either."""
    from brp_signals.publish.report import write_report

    account = night.account
    account["total_seconds"] = round(time.perf_counter() - night.started, 1)
    account["history"] = _history(night)
    for alarm in account["watch"]:
        alarm["sentence_nl"] = watch_words.sentence(_by_name(alarm, schools))
    account["alarms"] = [*alarms(account), *history_alarms(account["history"])]
    write_watched(night, folder, schools)
    account["versions"] = versions()
    if names := table_files(night.state):
        account["hashes"]["school_names"] = {path.name: _sha256(path.read_bytes()) for path in names}
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


def _by_name(alarm: dict[str, Any], schools: Schools) -> dict[str, Any]:
    """An alarm with its school, and the one that may have taken its place, by number and name."""
    told = {key: schools.named(alarm[key]) for key in ("subject", "other") if alarm.get(key)}
    return {**alarm, **told} if alarm["subject_kind"] == "school" else alarm


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
        steward_words.silent_source(silent["source_code"], silent["silent_since_on"])
        for silent in account.get("silent_sources", ())
    ]
    found += steward_words.about_schools(account)
    # What is silent is told above, every night.
    changed = [alarm for alarm in account.get("watch", ()) if alarm["is_new"] and alarm["measure"] != "silent"]
    found += [alarm["sentence_nl"] for alarm in changed]
    for code, counts in account["rules"].items():
        if cases >= 20 and counts["cases"] > 0.6 * cases and not is_against(code):
            title = rule_titles().get(code, "zonder naam")
            found.append(f"Regel {code} ({title}) draagt meer dan 60 % van de signalen; kijk of haar bron klopt.")
    return found


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
