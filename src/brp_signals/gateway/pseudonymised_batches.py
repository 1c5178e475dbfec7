"""Turn records into rows with pseudonyms: the last place that holds a number of a person.

Records are gathered up to a bound. A full table of them becomes columns, its numbers become pseudonyms a column at
once, and the columns go into the tables `read_*` of the conversion's database. The pseudonym of each person is decided
there, afterwards and for all persons at once (`sql/gateway`).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import polars

from brp_signals.base.warehouse import Warehouse
from brp_signals.gateway.formats.records import Enrolment, ListedNumber, NumberLink, Numbers, Person, Trace
from brp_signals.gateway.pseudonyms import Pseudonymiser, Space

#: A multiple of what the database stores together.
ROWS_AT_ONCE: Final = 61_440

_BSN, _A_NUMBER, _ADDRESS, _EDUCATION = Space.BSN, Space.A_NUMBER, Space.ADDRESS, Space.EDUCATION_NUMBER
_NUMBER, _FLAG, _TEXT, _DAY = "BIGINT", "BOOLEAN", "VARCHAR", "DATE"
#: What a column holds: an SQL type, or numbers of a space, which become pseudonyms.
_Kind = Space | str

_PERSONS: Final[dict[str, _Kind]] = {
    "ordinal": _NUMBER,
    "source": _NUMBER,
    "day": _DAY,
    "file": _NUMBER,
    "line": _NUMBER,
    "a_id": _A_NUMBER,
    "b_id": _BSN,
    "birth_date": _TEXT,
    "is_birth_date_guessed": _FLAG,
    "suspension_reason": _TEXT,
    "suspension_date": _TEXT,
    "municipality_code": _TEXT,
    "is_confidential": _TEXT,
    "parent1_a_id": _A_NUMBER,
    "parent1_b_id": _BSN,
    "parent2_a_id": _A_NUMBER,
    "parent2_b_id": _BSN,
    "is_mapped": _FLAG,
    "is_wiped": _FLAG,
    "history_rank": _NUMBER,
}
_RELATED: Final[dict[str, _Kind]] = {"ordinal": _NUMBER, "a_id": _A_NUMBER, "b_id": _BSN}
_RESIDENCES: Final[dict[str, _Kind]] = {
    **_RELATED,
    "seq": _NUMBER,
    "municipality_code": _TEXT,
    "address_function": _TEXT,
    "address_id": _ADDRESS,
    "address_from": _TEXT,
    "departure_date": _TEXT,
    "is_destination_unknown": _TEXT,
    "declared_by": _TEXT,
    "valid_from": _TEXT,
    "recorded_on": _TEXT,
    "is_under_inquiry": _TEXT,
    "is_incorrect": _TEXT,
    "inquiry_from": _TEXT,
}
_LISTED: Final[dict[str, _Kind]] = {"file": _NUMBER, "line": _NUMBER, "b_id": _BSN, "education_id": _EDUCATION}
_ENROLMENTS: Final = {**_LISTED, **dict.fromkeys(Enrolment._fields[2:], _TEXT)}
_TRACES: Final = {**_LISTED, **dict.fromkeys(Trace._fields[2:], _TEXT)}

Row = tuple[Any, ...]


class _Gathering:
    """Rows on their way into one table of the database."""

    def __init__(self, table: str, kinds: dict[str, _Kind], pseudonymiser: Pseudonymiser, warehouse: Warehouse) -> None:
        self._table, self._kinds = table, kinds
        self._pseudonymiser, self._warehouse = pseudonymiser, warehouse
        self._rows: list[Row] = []
        warehouse.make(table, {name: "UUID" if isinstance(kind, Space) else kind for name, kind in kinds.items()})

    def add(self, row: Row) -> None:
        """Take one row; a full gathering is written into the database."""
        self._rows.append(row)
        if len(self._rows) >= ROWS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write the gathered rows into the table."""
        if self._rows:
            cells = zip(*self._rows, strict=True)
            columns = [self._column(*item) for item in zip(self._kinds.items(), cells, strict=True)]
            self._rows = []
            self._warehouse.append(self._table, polars.DataFrame(columns))

    def _column(self, named: tuple[str, _Kind], cells: Sequence[Any]) -> polars.Series:
        name, kind = named
        if isinstance(kind, Space):
            return self._pseudonymiser.pseudonyms(kind, polars.Series(name, cells, polars.String))
        if kind == _TEXT:
            return polars.Series(name, cells, polars.String).replace("", None)
        return polars.Series(name, cells)


_TABLES: Final = {
    "read_persons": _PERSONS,
    "read_earlier": _RELATED,
    "read_children": _RELATED,
    "read_residences": _RESIDENCES,
    "read_enrolments": _ENROLMENTS,
    "read_traces": _TRACES,
    "read_links": _LISTED,
}


class Intake:
    """All gatherings of one conversion."""

    def __init__(self, pseudonymiser: Pseudonymiser, warehouse: Warehouse) -> None:
        self._into = {table: _Gathering(table, kinds, pseudonymiser, warehouse) for table, kinds in _TABLES.items()}
        self._n_persons = 0

    def person(self, person: Person, source: int, day: date, file: int, is_mapped: bool) -> int:
        """Take a person of a register of this day; returns its ordinal, the place in the order of reading."""
        ordinal = self._n_persons
        self._n_persons += 1
        (first, second), own = person.parents, person.numbers
        self._into["read_persons"].add(
            (
                ordinal,
                source,
                day,
                file,
                person.line,
                own.a_number,
                own.bsn,
                person.birth_date,
                person.is_birth_date_guessed,
                person.suspension_reason,
                person.suspension_date,
                person.municipality_code,
                "1" if person.is_confidential else "0",
                first.a_number,
                first.bsn,
                second.a_number,
                second.bsn,
                is_mapped,
                person.is_wiped,
                person.history_rank,
            )
        )
        for numbers in person.earlier:
            self._into["read_earlier"].add((ordinal, *numbers))
        for numbers in person.children:
            self._into["read_children"].add((ordinal, *numbers))
        default = Numbers("" if own.bsn else own.a_number, own.bsn)
        for residence in person.residences:
            self._into["read_residences"].add((ordinal, *default, *residence[1:]))
        return ordinal

    def enrolment(self, row: Enrolment, file: int) -> None:
        """Take a row of a school list."""
        self._into["read_enrolments"].add((file, row.line, *_by_space(row.number), *row[2:]))

    def trace(self, row: Trace, file: int) -> None:
        """Take a row of a list of traces."""
        self._into["read_traces"].add((file, row.line, *_by_space(row.number), *row[2:]))

    def link(self, row: NumberLink, file: int) -> None:
        """Take a row of a link table."""
        self._into["read_links"].add((file, row.line, row.bsn, row.education_number))

    def close(self) -> None:
        """Write all gathered rows into their tables."""
        for gathering in self._into.values():
            gathering.flush()


def _by_space(listed: ListedNumber) -> tuple[str, str]:
    return (listed.number, "") if listed.space is Space.BSN else ("", listed.number)
