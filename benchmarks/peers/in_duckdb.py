"""The detection in plain DuckDB: the same engine as the program's, without its checks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from benchmarks.peers import BORN_FROM, BORN_UNTIL, CHILD, LEFT_FROM, LEFT_UNTIL, PARENT, REGISTER_DATE, UNKNOWN, write
from benchmarks.reference_scan import TYPES

if TYPE_CHECKING:
    import pyarrow

#: Register dates stay text, because parts may be unknown.
TEXTS = ("persons", "residences")


def detect(delivery: Path) -> dict[str, pyarrow.Table]:
    """The five tables of the answer."""
    with duckdb.connect() as connection:
        for table in TYPES:
            connection.execute(f"create view {table} as from {_read(delivery, table)}")
        connection.execute(f"create macro is_date(text) as text is null or regexp_full_match(text, '{REGISTER_DATE}')")
        connection.execute(
            "create table departed as select distinct person_id from residences "
            f"where departure_date = '{UNKNOWN}' or departure_date between '{LEFT_FROM}' and '{LEFT_UNTIL}'"
        )
        connection.execute(
            f"create table children as select {', '.join(CHILD)} from persons "
            f"where (birth_date = '{UNKNOWN}' or birth_date between '{BORN_FROM}' and '{BORN_UNTIL}') "
            "and (person_id in (from departed) or suspension_reason = 'E' "
            f"and suspension_date between '{LEFT_FROM}' and '{LEFT_UNTIL}') "
            "and is_date(birth_date) and is_date(suspension_date)"
        )
        connection.execute(
            "create table parents as from ("
            "select parent1_id as person_id from children union select parent2_id from children"
            ") where person_id not in (select person_id from children)"
        )
        connection.execute(
            "create table people as from children union all by name "
            f"select {', '.join(PARENT)} from persons where person_id in (from parents) and is_date(suspension_date)"
        )
        dates = ("address_from", "departure_date", "valid_from", "recorded_on")
        queries = {
            "persons": f"select {', '.join(CHILD)} from people",
            "residences": "from residences where person_id in (select person_id from people) and "
            + " and ".join(f"is_date({name})" for name in dates),
            "enrolments": "from enrolments where person_id in (select person_id from children)",
            "traces": "from traces where person_id in (select person_id from children)",
            # A row is skipped only for a column that is read, so both dates are.
            "school_deliveries": "select source, school_id, seen_on, "
            "count(coalesce(withdrawn_on, enrolled_on)) as n_rows from enrolments group by all",
        }
        return {name: connection.sql(query).to_arrow_table() for name, query in queries.items()}


def _read(delivery: Path, table: str) -> str:
    """The file with its types; rows that do not fit them are skipped."""
    types = {name: "VARCHAR" if table in TEXTS else kind for name, kind in TYPES[table].items()}
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    return (
        f"read_csv('{delivery / table}.csv', columns = {{{columns}}}, header = true, delim = ',', "
        "auto_detect = false, ignore_errors = true)"
    )


if __name__ == "__main__":
    write(Path(sys.argv[2]), detect(Path(sys.argv[1])))
