"""Validate: Great Expectations judges the profile of the register and the candidate rows, by the suites in
`expectations/`; then only `valid_*` tables may be read.

An engine failure is never reported as bad data, nor bad data as an engine failure: every check's verdict is held
against an own count of its offenders, and a check that could not run ends the run.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brp_signals.base.errors import DeliveryRefused, InternalFailure
from brp_signals.base.warehouse import Value, resource
from brp_signals.delivery.contract import REQUIRED
from brp_signals.delivery.unreadable import UnreadableColumn, refusal
from brp_signals.steps.night import Night

if TYPE_CHECKING:
    from brp_signals.steps.judging import Suite

#: The share of the memory that a run may hold for judging the snapshot, beside its own database.
_SNAPSHOT = 0.1
SEVERITIES = ("block", "quarantine", "warn")
#: The reason code of checks against the last accepted delivery, which a person may overrule with a reason.
DRIFT = "drift"
_MADE_AGAIN = "nothing was published; have the delivery made again"
#: The reason code of checks that count rows of persons who do not stand in persons.
ORPHAN = "orphan"
#: Rows of children of cases that count no more: silence, not news (I-15).
_OUT_OF_COUNT = {"file": "VARCHAR", "line": "BIGINT"}
_FINDINGS = {"file": "VARCHAR", "line": "BIGINT", "column_name": "VARCHAR", "reason_code": "VARCHAR"}
_META = ("check", "reason_code", "severity", "meaning_nl", "owner", "since")


@dataclass(frozen=True)
class Check:
    """One expectation of a suite, with what a steward needs to know about it."""

    suite: str
    table: str
    type: str
    description: str
    kwargs: dict[str, Any]
    check: str
    reason_code: str
    severity: str
    meaning_nl: str
    owner: str
    counts: str = ""
    """Why the rows it names count all the same; without a reason they tell nothing about a case (I-15)."""

    @property
    def is_register_check(self) -> bool:
        """Whether it judges a measure of the profile, not rows one by one."""
        return "column" in self.kwargs

    @property
    def is_share(self) -> bool:
        """Whether it is measured as a part of the whole, told in percent."""
        return str(self.kwargs.get("column", "")).endswith("_share")

    @property
    def limit(self) -> str:
        """The limit in words, a share in percent: `≤ 2 %`, `≤ 45`."""
        most = self.kwargs.get("max_value", 0)
        return f"≤ {100 * most:g} %" if self.is_share else f"≤ {most}"


def run(night: Night) -> dict[str, int]:
    """Judge the delivery, set refused rows aside, make the `valid_*` tables; returns outcomes.

    Raises DeliveryRefused when a blocking check fails and InternalFailure when a check could not be evaluated.
    """
    checks = load_checks(resource("expectations"))
    offenders = {check.check: _count_offenders(night, check) for check in checks}
    verdicts = _judge(night, checks)
    night.account["checks"] = [_outcome(check, offenders[check.check], verdicts[check.check]) for check in checks]
    load_outcomes(night, checks)
    set_aside(night, checks)
    _find_orphans(night, checks)
    make_valid(night)
    _refuse_if_blocked(night, checks)
    outcomes = [item["outcome"] for item in night.account["checks"]]
    return {name: outcomes.count(name) for name in ("passed", "failed")}


def load_outcomes(night: Night, checks: tuple[Check, ...]) -> None:
    """Make `validate_outcomes`: what each check observed, for those who ask whether that is as usual."""
    columns = {"check_name": "VARCHAR", "reason_code": "VARCHAR", "table_name": "VARCHAR", "observed": "DOUBLE"}
    is_of_rows = {check.check for check in checks if not check.is_register_check}
    night.warehouse.load(
        "validate_outcomes",
        {**columns, "is_row_check": "BOOLEAN"},
        [
            (item["check"], item["reason_code"], item["table"], item["observed"], item["check"] in is_of_rows)
            for item in night.account["checks"]
        ],
    )


def load_checks(folder: Path) -> tuple[Check, ...]:
    """Every expectation in the suites of `folder`, in file order.

    Raises InternalFailure when a suite is incomplete: Great Expectations itself drops what it does not know.
    """
    checks: list[Check] = []
    for path in sorted(folder.glob("*.json")):
        suite = json.loads(path.read_text(encoding="utf-8"))
        for item in suite["expectations"]:
            if missing := [key for key in _META if not item["meta"].get(key)]:
                raise InternalFailure(f"{path.name}: an expectation has no {missing[0]}; a steward needs it.")
            if item["meta"]["severity"] not in SEVERITIES:
                raise InternalFailure(f"{path.name}: severity must be one of {', '.join(SEVERITIES)}.")
            meta = {key: item["meta"][key] for key in _META if key != "since"}
            checks.append(
                Check(
                    suite["name"],
                    suite["meta"]["table"],
                    item["type"],
                    item["description"],
                    item["kwargs"],
                    counts=item["meta"].get("counts", ""),
                    **meta,
                )
            )
    if len({check.check for check in checks}) < len(checks):
        raise InternalFailure("Two expectations carry the same check name; give each its own.")
    return tuple(checks)


def set_aside(night: Night, checks: tuple[Check, ...]) -> None:
    """Put the offenders of every quarantining check into the quarantine, with the check's reason, and make
    `validate_findings`: every row that a check or the quarantine names, for the steward; and `stage_out_of_count`:
    those of them that tell nothing about a case."""
    night.warehouse.load("validate_findings", _FINDINGS, [])
    night.warehouse.load("stage_out_of_count", _OUT_OF_COUNT, [])
    for check in checks:
        if not check.is_register_check:
            _note(night, check, _offenders_sql(night, check))
            _put_out_of_count(night, check)
        if check.severity == "quarantine":
            night.warehouse.execute(
                "INSERT INTO stage_quarantine BY NAME "
                f"SELECT DISTINCT '{_file_table(check)}' AS table_name, file, line, column_name, "
                f"'{check.reason_code}' AS reason_code FROM (\n{_offenders_sql(night, check)}\n)",
                check.check,
                **night.parameters,
            )


def _note(night: Night, check: Check, rows: str, **parameters: Value) -> None:
    night.warehouse.execute(
        "INSERT INTO validate_findings BY NAME "
        f"SELECT file, line, column_name, '{check.reason_code}' AS reason_code FROM (\n{rows}\n)",
        check.check,
        **night.parameters,
        **parameters,
    )


def _put_out_of_count(night: Night, check: Check) -> None:
    if not check.counts:
        night.warehouse.execute(
            f"INSERT INTO stage_out_of_count SELECT DISTINCT file, line FROM (\n{_offenders_sql(night, check)}\n)",
            check.check,
            **night.parameters,
        )


def _find_orphans(night: Night, checks: tuple[Check, ...]) -> None:
    """Name the rows whose person is missing, of each table of which a check says that there are too many."""
    failed = {item["check"] for item in night.account["checks"] if item["outcome"] == "failed"}
    of_table = {_file_table(check): check for check in checks if check.check in failed and check.reason_code == ORPHAN}
    for table, check in of_table.items():
        _note(night, check, night.warehouse.sql("validate/orphans.sql"), table_name=table)


def make_valid(night: Night) -> None:
    """Name the rows that facts may read, and close the account of rows; most are read once, so they are not copied."""
    for table in REQUIRED:
        night.warehouse.view(f"valid_{table}", f"validate/valid_{table}.sql")
    night.create("valid_set_aside", "validate/valid_set_aside.sql")
    night.warehouse.execute(
        "CREATE OR REPLACE TABLE valid_school_deliveries AS SELECT * FROM stage_school_deliveries", "valid tables"
    )
    night.create("valid_sign_days", "validate/valid_sign_days.sql")
    quarantined = _counts(night, "SELECT file, count(DISTINCT line) AS n FROM stage_quarantine GROUP BY file")
    for table, entry in night.account["tables"].items():
        kept = _counts(night, f"SELECT file, count(*) AS n FROM valid_{table} GROUP BY file")
        for file in entry["files"]:
            file["kept"], file["quarantined"] = kept.get(file["name"], 0), quarantined.get(file["name"], 0)
            file["not_needed"] = file["rows_read"] - file["kept"] - file["quarantined"]
    night.account["quarantine"] = _counts(
        night, "SELECT reason_code AS file, count(*) AS n FROM stage_quarantine GROUP BY ALL ORDER BY ALL"
    )


def _counts(night: Night, statement: str) -> dict[str, int]:
    return {row["file"]: row["n"] for row in night.warehouse.query(statement, "validate/account")}


def _file_table(check: Check) -> str:
    """The delivered table that a check speaks about."""
    return check.suite.split("_")[0].replace("duplicates", "persons")


def _offenders_sql(night: Night, check: Check) -> str:
    return night.warehouse.sql(check.kwargs["unexpected_rows_query"])


def _count_offenders(night: Night, check: Check) -> float:
    """Our own measure, which the verdict must agree with: the profile's value, or the number of offending rows."""
    if check.is_register_check:
        statement = f"SELECT {check.kwargs['column']} AS n FROM {check.table}"
    else:
        statement = f"SELECT count(*) AS n FROM (\n{_offenders_sql(night, check)}\n)"
    value = night.warehouse.query(statement, check.check, **night.parameters)[0]["n"]
    if value is None:
        raise InternalFailure(
            f"Validation stopped: {check.check} has no measure; pass this sentence to the maintainers."
        )
    return float(value)


