"""Other engines on the same question, and what the question is.

**The detection.** From the four CSV files of a delivery, everything that can matter for a child that may have left:

1. *Who left*: persons with a row in residences whose `departure_date` is in the years of the look-back, or unknown.
2. *Children*: rows of persons born in the years in which duty may fall within the look-back (or at an unknown date)
   who left, or are suspended for emigration (E) in these years. A row with an impossible date is left out.
3. *Parents*: rows of persons who are a parent of such a child and no such child themselves; of these only suspension
   and secrecy.
4. *Residences* of children and parents, *enrolments* and *traces* of children, all columns; rows with an impossible
   date are left out.
5. *School deliveries*: for every school, source and day of a school list its number of rows, over the whole file.

It is what the step `stage` of the program leaves behind it, so the program's own tables are the answer. The program
judges and counts every row besides; the peers do not. Each peer is one file that can be read by itself:
`python -m benchmarks.peers.in_polars DELIVERY FOLDER` writes the five tables as text, sorted, to FOLDER.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pyarrow

#: The bounds for the made-up country: a look-back of 24 months before 2026-11-20, in register text and whole years.
LEFT_FROM, LEFT_UNTIL = "20240000", "20261231"
BORN_FROM, BORN_UNTIL = "20050000", "20221231"
UNKNOWN: Final = "00000000"
#: A real day, month or year of the register, or an unknown one.
REGISTER_DATE: Final = (
    r"(1[89]|2[0-9])[0-9]{2}(0000|(0[1-9]|1[0-2])(0[0-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])(29|30)|(0[13578]|1[02])31)"
    r"|(1[89]|2[0-9])(0[48]|[2468][048]|[13579][26])0229|(20|24|28)000229|00000000"
)

CHILD: Final = (
    "person_id",
    "birth_date",
    "suspension_reason",
    "suspension_date",
    "parent1_id",
    "parent2_id",
    "is_confidential",
)
PARENT: Final = ("person_id", "suspension_reason", "suspension_date", "is_confidential")
#: The columns in which the answers of program and peers are held against each other.
COMPARED: Final = {
    "persons": ("person_id", "suspension_reason", "parent1_id", "parent2_id"),
    "residences": (
        "person_id",
        "seq",
        "municipality_code",
        "address_function",
        "address_id",
        "departure_date",
        "declared_by",
    ),
    "enrolments": (
        "person_id",
        "school_id",
        "education_type",
        "enrolled_on",
        "withdrawn_on",
        "source",
        "seen_on",
    ),
    "traces": ("person_id", "kind", "source_code", "event_on", "ended_on"),
    "school_deliveries": ("source", "school_id", "seen_on", "n_rows"),
}


def write(folder: Path, tables: dict[str, pyarrow.Table]) -> None:
    """Write the answer: every cell text, what is absent empty, rows in the order of all columns."""
    import pyarrow
    from pyarrow import compute, parquet

    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        texts = {column: compute.fill_null(table[column].cast(pyarrow.string()), "") for column in table.schema.names}
        order = [(column, "ascending") for column in texts]
        parquet.write_table(pyarrow.table(texts).sort_by(order), folder / f"{name}.parquet")
