"""Stage: judge and count every row of every file, keep the few rows that a case can need.

The register is huge and departures of children are few. So of a file stay its counts, its faults and its candidates;
nothing big is loaded into tables. First every cell is judged and school lists are counted. Narrow looks then tell who
is a child that left or, when the configuration asks, may be one on no school list; for both rows are taken at once.
"""

from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from brp_signals.base.errors import InternalFailure
from brp_signals.base.warehouse import quoted
from brp_signals.delivery.contract import REQUIRED
from brp_signals.delivery.unreadable import (
    CANNOT_BE_READ,
    ENDS_FIRST,
    FEWEST_UNREADABLE,
    LIES_AHEAD,
    UnreadableColumn,
    is_mass_failure,
)
from brp_signals.steps.faulty_cells import find_faulty_cells
from brp_signals.steps.files_as_tables import FilesAsTables
from brp_signals.steps.night import Night

MACROS = (
    "register_date_form",
    "is_register_date",
    "iso_date_form",
    "known_end",
    "id_fault",
    "id_text",
    "date_fault",
    "earliest_on",
    "latest_on",
)
#: What can be wrong with a column, by what sql/stage/unreadable.sql calls it.
_PROBLEMS = {"": CANNOT_BE_READ, "ahead": LIES_AHEAD, "ends_first": ENDS_FIRST}
#: Tables of this step alone: what each file holds, and the rows of it that are at fault or needed, as delivered.
_COUNTS = tuple(f"_stage_{table}_counts" for table in REQUIRED)
_CHOSEN = tuple(f"_stage_{table}_chosen" for table in ("parents", *REQUIRED))
#: Rows of persons that may be of a parent, or of somebody who is delivered twice.
_PARENTS = (
    "person_key IN (SELECT key_of(person_id) FROM _stage_parents) "
    "OR hash(person_key) IN (SELECT person_key FROM _stage_repeated_keys)"
)
#: So many remembered rows, some 50 MB, are held in the database for all that read them.
_FEW_REMEMBERED = 500_000
_FAULTY_CELLS = {
    "table_name": "VARCHAR",
    "file": "VARCHAR",
    "row_no": "BIGINT",
    "column_name": "VARCHAR",
    "position": "INTEGER",
    "reason_code": "VARCHAR",
    "may_pass": "BOOLEAN",
}


def run(night: Night) -> dict[str, int]:
    """Make `stage_persons`, `stage_residences`, `stage_enrolments`, `stage_traces` and what is known about them.

    Returns rows read and quarantined. Raises InternalFailure when the rows of a file do not add up, DeliveryRefused
    when a Parquet file is damaged.
    """
    prepare(night)
    night.files_as_tables = FilesAsTables(night.delivered.files, night.warehouse, night.work)
    files = [(file.table, file.name) for file in night.delivered.files]
    night.warehouse.load("_stage_files", {"table_name": "VARCHAR", "file": "VARCHAR"}, files)
    load_sources(night)
    _derive(night, "stage_expected", "stage_expected_absences")
    _judge(night)
    _look(night, "enrolments", "enrolments_counts")
    _derive(night, "_stage_school_lists", "stage_school_deliveries")
    _choose(night)
    for table in ("persons", "residences", "traces"):
        _look(night, table, f"{table}_counts")
    with night.showing("residences"):
        _derive(night, "stage_departure_counts")
    _load_shifts(night)
    _derive(night, "stage_quarantine", "stage_duplicates", "stage_municipalities")
    _find_unreadable(night)
    _name(night, "parent_rows", "sound_orphans")
    _derive(night, "_stage_lines", "stage_sign_days", "stage_set_aside")
    _name(night, "person_rows", "residence_rows", "enrolment_rows", "trace_rows")
    _find_silent_lists(night)
    _find_remembered(night)
    _derive(night, *(f"stage_{table}" for table in REQUIRED))
    _derive(night, *(f"stage_profile_{table}" for table in REQUIRED))
    _derive(night, "stage_watched_lists", "stage_watched_municipalities")
    night.account["weak_lists"] = _rows(night, "stage/weak_lists.sql")
    counts = _account(night)
    # No other step needs these; they are most of what the database holds.
    night.warehouse.drop("_stage_lines", *_CHOSEN, *_COUNTS)
    return counts