def _outcome(check: Check, observed: float, passed: bool) -> dict[str, Any]:
    expected = observed <= check.kwargs["max_value"] if check.is_register_check else observed == 0
    if passed != expected:
        raise InternalFailure(
            f"Validation stopped: check {check.check} gave a verdict that its own count contradicts; nothing is "
            "published and the data is not to blame, pass this sentence to the maintainers."
        )
    return {
        "suite": check.suite,
        "check": check.check,
        "table": _file_table(check),
        "reason_code": check.reason_code,
        "severity": check.severity,
        "meaning_nl": check.meaning_nl,
        "owner": check.owner,
        "outcome": "passed" if passed else "failed",
        "observed": int(observed) if observed.is_integer() else round(observed, 6),
        "is_share": check.is_share,
        "limit": check.limit,
    }


def _refuse_if_blocked(night: Night, checks: tuple[Check, ...]) -> None:
    failed = {item["check"] for item in night.account["checks"] if item["outcome"] == "failed"}
    blocking = [check for check in checks if check.severity == "block" and check.check in failed]
    if night.accepted_drift and (drifted := [check.check for check in blocking if check.reason_code == DRIFT]):
        night.account["accepted_drift"] = {"reason": night.accepted_drift, "checks": drifted}
        blocking = [check for check in blocking if check.check not in drifted]
    if blocking and night.account["unreadable"]:
        columns = [UnreadableColumn(**column) for column in night.account["unreadable"]]
        raise DeliveryRefused(refusal(f"Delivery {night.delivered.delivery_id}", columns, _MADE_AGAIN))
    if blocking:
        more = f" (and {len(blocking) - 1} more blocking checks)" if len(blocking) > 1 else ""
        raise DeliveryRefused(
            f"Delivery {night.delivered.delivery_id} refused: {blocking[0].description}{more}; nothing was published."
        )


