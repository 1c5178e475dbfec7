"""How SQL sees the files of a delivery: a view `delivered_<table>`, every cell text, every row numbered.

Beside the columns of the contract (absent ones and empty cells are NULL) a row has `row_no`, counted from 1 within
its file, `stands_for`, the number of rows it is counted as, `has_left` (persons: a departure was seen already) and
`is_known` (once persons are known: whether its person stands there). The sieve goes through a file once, and only the
rows that SQL has to see become the view. A Parquet file with a column of a type that the sieve does not know has all
files of its delivery read whole, where they lie.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from brp_signals.base.errors import DeliveryRefused, InternalFailure
from brp_signals.base.warehouse import Value, quoted
from brp_signals.delivery.contract import OPTIONAL, REQUIRED
from brp_signals.delivery.files import DataFile
from brp_signals.sieve.cells import Numbers
from brp_signals.sieve.csv_file import CsvFile
from brp_signals.sieve.judges import JUDGES, Question, is_young
from brp_signals.sieve.keys import NO_KEY, KeySet, ids
from brp_signals.sieve.parquet_file import ParquetBlock, ParquetFile, read_batches
from brp_signals.sieve.rows import Selection, SievedFile, Source
from brp_signals.steps.night import Night, Reader

if TYPE_CHECKING:
    import pyarrow

#: Register dates are texts of eight digits; a Parquet file may carry complete ones as real dates.
_REGISTER_DATES: Final = frozenset(
    (
        "birth_date",
        "suspension_date",
        "address_from",
        "departure_date",
        "valid_from",
        "recorded_on",
        "inquiry_from",
    )
)
#: Columns whose day, far in the future, stands for none.
_ENDS: Final = {"enrolments": "withdrawn_on", "traces": "ended_on"}
#: What the sieve says of a row that SQL sees, before the row's own columns.
_SEEN: Final = {"row_no": "BIGINT", "stands_for": "BIGINT", "is_marked": "BOOLEAN"}
#: The rows of a Parquet file that SQL sees, as the database finds them.
_LENT: Final = "_seen_rows"
#: Which persons' rows a scan keeps or looks closely at.
_WANTED: Final = {
    "persons": "_stage_departed",
    "parents": "_stage_parents",
    "residences": "_stage_needed",
    "enrolments": "stage_children",
    "traces": "stage_children",
    "memory_persons": "memory_earlier",
}
_KNOWS_PERSONS: Final = ("residences", "enrolments", "traces")
_LISTS: Final = (
    "SELECT source, school_id, CAST(seen_on AS VARCHAR) AS seen_on, n_rows, recency <= 2 AS of_all "
    "FROM memory_lists ORDER BY ALL"
)


def reader_of(night: Night, question: Question) -> Reader:
    """The sieve, unless a column of a Parquet file has a type that the sieve does not know."""
    parquet = [file for file in night.delivered.files if file.format == "parquet"]
    try:
        is_known = all(_parquet_file(night, file).is_known() for file in parquet)
    except InternalFailure:  # a file that cannot even be described is refused, or not, where it is read
        is_known = False
    return SievingReader(night, question) if is_known else WholeReader(night)


def show_nothing(night: Night, table: str) -> None:
    """The view of an optional table that was not delivered."""
    columns = ", ".join(f"CAST(NULL AS VARCHAR) AS {name}" for name in (*REQUIRED[table], *OPTIONAL[table]))
    _make_view(night, table, f"SELECT 0 AS row_no, 1 AS stands_for, true AS is_known, {columns} WHERE false")


def count_filled(night: Night, file: DataFile, column: str, source: str | None) -> int:
    """How many cells of a column are filled, those of rows at fault too; of a school list those of one source.

    This reads the file again, so it is asked for in need only.
    """
    rows = _rows_of(night, file)
    of_source = "" if source is None else " WHERE source = $source"
    given: dict[str, Value] = {} if source is None else {"source": source}
    statement = f"SELECT count({column}) AS n FROM ({rows}){of_source}"
    return int(night.warehouse.query(statement, f"filled cells of {file.name}", **given)[0]["n"])


def _rows_of(night: Night, file: DataFile) -> str:
    """Every row of a file where it lies."""
    if file.format == "csv":
        source = _csv(str(file.readable), dict.fromkeys(file.columns, "VARCHAR"))
        return f"SELECT row_number() OVER () AS row_no, 1 AS stands_for, * FROM {source}"
    texts = _texts(_kinds(night, file))
    return f"SELECT file_row_number + 1 AS row_no, 1 AS stands_for, {texts} FROM {_parquet(file)}"


class WholeReader:
    """Shows every row of a file where it lies."""

    numbers_broken_rows = False

    def __init__(self, night: Night) -> None:
        self._night = night

    def show(self, file: DataFile, scan: str) -> None:
        """Make the view over the file itself."""
        if scan in _KNOWS_PERSONS:
            mark = "hash(person_id) IN (SELECT person_key FROM _stage_person_keys) AS is_known"
        elif scan == "memory_delivered":
            mark = "person_id IN (SELECT person_id FROM memory_persons WHERE is_young) AS is_young"
        else:
            mark = "false AS has_left"
        _make_view(self._night, file.table, f"SELECT {mark}, *{_absent(file)} FROM ({_rows_of(self._night, file)})")

    def broken_lines(self) -> list[tuple[str, int]]:
        """The rows that DuckDB's reader set aside; only their lines are read, never their content."""
        files = {str(file.readable): file.name for file in self._night.delivered.files if file.format == "csv"}
        if not files:
            return []
        rows = self._night.warehouse.query(
            "SELECT DISTINCT scans.file_path AS path, errors.line AS line FROM reject_errors AS errors "
            "INNER JOIN reject_scans AS scans ON errors.scan_id = scans.scan_id AND errors.file_id = scans.file_id "
            "ORDER BY path, line",
            "stage/rejected lines",
        )
        return [(files[row["path"]], row["line"]) for row in rows]

    def orphans(self, file: DataFile) -> Iterable[int]:
        """Asked of SQL, which sees all rows."""
        self.show(file, file.table)
        statement = f"SELECT row_no FROM delivered_{file.table} WHERE NOT is_known"
        return [row["row_no"] for row in self._night.warehouse.query(statement, "validate/orphans")]

    def remembered(self, _: DataFile) -> "Iterator[pyarrow.RecordBatch]":
        """None: SQL sees all rows."""
        return iter(())