def prepare(night: Night) -> None:
    """Make the macros that stage SQL is written with, and the forms that cells must have."""
    for macro in MACROS:
        night.warehouse.execute(night.warehouse.sql(f"stage/macros/{macro}.sql"), f"stage/macros/{macro}.sql")
    _derive(night, "_stage_forms")
    night.warehouse.load("stage_faulty_cells", _FAULTY_CELLS, [])
    night.warehouse.view("stage_faulty_rows", "stage/faulty_rows.sql")


def _derive(night: Night, *tables: str) -> None:
    """Make tables from tables, each from the file of its name."""
    for table in tables:
        night.create(table, f"stage/{table.removeprefix('_').removeprefix('stage_')}.sql")


def _name(night: Night, *views: str) -> None:
    """Name the SELECT in each of these files, after the file."""
    for view in views:
        night.warehouse.view(f"_stage_{view}", f"stage/{view}.sql")


def _look(night: Night, table: str, target: str, where: str = "true") -> None:
    """Make `_stage_<target>` of the rows of `table` that its SQL file asks for."""
    with night.showing(table, where=where):
        _derive(night, f"_stage_{target}")


def _judge(night: Night) -> None:
    """Find every cell that is at fault; ids in other tables only of who is not in persons, where they were judged."""
    for table in REQUIRED:
        with night.showing(table) as files:
            for file in files:
                find_faulty_cells(night, file)
            if table == "traces":
                night.warehouse.insert("stage_faulty_cells", "stage/not_allowed_cells.sql")
        if table == "persons":
            _find_strangers(night)


def _choose(night: Night) -> None:
    """Make `stage_children`, and of every table the rows that are at fault or that a case can need."""
    _look(night, "residences", "departed")
    _look(night, "persons", "hinted")
    _look_for_absent(night)
    _take(night, "persons", "SELECT person_key FROM _stage_hinted")
    _name(night, "child_rows")
    _derive(night, "stage_children", "_stage_parents", "_stage_needed")
    _look(night, "persons", "parents_chosen", where=_PARENTS)
    for table, needed in (
        ("residences", "SELECT key_of(person_id) AS person_key FROM _stage_needed"),
        ("enrolments", "SELECT key_of(person_id) AS person_key FROM stage_children"),
        ("traces", "SELECT key_of(person_id) AS person_key FROM stage_children"),
    ):
        _take(night, table, needed)


def _look_for_absent(night: Night) -> None:
    """Make `_stage_absentees`, of who may be a child on no school list, and `stage_declared_schools`; both are empty
    unless the configuration asks after absences."""
    absence = night.configuration.absence
    schools = [(school,) for school in absence.declared_schools] if absence else []
    night.warehouse.load("settings_declared_schools", {"school_id": "VARCHAR"}, schools)
    _derive(night, "stage_declared_schools")
    if absence:
        _look(night, "enrolments", "pupils")
        _look(night, "persons", "absentees")
        night.warehouse.drop("_stage_pupils")
    else:
        night.warehouse.execute(
            "CREATE TABLE _stage_absentees AS SELECT *, true AS is_listed FROM _stage_hinted LIMIT 0", "absentees"
        )


