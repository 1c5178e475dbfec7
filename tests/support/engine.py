"""The engine behind one function: rows in, evidence and cases out, by the same steps as a nightly run.

The rows are written as a real delivery and go through stage; only Great Expectations and publishing are left out,
because they do not change what is found and cost seconds.
"""

import tempfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from brp_signals import pipeline
from brp_signals.base.warehouse import Warehouse, resource
from brp_signals.steps import validate, watch
from brp_signals.steps.recall import DECISIONS
from tests.reference.shapes import Decision, Delivery, EvidenceKey, Result, Settings
from tests.support.deliveries import write_delivery

HIDDEN = ("departure_id", "departure_date", "rank")


def run_engine(
    delivery: Delivery,
    reference_date: date,
    settings: Settings,
    decisions: list[Decision] | None = None,
    sql_overrides: Mapping[str, str] | None = None,
) -> Result:
    """The same question as `tests.reference.model.evaluate`, answered by the SQL.

    `sql_overrides` replaces SQL files by their path below `sql/` (mutation tests).
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = {table: getattr(delivery, table) for table in ("persons", "residences", "enrolments", "traces")}
        write_delivery(folder / "delivery", tables, reference_date, settings.scope)
        (folder / "brp-signals.toml").write_text(configuration(settings), encoding="utf-8")
        with pipeline.open_night(
            folder / "delivery",
            state=folder / "state",
            output=folder / "output",
            config=folder / "brp-signals.toml",
            threads=1,
            sql_overrides=dict(sql_overrides or {}),
        ) as night:
            for step in ("delivery", "recall", "stage", "absence"):
                night.run_step(step)
            recall_decisions(night, decisions or [])
            validate.set_aside(night.night, validate.load_checks(resource("expectations")))
            validate.make_valid(night.night)
            watch.hold(night.night, [])
            for step in ("facts", "rules", "cases", "rank"):
                night.run_step(step)
            return read_result(night)


def recall_decisions(night: pipeline.OpenNight, decisions: list[Decision]) -> None:
    """Put decisions where the ledger will put them."""
    night.night.warehouse.load(
        "recall_decisions",
        DECISIONS,
        [(None, item.person_id, item.departed_on, item.code, item.decided_on) for item in decisions],
    )


def read_result(night: pipeline.OpenNight) -> Result:
    """Evidence and cases of the run, in the reference's shape."""
    warehouse = night.night.warehouse
    evidence = warehouse.query(
        "SELECT departures.person_id, departures.departed_earliest_on, evidence.rule_code, evidence.source, "
        "evidence.event_on FROM cases_evidence AS evidence "
        "INNER JOIN facts_departures_in_view AS departures USING (departure_id) "
        "INNER JOIN cases_current AS cases USING (departure_id)",
        "evidence",
    )
    result = Result(evidence={tuple(row.values()) for row in evidence}, against=against_of(warehouse))
    pieces = pieces_of(warehouse)
    for row in warehouse.query("SELECT * FROM rank_order ORDER BY case_id", "cases"):
        result.cases.append(_case(row, pieces))
    if night.night.configuration.absence:
        _read_absences(night, result)
    result.counts.update(_counts(night, len(result.cases)))
    for row in warehouse.query(
        "SELECT table_name, reason_code, count(*) AS n FROM stage_quarantine GROUP BY ALL", "quarantine"
    ):
        result.quarantine[row["table_name"], row["reason_code"]] = row["n"]
    return result


def against_of(warehouse: Warehouse) -> set[EvidenceKey]:
    """What speaks against the cases of the run."""
    rows = warehouse.query(
        "SELECT departures.person_id, departures.departed_earliest_on, against.rule_code, against.source, "
        "against.event_on FROM cases_against AS against "
        "INNER JOIN facts_departures_in_view AS departures USING (departure_id) "
        "INNER JOIN cases_current AS cases USING (departure_id)",
        "against",
    )
    return {(row["person_id"], row["departed_earliest_on"], *list(row.values())[2:]) for row in rows}


def pieces_of(warehouse: Warehouse) -> dict[str, tuple[str, ...]]:
    """The pieces of every departure that is weighed, as the run counted them."""
    rows = warehouse.query(
        "SELECT departure_id, list(piece ORDER BY piece) AS pieces FROM cases_weighable GROUP BY departure_id", "pieces"
    )
    return {row["departure_id"]: tuple(row["pieces"]) for row in rows}