class _Known(NamedTuple):
    """Who stands in persons more than once, and per file of another table who does not stand there."""

    repeated: Numbers
    orphans: Mapping[str, KeySet]


class SievingReader:
    """Shows the rows that a scan has to see, and one for each group of the others."""

    numbers_broken_rows = True

    def __init__(self, night: Night, question: Question) -> None:
        self._night = night
        self._question = question
        self._files: dict[str, SievedFile] = {}
        self._csv_files: dict[str, CsvFile] = {}
        self._parquet_files: dict[str, ParquetFile] = {}

    def show(self, file: DataFile, scan: str) -> None:
        """Sieve the file when it is first asked for, write the rows that the scan has to see, make the view."""
        self._night.warehouse.take_back(_LENT)
        selection = self._selection(file, scan)
        source = self._show_csv(file, selection) if file.format == "csv" else self._show_parquet(file, selection)
        mark = "is_marked AS has_left"
        if scan in _KNOWS_PERSONS:
            mark = "NOT is_marked AS is_known"
        elif scan == "memory_delivered":
            mark = "is_marked AS is_young"
        _make_view(self._night, file.table, f"SELECT {mark}, * EXCLUDE (is_marked){_absent(file)} FROM {source}")

    def _show_csv(self, file: DataFile, seen: Selection) -> str:
        rows = self._night.work / f"seen-{file.name}"
        self._csv_files[file.name].write(seen.rows, _leading(seen), rows)
        return _csv(str(rows), {**_SEEN, **dict.fromkeys(file.columns, "VARCHAR")})

    def _show_parquet(self, file: DataFile, seen: Selection) -> str:
        import pyarrow

        source = self._parquet_files[file.name]
        rows = source.take(seen.rows)
        for name, values in _leading(seen).items():
            rows = rows.append_column(name, pyarrow.array(values))
        self._night.warehouse.lend(_LENT, rows)
        is_marked = "CAST(is_marked AS BOOLEAN) AS is_marked"
        return f"(SELECT row_no, stands_for, {is_marked}, {_texts(source.kinds)} FROM {_LENT})"

    def _sieved(self, file: DataFile) -> SievedFile:
        if file.name not in self._files:
            index = self._night.work / f"sieve-{file.name}"
            source: Source
            if file.format == "csv":
                source = self._csv_files[file.name] = CsvFile(file.readable, file.columns, self._night.work)
            else:
                source = self._parquet_files[file.name] = _parquet_file(self._night, file)
            self._files[file.name] = SievedFile(source, file.columns, JUDGES[file.table], self._question, index)
        return self._files[file.name]

    @cached_property
    def _known(self) -> _Known:
        """What there is to know of all persons at once. Their keys are the largest thing that a run holds, so it holds
        them for no longer than this."""
        keys = self._sorted_persons()
        others = [file for file in self._night.delivered.files if file.table in _KNOWS_PERSONS]
        return _Known(
            repeated=keys[1:][keys[1:] == keys[:-1]],
            orphans={file.name: KeySet(self._sieved(file).keys_not_among(keys)) for file in others},
        )

    def _sorted_persons(self) -> Numbers:
        """The keys of all persons, sorted where they lie, without a copy."""
        files = self._of_table("persons")
        keys = np.empty(sum(file.n_rows for file in files), np.uint64)
        first = 0
        for file in files:
            file.read_keys(keys[first : first + file.n_rows])
            first += file.n_rows
        keys.sort()
        return keys[np.searchsorted(keys, NO_KEY, "right") :]

    def _of_table(self, table: str) -> list[SievedFile]:
        return [self._sieved(file) for file in self._night.delivered.files if file.table == table]

    def _selection(self, file: DataFile, scan: str) -> Selection:
        sieved = self._sieved(file)
        if scan == "departed":
            return sieved.select_unclear()
        if scan == "memory_delivered":
            return sieved.select_unclear(marked=self._young)
        wanted = self._keys_in(_WANTED[scan])
        if scan in _KNOWS_PERSONS:
            return sieved.select_counted(KeySet(wanted), self._known.orphans[file.name])
        if scan == "parents":
            return sieved.select_persons(KeySet(np.concatenate([wanted, self._known.repeated])))
        if scan == "memory_persons":
            return sieved.select_unclear(KeySet(wanted))
        left = np.concatenate([wanted, *(file.hint_keys for file in self._of_table("residences"))])
        always = np.concatenate([self._known.repeated, self._keys_in("stage_expected")])
        return sieved.select_children(KeySet(left), KeySet(always))

    def _keys_in(self, table: str) -> Numbers:
        batches = self._night.warehouse.batches(f"SELECT person_id FROM {table}", table, 1 << 17)
        found = [ParquetBlock(batch, frozenset()).tell("person_id", ids)[1] for batch in batches]
        keys: Numbers = np.concatenate([np.zeros(0, np.uint64), *found])
        known: Numbers = keys[keys != NO_KEY]
        return known

    @cached_property
    def _young(self) -> KeySet:
        """Persons of compulsory age, once `memory_persons` holds those whose rows are unclear."""
        young = bytearray(self._keys_in("memory_persons WHERE is_young"))
        for file in self._of_table("persons"):
            for keys, groups, is_clean in file.clean_parts():
                young += keys[is_clean & is_young(groups)].tobytes()
        found = np.frombuffer(young, np.uint64)
        found.sort()
        return KeySet.of_sorted(found)

    def orphans(self, file: DataFile) -> Iterable[int]:
        """Looked up among the keys that were noted when the file was sieved."""
        rows = self._sieved(file).rows_of(self._known.orphans[file.name])
        return (int(row) + 1 for row in rows)

    def remembered(self, file: DataFile) -> "Iterator[pyarrow.RecordBatch]":
        """The clean rows; the others are shown."""
        from brp_signals.sieve.school_lists import Lists, Remembered, remembered_rows

        lists = list(self._night.warehouse.batches(_LISTS, "memory_lists", 1 << 20))
        persons = Remembered(self._young, KeySet(self._keys_in("memory_kept")))
        return remembered_rows(self._sieved(file), Lists(lists), persons) if lists else iter(())

    def broken_lines(self) -> list[tuple[str, int]]:
        """The rows that the sieve set aside."""
        return [(name, row + 1) for name, sieved in self._files.items() for row in sieved.broken]