def _take(night: Night, table: str, needed: str) -> None:
    """Make `_stage_<table>_chosen` of the rows at fault, of persons whose `person_key` is in the SELECT `needed` and of
    who may be a child on no school list; the last are `stage_absence_<table>` too."""
    candidates = f"{needed} UNION ALL SELECT person_key FROM _stage_absentees"
    night.warehouse.execute(f"CREATE OR REPLACE VIEW _stage_candidates AS {candidates}", "candidates")
    with night.showing(table) as files:
        if files:
            night.files.show_candidates(table, *files)
        night.create("_stage_picked", f"stage/{table}_picked.sql")
    night.create(f"_stage_{table}_chosen", "stage/chosen.sql")
    night.warehouse.execute(
        f"CREATE TABLE stage_absence_{table} AS FROM _stage_{table}_chosen WHERE may_be_absent", "absence"
    )
    night.warehouse.drop("_stage_picked")


def _find_strangers(night: Night) -> None:
    """Make `_stage_repeated_keys`, of persons who may be delivered twice, and `stage_orphans`, rows of nobody in
    persons."""
    _look(night, "persons", "person_keys")
    with ExitStack() as shown:
        for table in ("residences", "enrolments", "traces"):
            shown.enter_context(night.showing(table))
        _derive(night, "_stage_repeated_keys", "stage_orphans")
    night.warehouse.drop("_stage_person_keys")


def _sources(night: Night) -> list[tuple[str, str, str]]:
    """Traces of a source count only when the municipality declared it, and for as long as it may keep them."""
    return [
        (source.code, source.kind, (night.reference_date - timedelta(source.retention_days)).isoformat())
        for source in night.configuration.sources
        if source.is_usable
    ]


def load_sources(night: Night) -> None:
    """The declared sources of traces, and how long school lists may be remembered."""
    columns = {"source_code": "VARCHAR", "kind": "VARCHAR", "retained_from_text": "VARCHAR"}
    night.warehouse.load("settings_trace_sources", columns, _sources(night))
    _load_retention(night)


def _load_retention(night: Night) -> None:
    """From which day school lists of each source may be remembered."""
    night.warehouse.load(
        "settings_retention",
        {"source": "VARCHAR", "retained_from": "DATE"},
        night.configuration.school_lists_from(night.reference_date),
    )


def _load_shifts(night: Night) -> None:
    """Where row numbers and physical lines drift apart: rows that could not be read as rows, and blank lines."""
    structural: list[tuple[str, str, int, str, str]] = []
    shifts: list[tuple[str, int, int]] = []
    for file in night.delivered.files:
        structural += [(file.table, file.name, *fault) for fault in file.faults]
        lines = night.files.broken_lines(file)
        structural += [(file.table, file.name, line, "", "cell_count") for line in lines]
        shifts += [(file.name, *shift) for shift in file.shifts]
        shifts += [(file.name, line - 1 - number, 2 + number) for number, line in enumerate(lines)]
    night.warehouse.load(
        "_stage_structural_faults",
        {
            "table_name": "VARCHAR",
            "file": "VARCHAR",
            "line": "BIGINT",
            "column_name": "VARCHAR",
            "reason_code": "VARCHAR",
        },
        structural,
    )
    latest = {(name, row): shift for name, row, shift in shifts}
    night.warehouse.load(
        "stage_shifts",
        {"file": "VARCHAR", "from_row": "BIGINT", "shift": "BIGINT"},
        [(name, row, shift) for (name, row), shift in latest.items()],
    )


def _find_unreadable(night: Night) -> None:
    """Account for columns that cannot be read as a whole, as `stage_unreadable` too, and for schools lost by it."""
    _name(night, "faulty_enrolments", "unreadable_cells", "schools")
    files = {file.name: file for file in night.delivered.files}
    found: list[tuple[str, UnreadableColumn]] = []
    for row in _rows(night, "stage/unreadable.sql"):
        # Whether a row can be so is asked of every row, whether a cell can be read of every filled one.
        counted = "source" if row["problem"] else row["column_name"]
        n_filled = night.files.count_filled(files[row["file"]], counted, row["source"])
        if is_mass_failure(row["n_unreadable"], n_filled, is_whole_school=row["is_whole_school"]):
            column = row["column_name"] + (f" of source {row['source']}" if row["source"] else "")
            problem = _PROBLEMS[row["problem"]]
            unreadable = UnreadableColumn(
                row["file"], column, row["n_unreadable"], n_filled, row["line"], problem=problem
            )
            found.append((row["table_name"], unreadable))
    night.warehouse.load("stage_unreadable", {"table_name": "VARCHAR"}, [(table,) for table, _ in found])
    night.account["unreadable"] = [column._asdict() for _, column in found]
    lost = _rows(night, "stage/lost_schools.sql")
    # What the gateway let through for a run to judge it named already; here it has a line.
    here = {school["school_id"] for school in lost}
    told = [school for school in night.account["schools_lost"] if school["school_id"] not in here]
    night.account["schools_lost"] = [*told, *lost]