def _judge(night: Night, checks: tuple[Check, ...]) -> dict[str, bool]:
    """Verdict per check, by Great Expectations on a snapshot that holds nothing but what is judged."""
    from brp_signals.steps.judging import judge

    # Great Expectations keeps what it opened; a name of its own keeps two runs of one process apart.
    snapshot = night.work / f"judged-{night.account['run_id']}.duckdb"
    snapshot.unlink(missing_ok=True)
    tables = sorted({check.table for check in checks} | {"stage_children", "stage_duplicates"})
    night.warehouse.export(snapshot, tables, _words(night, checks))
    return judge(snapshot, _suites(night, checks), _limits(checks), night.configuration.memory_share(_SNAPSHOT))


def _words(night: Night, checks: tuple[Check, ...]) -> set[str]:
    """Every word that the checks are made of: a column that is none of them is not judged."""
    texts = [check.kwargs["column"] if check.is_register_check else _offenders_sql(night, check) for check in checks]
    return {word for text in texts for word in re.findall(r"[a-z_][a-z_0-9]*", text)}


def _suites(night: Night, checks: tuple[Check, ...]) -> "list[Suite]":
    """The suites as Great Expectations takes them, each limit a parameter of the name of its check."""
    from brp_signals.steps.judging import Suite

    suites: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for check in sorted(checks, key=lambda check: check.suite):
        expectation = {"type": check.type, "kwargs": _kwargs(night, check), "meta": {"check": check.check}}
        suites.setdefault((check.suite, check.table), []).append(expectation)
    return [Suite(name, table, expectations) for (name, table), expectations in suites.items()]


def _limits(checks: tuple[Check, ...]) -> dict[str, float]:
    return {check.check: check.kwargs["max_value"] for check in checks if check.is_register_check}


def _kwargs(night: Night, check: Check) -> dict[str, Any]:
    if check.is_register_check:
        return {**check.kwargs, "max_value": {"$PARAMETER": check.check}}
    return {**check.kwargs, "unexpected_rows_query": _query(night, check)}


def _query(night: Night, check: Check) -> str:
    """The query of a row check, its `$names` filled in and its braces doubled as Great Expectations wants."""
    sql = _offenders_sql(night, check).replace("{", "{{").replace("}", "}}")
    judged = f"FROM {check.table}"
    if judged not in sql:
        raise InternalFailure(
            f"Check {check.check} does not read {check.table}, which its suite judges; mend the suite."
        )
    # Great Expectations puts a subquery with an alias of its own in place of {batch}.
    sql = sql.replace(judged, "FROM (SELECT * FROM {batch})", 1)
    return re.sub(r"\$([a-z_]+)", lambda found: _literal(night.parameters[found.group(1)]), sql)


def _literal(value: Value) -> str:
    return f"DATE '{value.isoformat()}'" if isinstance(value, date) else str(value)
