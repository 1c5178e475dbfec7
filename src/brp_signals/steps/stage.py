"""Stage: read every file once as text, judge and count every row, keep the few rows that a case can need.

The register is huge and departures of children are few. So a scan of a file yields its profile, its faults and its
candidates at once; nothing big is loaded into tables. Residences are looked at once before, narrowly, for who left at
all; persons once after, narrowly, for the parents and for who stands there twice.
"""

from collections.abc import Mapping
from datetime import date

from brp_signals.errors import DeliveryRefused, InternalFailure
from brp_signals.night import DataFile, Night
from brp_signals.tables import OPTIONAL, REQUIRED
from brp_signals.warehouse import Value

MACROS = (
    "is_id",
    "id_fault",
    "is_code4",
    "is_small_number",
    "is_register_date",
    "is_iso_date",
    "is_bad_id",
    "date_fault",
    "earliest_on",
    "latest_on",
)
#: Register dates are texts of eight digits; a Parquet file may carry complete ones as real dates.
_REGISTER_DATES = {
    "birth_date",
    "suspension_date",
    "address_from",
    "departure_date",
    "valid_from",
    "recorded_on",
    "inquiry_from",
}
_YOUNGEST, _OLDEST = 4, 19


def run(night: Night) -> dict[str, int]:
    """Make `stage_persons`, `stage_residences`, `stage_enrolments`, `stage_traces` and what is known about them.

    Returns rows read and quarantined. Raises InternalFailure when the rows of a file do not add up.
    """
    prepare(night)
    _load_sources(night)
    _scan(night, "residences", "_stage_departed", "departed_scan")
    _scan(night, "persons", "_stage_persons_scan", "persons_scan")
    _derive(night, "_stage_child_rows", "stage_children", "_stage_parents", "_stage_needed", "_stage_faulty_persons")
    _derive(night, "_stage_person_keys", "_stage_repeated_keys")
    _scan(night, "persons", "_stage_parents_scan", "parents_scan")
    _scan(night, "residences", "_stage_residences_scan", "residences_scan")
    _scan(night, "enrolments", "_stage_enrolments_scan", "enrolments_scan")
    _scan(night, "traces", "_stage_traces_scan", "traces_scan")
    _load_shifts(night)
    _derive(night, "stage_quarantine", "stage_duplicates")
    _derive(night, *(f"_stage_{name}_rows" for name in ("parent", "person", "residence", "enrolment", "trace")))
    _derive(night, "stage_school_deliveries", "stage_sign_days")
    _derive(night, *(f"stage_{table}" for table in REQUIRED))
    _derive(night, *(f"stage_profile_{table}" for table in REQUIRED))
    return _account(night)


def prepare(night: Night) -> None:
    """Make the macros that stage SQL is written with."""
    for macro in MACROS:
        night.warehouse.execute(night.warehouse.sql(f"stage/macros/{macro}.sql"), f"stage/macros/{macro}.sql")


def _derive(night: Night, *tables: str) -> None:
    """Make tables from tables, each from the file of its name."""
    for table in tables:
        night.create(table, f"stage/{table.removeprefix('_').removeprefix('stage_')}.sql")


def _scan(night: Night, table: str, target: str, file: str) -> None:
    """Read every file of `table` through one SQL file into `target`."""
    night.warehouse.execute(f"DROP TABLE IF EXISTS {target}", target)
    parameters = {**night.parameters, **_hints(night)}
    files = [item for item in night.delivered.files if item.table == table]
    for number, item in enumerate(files):
        _deliver(night, item)
        make = night.warehouse.insert if number else night.warehouse.create
        try:
            make(target, f"stage/{file}.sql", **{**parameters, "file_name": item.name})
        except InternalFailure:
            _refuse_if_damaged(item)
            raise
    if not files:
        _make_empty(night, table, target, file, parameters)


def _refuse_if_damaged(file: DataFile) -> None:
    """Refuse a Parquet file whose pages cannot be read though its footer can: the engine is not to blame for those."""
    if file.format != "parquet":
        return
    import pyarrow.parquet

    try:
        for batch in pyarrow.parquet.ParquetFile(file.readable).iter_batches():
            batch.validate(full=True)
    except (pyarrow.ArrowException, OSError):
        raise DeliveryRefused(f"{file.name} is damaged inside; have the delivery made again.") from None


def _make_empty(night: Night, table: str, target: str, file: str, parameters: Mapping[str, Value]) -> None:
    """An optional table that was not delivered: the same tables, without rows."""
    columns = ", ".join(f"CAST(NULL AS VARCHAR) AS {name}" for name in (*REQUIRED[table], *OPTIONAL[table]))
    night.warehouse.execute(
        f"CREATE OR REPLACE TEMP VIEW delivered_{table} AS SELECT CAST(0 AS BIGINT) AS row_no, {columns} WHERE false",
        f"delivered_{table}",
    )
    night.warehouse.create(target, f"stage/{file}.sql", **{**parameters, "file_name": ""})