def _find_remembered(night: Night) -> None:
    """Make `stage_remembered` out of the files of the memory that hold rows of it: a table when these are few, so that
    the files are read once, else a view."""
    files = _rows(night, "stage/remembered_files.sql")
    names = ", ".join(quoted(file["file"]) for file in files) or "''"
    recalled = f"SELECT * EXCLUDE (file) FROM recall_enrolments WHERE file IN ({names})"
    night.warehouse.execute(f"CREATE OR REPLACE VIEW _stage_recalled AS {recalled}", "the enrolment memory")
    make = night.create if sum(file["n_rows"] for file in files) <= _FEW_REMEMBERED else night.warehouse.view
    make("stage_remembered", "stage/remembered.sql")


def _find_silent_lists(night: Night) -> None:
    """Account for who delivered school lists before and does not now, as `stage_silent_lists` too."""
    night.create("stage_silent_lists", "stage/silent_lists.sql")
    night.account["silent_lists"] = night.warehouse.query(
        "SELECT * FROM stage_silent_lists ORDER BY school_id NULLS FIRST, source", "stage/silent_lists"
    )


def _rows(night: Night, file: str) -> list[dict[str, Any]]:
    parameters = {**night.parameters, "fewest_unreadable": FEWEST_UNREADABLE}
    return night.warehouse.query(night.warehouse.sql(file), file, **parameters)


def _account(night: Night) -> dict[str, int]:
    """Rows read = kept + judged and not needed + quarantined, per file; anything else is our own fault."""
    kept = _per_file(night, "SELECT file, count(*) AS n FROM stage_{table} GROUP BY file")
    quarantined = _per_file(night, "SELECT file, count(*) AS n FROM stage_quarantine GROUP BY file")
    judged = _per_file(night, "SELECT file, sum(n_rows) AS n FROM _stage_{table}_counts GROUP BY file")
    structural = _per_file(night, "SELECT file, count(*) AS n FROM _stage_structural_faults GROUP BY file")
    tables: dict[str, dict[str, list[dict[str, object]]]] = {}
    for file in night.delivered.files:
        name = file.name
        if judged.get(name, 0) + structural.get(name, 0) != file.n_rows:
            raise InternalFailure(
                f"{name}: the rows read do not add up to the rows in the file; nothing is published, pass this "
                "sentence to the maintainers."
            )
        n_kept, n_quarantined = kept.get(name, 0), quarantined.get(name, 0)
        tables.setdefault(file.table, {"files": []})["files"].append(
            {
                "name": name,
                "rows_read": file.n_rows,
                "kept": n_kept,
                "not_needed": file.n_rows - n_kept - n_quarantined,
                "quarantined": n_quarantined,
                "extra_columns": file.n_extra_columns,
            }
        )
    night.account["tables"] = tables
    return {
        "rows": sum(file.n_rows for file in night.delivered.files),
        "quarantined": sum(quarantined.values()),
    }


def _per_file(night: Night, statement: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for table in REQUIRED if "{table}" in statement else ("",):
        for row in night.warehouse.query(statement.format(table=table), "stage/account"):
            counts[row["file"]] = int(row["n"])
    return counts