def _read_absences(night: pipeline.OpenNight, result: Result) -> None:
    """Cases of children on no school list, and who never became one."""
    for row in night.night.warehouse.query("SELECT * FROM rank_absences", "absences"):
        result.absences.append(
            {
                "person_id": row["person_id"],
                "case_id": row["case_id"],
                "municipality_code": row["municipality_code"],
                "rule_codes": (row["rule_code"],),
                "source": row["source"],
                "event_on": row["event_on"],
                "since_on": row["since_on"],
                "is_leerplicht": night.night.reference_date < row["leerplicht_until"],
                "status": row["status"],
                "suppressor_code": row["suppressor_code"] or "",
                "is_confidential": row["is_sealed"],
                "rank": row["rank"],
            }
        )
    withheld = night.night.warehouse.query(
        "SELECT absence_id, suppressor_code FROM cases_absence_suppressors "
        "WHERE absence_id NOT IN (SELECT absence_id FROM cases_absences_found) "
        "AND absence_id IN (SELECT absence_id FROM rules_absences)",
        "absences",
    )
    result.withheld.update({row["absence_id"]: row["suppressor_code"] for row in withheld})


def _counts(night: pipeline.OpenNight, n_cases: int) -> dict[str, int]:
    """The run's own counts, with the children under a secrecy indication that it leaves out of them."""
    everyone = night.night.warehouse.sql("facts/counts.sql").replace("NOT in_view.is_confidential", "true")
    everyone = everyone.replace("AND NOT persons.is_confidential", "")
    row = night.night.warehouse.query(everyone, "counts", **night.night.parameters)[0]
    elsewhere = row["out_of_scope"] + row["municipality_unknown"]
    counts = {name: row[name] for name in ("in_view", "out_of_scope", "municipality_unknown")}
    counts["suspended"] = row["suspended_otherwise"]
    return counts | {"without_sign": row["in_view"] - elsewhere - n_cases}


def _case(row: dict[str, Any], pieces: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    return {
        "person_id": row["person_id"],
        "departed_on": row["departed_on"],
        "municipality_code": row["municipality_code"],
        "recorded_on": row["recorded_on"],
        "is_destination_unknown": row["is_destination_unknown"],
        "level": row["level"] or "",
        "status": row["status"],
        "suppressor_code": row["suppressor_code"] or "",
        "suppressor_codes": tuple((row["suppressor_codes"] or "").split("|")) if row["suppressor_codes"] else (),
        "rule_codes": tuple(row["rule_codes"].split("|")),
        "first_sign_on": row["first_sign_on"],
        "last_sign_on": row["last_sign_on"],
        "pieces": pieces.get(row["departure_id"], ()),
        "points": points_of(row),
        "chance_pct": row["chance_pct"],
        "rank": row["rank"],
        "case_id": row["case_id"],
        "is_confidential": row["is_sealed"],
    }


def points_of(case: Mapping[str, Any]) -> Decimal | None:
    """The sum of a case; none of a case that is not weighed."""
    return None if case["points"] is None else Decimal(case["points"]).scaleb(-2)


def configuration(settings: Settings) -> str:
    """The reference's settings as brp-signals.toml."""
    lines = [f"look_back_months = {settings.look_back_months}"]
    lines.append(f"disabled_rules = {sorted(settings.disabled_rules)!r}".replace("'", '"'))
    lines += ["[grace_days]", *(f'"{code}" = {days}' for code, days in settings.grace_days.items())]
    thresholds = (
        "inquiry_days",
        "explained_months",
        "stale_days",
        "stale_days_summer",
        "slow_recording_days",
        "school_gap_days",
        "early_return_months",
    )
    lines += ["[thresholds]", *(f"{name} = {getattr(settings, name)}" for name in thresholds)]
    lines += ["[levels]", f"a = {settings.levels.a}", f"b = {settings.levels.b}"]
    lines += ["[weights]", f"base = {settings.weights.base}"]
    lines += ["[weights.pieces]", *(f'"{piece}" = {points}' for piece, points in settings.weights.pieces.items())]
    if settings.first_school_days:
        days = settings.first_school_days.items()
        lines += ["[calendars.first_school_days]", *(f'"{month}" = {day.isoformat()}' for month, day in days)]
    if settings.municipality_successors:
        pairs = settings.municipality_successors.items()
        lines += ["[municipality_successors]", *(f'"{old}" = "{new}"' for old, new in pairs)]
    if settings.absence:
        lines += ["[absence]", f"declared_schools = {list(settings.absence.declared_schools)!r}".replace("'", '"')]
        lines += [f"{name} = {getattr(settings.absence, name)}" for name in ("transfer_days", "arrival_days")]
    for name, file in settings.enrolment_sources.items():
        lines += [f"[enrolment_sources.{name}]", 'legal_basis = "Leerplichtwet 1969"', f'file = "{file}"']
    for source in settings.sources:
        lines += [
            "[[sources]]",
            f'code = "{source.code}"',
            f'kind = "{source.kind}"',
            'legal_basis = "Leerplichtwet 1969"',
            f"retention_days = {source.retention_days}",
            f'dpia_reference = "{source.dpia_reference}"',
            f'file = "{source.file}"',
        ]
    return "\n".join(lines) + "\n"