def _hints(night: Night) -> dict[str, str]:
    """Bounds in register text, whole years, deliberately too wide: facts decide exactly."""
    look_back = night.parameters["look_back_from"]
    if not isinstance(look_back, date):
        raise InternalFailure("The look-back has no first day; pass this sentence to the maintainers.")
    today = night.reference_date
    return {
        "look_back_text": f"{look_back.year:04d}0000",
        "reference_text": f"{today.year:04d}1231",
        "born_from_text": f"{look_back.year - _OLDEST:04d}0000",
        "born_until_text": f"{today.year - _YOUNGEST:04d}1231",
    }


def _deliver(night: Night, file: DataFile) -> None:
    """Make the view `delivered_<table>`: every row of `file` as text, numbered; absent columns and cells are NULL."""
    present = set(file.columns)
    optional = "".join(f", CAST(NULL AS VARCHAR) AS {name}" for name in OPTIONAL[file.table] if name not in present)
    path = str(file.readable).replace("'", "''")
    if file.format == "csv":
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in file.columns)
        source = (
            f"SELECT row_number() OVER () AS row_no, *{optional} FROM read_csv('{path}', columns = {{{columns}}}, "
            "header = true, delim = ',', quote = '', escape = '', new_line = '\\n', auto_detect = false, "
            "store_rejects = true, null_padding = false, max_line_size = 1048576)"
        )
    else:
        described = night.warehouse.query(f"DESCRIBE SELECT * FROM read_parquet('{path}')", "stage/parquet columns")
        types = {row["column_name"]: row["column_type"] for row in described}
        columns = ", ".join(f"{_as_text(name, types[name])} AS {name}" for name in file.columns)
        source = (
            f"SELECT file_row_number + 1 AS row_no, {columns}{optional} "
            f"FROM read_parquet('{path}', file_row_number = true)"
        )
    night.warehouse.execute(f"CREATE OR REPLACE TEMP VIEW delivered_{file.table} AS {source}", f"reading {file.name}")


def _as_text(name: str, kind: str) -> str:
    """The text form of one Parquet column of a natural type, as the CSV of the contract would hold it."""
    if kind == "UUID":
        return f"replace(CAST({name} AS VARCHAR), '-', '')"
    if kind == "DATE":
        return f"strftime({name}, '{'%Y%m%d' if name in _REGISTER_DATES else '%Y-%m-%d'}')"
    if kind == "BOOLEAN":
        return f"CAST(CAST({name} AS INTEGER) AS VARCHAR)"
    return f"nullif(CAST({name} AS VARCHAR), '')"


def _load_sources(night: Night) -> None:
    """Traces of a source count only when the municipality declared it, and for as long as it may keep them."""
    today = night.reference_date.toordinal()
    night.warehouse.load(
        "settings_trace_sources",
        {"source_code": "VARCHAR", "kind": "VARCHAR", "retained_from_text": "VARCHAR"},
        [
            (source.code, source.kind, date.fromordinal(today - source.retention_days).isoformat())
            for source in night.configuration.sources
            if source.is_usable
        ],
    )


def _load_shifts(night: Night) -> None:
    """Where row numbers and physical lines drift apart: rows that could not be read as rows, and blank lines."""
    structural: list[tuple[str, str, int, str, str]] = []
    shifts: list[tuple[str, int, int]] = []
    rejected = _rejected_lines(night)
    for file in night.delivered.files:
        structural += [(file.table, file.name, *fault) for fault in file.faults]
        lines = rejected.get(str(file.readable), [])
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


def _rejected_lines(night: Night) -> dict[str, list[int]]:
    """Physical lines that DuckDB's reader set aside, per file; only their numbers are read, never their content."""
    if all(file.format != "csv" for file in night.delivered.files):
        return {}
    rows = night.warehouse.query(
        "SELECT DISTINCT scans.file_path AS path, errors.line AS line FROM reject_errors AS errors "
        "INNER JOIN reject_scans AS scans ON errors.scan_id = scans.scan_id AND errors.file_id = scans.file_id "
        "ORDER BY path, line",
        "stage/rejected lines",
    )
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row["path"], []).append(row["line"])
    return found


def _account(night: Night) -> dict[str, int]:
    """Rows read = kept + judged and not needed + quarantined, per file; anything else is our own fault."""
    kept = _per_file(night, "SELECT file, count(*) AS n FROM stage_{table} GROUP BY file")
    quarantined = _per_file(night, "SELECT file, count(*) AS n FROM stage_quarantine GROUP BY file")
    judged = _per_file(night, "SELECT file, sum(n_rows) AS n FROM _stage_{table}_scan GROUP BY file")
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