def _leading(seen: Selection) -> dict[str, NDArray[np.int64]]:
    """The columns that come before the row's own, in the order of `_SEEN`."""
    return {"row_no": seen.rows + 1, "stands_for": seen.stands_for, "is_marked": seen.is_marked.astype(np.int64)}


def _csv(path: str, columns: dict[str, str]) -> str:
    """The reading of one plain CSV file: nothing detected, nothing guessed, a row of another width set aside."""
    named = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    return (
        f"read_csv({quoted(path)}, columns = {{{named}}}, header = true, delim = ',', "
        "quote = '', escape = '', new_line = '\\n', auto_detect = false, store_rejects = true, null_padding = false, "
        "max_line_size = 1048576, compression = 'none', hive_partitioning = false)"
    )


def _absent(file: DataFile) -> str:
    return "".join(f", CAST(NULL AS VARCHAR) AS {name}" for name in OPTIONAL[file.table] if name not in file.columns)


def _parquet(file: DataFile) -> str:
    return f"read_parquet({quoted(file.readable)}, file_row_number = true, hive_partitioning = false)"


def _parquet_file(night: Night, file: DataFile) -> ParquetFile:
    return ParquetFile(file.readable, _kinds(night, file), _REGISTER_DATES, night.work)


def _kinds(night: Night, file: DataFile) -> dict[str, str]:
    """The types that SQL sees in the columns of a Parquet file."""
    rows = night.warehouse.query(f"DESCRIBE SELECT * FROM {_parquet(file)}", "parquet columns")
    kinds = {row["column_name"]: row["column_type"] for row in rows}
    return {name: kinds[name] for name in file.columns}


