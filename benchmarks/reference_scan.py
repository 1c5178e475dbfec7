"""REF, the yardstick: DuckDB reads the same CSV files with types, and counts and sums every column.

A program of its own, so that its CPU time can be measured like that of a run:
`python -m benchmarks.reference_scan DELIVERY`.
"""

import sys
from pathlib import Path

import duckdb

#: Register dates are 8 digits with parts that may be unknown, so whole numbers are their closest type.
TYPES = {
    "persons": {
        "person_id": "VARCHAR",
        "birth_date": "INTEGER",
        "suspension_reason": "VARCHAR",
        "suspension_date": "INTEGER",
        "municipality_code": "SMALLINT",
        "parent1_id": "VARCHAR",
        "parent2_id": "VARCHAR",
        "is_confidential": "TINYINT",
    },
    "residences": {
        "person_id": "VARCHAR",
        "seq": "SMALLINT",
        "municipality_code": "SMALLINT",
        "address_function": "VARCHAR",
        "address_id": "VARCHAR",
        "address_from": "INTEGER",
        "departure_date": "INTEGER",
        "is_destination_unknown": "TINYINT",
        "declared_by": "VARCHAR",
        "valid_from": "INTEGER",
        "recorded_on": "INTEGER",
        "is_under_inquiry": "TINYINT",
        "is_incorrect": "TINYINT",
    },
    "enrolments": {
        "person_id": "VARCHAR",
        "school_id": "VARCHAR",
        "education_type": "VARCHAR",
        "enrolled_on": "DATE",
        "withdrawn_on": "DATE",
        "source": "VARCHAR",
        "seen_on": "DATE",
    },
    "traces": {
        "person_id": "VARCHAR",
        "kind": "VARCHAR",
        "source_code": "VARCHAR",
        "event_on": "DATE",
        "ended_on": "DATE",
    },
}
#: How a column of a type is summed.
SUMS = {"VARCHAR": "sum(strlen({0}))", "DATE": "sum({0} - DATE '1970-01-01')"}


def scan(delivery: Path) -> dict[str, tuple[int, ...]]:
    """Per table: its rows, then count and sum of every column."""
    with duckdb.connect() as connection:
        return {table: _scan_table(connection, delivery, table) for table in TYPES}


def _scan_table(connection: duckdb.DuckDBPyConnection, delivery: Path, table: str) -> tuple[int, ...]:
    types = TYPES[table]
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    measures = [f"count({name}), {SUMS.get(kind, 'sum({0})').format(name)}" for name, kind in types.items()]
    # Rows that do not fit the types are skipped: the generator plants a few.
    row = connection.execute(
        f"SELECT count(*), {', '.join(measures)} "
        f"FROM read_csv($path, columns = {{{columns}}}, header = true, delim = ',', auto_detect = false, "
        "ignore_errors = true)",
        {"path": str(delivery / f"{table}.csv")},
    ).fetchone()
    return row or ()


if __name__ == "__main__":
    for table, sums in scan(Path(sys.argv[1])).items():
        sys.stdout.write(f"{table}: {sums[0]} rows\n")
