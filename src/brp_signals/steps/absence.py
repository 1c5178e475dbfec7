"""Absence: who may be a child that is registered here and on no school list, added to the staged rows.

Only when the configuration asks for it. Stage chose the rows of the few children that R-01 and R-02 may speak of; this
step decides who of them is looked at. From here on the ordinary checks and facts apply to them.
"""

from typing import Any

from brp_signals.steps.night import Night

ABSENT = {"person_id": "VARCHAR", "kind": "VARCHAR", "are_all_delivered": "BOOLEAN"}


def run(night: Night) -> dict[str, Any]:
    """Make `stage_absent`, empty when the configuration does not ask for it, and stage the rows of who is in it.

    Returns how many children are looked at and how many declared schools deliver no list that can be relied on.
    """
    absence = night.configuration.absence
    night.warehouse.load("stage_absent", ABSENT, [])
    if absence is None:
        return {}
    for table in ("lists", "leavers", "traces"):
        night.create(f"_absence_{table}", f"absence/{table}.sql")
    night.create("stage_absent", "absence/absent.sql")
    night.create("stage_absent_silent", "absence/silent.sql")
    _stage(night)
    silent = _silent_schools(night)
    night.account["absence"] = {
        "declared_schools": len(absence.declared_schools),
        "silent_schools": silent,
        "asks_after_never_enrolled": bool(absence.declared_schools) and not silent,
    }
    (counted,) = night.warehouse.query("SELECT count(*) AS absent FROM stage_absent", "absence/counts")
    return {**counted, "silent_schools": len(silent)}


def _silent_schools(night: Night) -> list[str]:
    """The declared schools without a list that can be relied on; with one of them nobody asks after R-02."""
    rows = night.warehouse.query(
        "SELECT school_id FROM stage_declared_schools WHERE NOT is_delivered ORDER BY school_id", "absence/schools"
    )
    return [row["school_id"] for row in rows]


def _stage(night: Night) -> None:
    """Add the rows of these children; a parent among them, staged for context alone, is staged whole instead."""
    night.warehouse.execute(
        "DELETE FROM stage_persons WHERE person_id IN (SELECT person_id FROM stage_absent) "
        "AND person_id NOT IN (SELECT person_id FROM stage_children)",
        "absence/stage_persons",
    )
    for table, row in (("persons", "person"), ("residences", "residence"), ("traces", "trace")):
        typed, rows = f"stage/{table}.sql", f"absence/{row}_rows.sql"
        night.warehouse.insert(f"stage_{table}", typed, {f"_stage_{row}_rows": rows})
    night.warehouse.insert("stage_enrolments", "absence/enrolments.sql")