def _texts(kinds: Mapping[str, str]) -> str:
    return ", ".join(f"{_as_text(name, kind)} AS {name}" for name, kind in kinds.items())


def _as_text(name: str, kind: str) -> str:
    """The text form of one Parquet column of a natural type, as the CSV of the contract would hold it."""
    if kind == "UUID":
        return f"replace(CAST({name} AS VARCHAR), '-', '')"
    if kind == "DATE":
        return f"strftime({name}, '{'%Y%m%d' if name in _REGISTER_DATES else '%Y-%m-%d'}')"
    if kind == "BOOLEAN":
        return f"CAST(CAST({name} AS INTEGER) AS VARCHAR)"
    return f"nullif(CAST({name} AS VARCHAR), '')"


def _make_view(night: Night, table: str, source: str) -> None:
    if end := _ENDS.get(table):
        source = f"SELECT * REPLACE (known_end({end}) AS {end}) FROM ({source})"
    night.warehouse.execute(f"CREATE OR REPLACE TEMP VIEW delivered_{table} AS {source}", f"delivered_{table}")


def refuse_if_damaged(file: DataFile) -> None:
    """Refuse a Parquet file whose pages cannot be read though its footer can: the engine is not to blame for those."""
    if file.format != "parquet":
        return
    import pyarrow

    try:
        for batch in read_batches(file.readable):
            batch.validate(full=True)
    except pyarrow.ArrowException:
        raise DeliveryRefused(f"{file.name} is damaged inside; have the delivery made again.") from None
