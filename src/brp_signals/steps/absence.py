"""Absence: who may be a child that is registered here and on no school list, added to the staged rows.

Only when the configuration asks for it. Stage keeps what departures need; this step looks once more, narrowly, at the
files for the few children that R-01 and R-02 may speak of. From here on the ordinary checks and facts apply to them.
"""

from typing import Any

from brp_signals.steps.night import Night

ABSENT = {"person_id": "VARCHAR", "kind": "VARCHAR", "are_all_delivered": "BOOLEAN"}
_PARTS = ("persons", "residences", "enrolments", "traces")


def run(night: Night) -> dict[str, Any]:
    """Make `stage_absent`, empty when the configuration does not ask for it, and stage the rows of who is in it.

    Returns how many children are looked at and how many declared schools deliver no list that can be relied on.
    """
    absence = night.configuration.absence
    night.warehouse.load("stage_absent", ABSENT, [])
    if absence is None:
        return {}
    night.warehouse.load(
        "settings_declared_schools", {"school_id": "VARCHAR"}, [(school,) for school in absence.declared_schools]
    )
    _derive(night, "schools", "known")
    silent = _silent_schools(night)
    are_declared = bool(absence.declared_schools)
    lists = {"are_declared": are_declared, "are_all_delivered": are_declared and not silent}
    _look_for_pupils(night, are_declared)
    _gather(night, "enrolments", "withdrawn")
    _derive(night, "looked_at")
    _gather(night, "enrolments", "enrolments")
    _derive(night, "lists", "leavers")
    _gather(night, "persons", "persons", **lists)
    _gather(night, "residences", "residences")
    _gather(night, "traces", "traces")
    night.create("stage_absent", "absence/absent.sql", **lists)
    night.create("stage_absent_silent", "absence/silent.sql")
    _stage(night)
    night.account["absence"] = {
        "declared_schools": len(absence.declared_schools),
        "silent_schools": silent,
        "asks_after_never_enrolled": lists["are_all_delivered"],
    }
    (counted,) = night.warehouse.query("SELECT count(*) AS absent FROM stage_absent", "absence/counts")
    return {**counted, "silent_schools": len(silent)}


def _look_for_pupils(night: Night, are_declared: bool) -> None:
    """Who is on a list at all: a question only where the municipality declared its schools."""
    if are_declared:
        _gather(night, "enrolments", "pupils")
        night.warehouse.insert("_absence_pupils", "absence/pupils_before.sql")
    else:
        night.warehouse.load("_absence_pupils", {"person_key": "UBIGINT"}, [])


def _silent_schools(night: Night) -> list[str]:
    """The declared schools without a list that can be relied on; with one of them nobody asks after R-02."""
    rows = night.warehouse.query(
        "SELECT school_id FROM _absence_schools WHERE NOT is_delivered ORDER BY school_id", "absence/schools"
    )
    return [row["school_id"] for row in rows]


def _derive(night: Night, *tables: str) -> None:
    for table in tables:
        night.create(f"_absence_{table}", f"absence/{table}.sql")


def _gather(night: Night, table: str, part: str, **parameters: bool) -> None:
    """Show `table` whole to one SQL file, which makes `_absence_<part>`."""
    with night.showing(table):
        night.create(f"_absence_{part}", f"absence/{part}.sql", **parameters)


def _stage(night: Night) -> None:
    """Add the rows of these children; a parent among them, staged for context alone, is staged whole instead."""
    night.warehouse.execute(
        "DELETE FROM stage_persons WHERE person_id IN (SELECT person_id FROM stage_absent) "
        "AND person_id NOT IN (SELECT person_id FROM stage_children)",
        "absence/stage_persons",
    )
    for part in _PARTS:
        night.warehouse.insert(f"stage_{part}", f"absence/stage_{part}.sql")
