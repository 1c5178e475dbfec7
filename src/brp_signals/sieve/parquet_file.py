"""A Parquet file for the sieve: the rows of a row group, a batch at a time, each cell in the text that SQL gives it.

Most columns hold few different values, so these are judged once and told for every row that holds them. Ids as UUID
need no judging; they are spelled out in hexadecimal only where the key of a person is made.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from brp_signals.base.errors import DeliveryRefused
from brp_signals.sieve.cells import MARGIN, Cells, Flags, Form, Numbers, Places, Text, Told

if TYPE_CHECKING:
    import pyarrow

#: So many rows are looked at together.
_ROWS: Final = 1 << 16
#: So many bytes of a column are read at once, however large a row group is.
_READ: Final = 1 << 20
#: Days since 1970 that have a text of ten characters and may mean something.
_DAYS: Final = tuple(int(np.datetime64(day, "D").astype(np.int64)) for day in ("1800-01-01", "9999-12-31"))
#: The four hexadecimal characters of every two bytes, as one number.
_HEX: Final = np.frombuffer(np.arange(1 << 16, dtype="<u2").tobytes().hex().encode(), np.dtype("<u4"))

#: How a database calls whole numbers.
_INTEGERS: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")


class ParquetFile:
    """A Parquet file whose rows are gone through, and can be found again afterwards.

    `kinds` are the types that SQL sees in its columns; dates of `register_dates` are YYYYMMDD. Rows once unpacked are
    kept in a file of `folder`: to write and read them there costs less than to unpack them again.
    """

    def __init__(self, path: Path, kinds: Mapping[str, str], register_dates: frozenset[str], folder: Path) -> None:
        self.kinds = kinds
        self._path = path
        self._register_dates = register_dates
        self._unpacked = folder / f"sieve-{path.name}.rows"
        #: Where each batch begins in that file, and how many rows it has.
        self._batches: list[tuple[int, int]] = []

    def is_known(self) -> bool:
        """Whether every column has a type whose cells the sieve reads as SQL does."""
        import pyarrow.parquet

        schema = pyarrow.parquet.read_schema(self._path)
        return all(
            _is_known(schema.field(name).type, kind) and (kind != "UUID" or _holds_ids(name))
            for name, kind in self.kinds.items()
        )

    def blocks(self) -> Iterator["ParquetBlock"]:
        """All rows. Raises DeliveryRefused when a page is damaged."""
        for batch in self._unpacked_batches() if self._batches else self._unpack():
            yield ParquetBlock(batch, self._register_dates)

    def take(self, rows: Places) -> "pyarrow.Table":
        """These rows, in file order, once all have been gone through; batches without any of them are not read."""
        import pyarrow.parquet

        taken, first = [], 0
        with pyarrow.OSFile(str(self._unpacked), "rb") as file:
            for place, n_rows in self._batches:
                here = rows[slice(*np.searchsorted(rows, (first, first + n_rows)))]
                if len(here):
                    taken.append(_batch_at(file, place).take(pyarrow.array(here - first)))
                first += n_rows
        if taken:
            return pyarrow.Table.from_batches(taken)
        schema = pyarrow.parquet.read_schema(self._path)
        return pyarrow.schema([schema.field(name) for name in self.kinds]).empty_table()

    def _unpack(self) -> Iterator["pyarrow.RecordBatch"]:
        from pyarrow import OSFile
        from pyarrow.ipc import new_stream

        with OSFile(str(self._unpacked), "wb") as file:
            for batch in read_batches(self._path, columns=list(self.kinds)):
                self._batches.append((file.tell(), batch.num_rows))
                with new_stream(file, batch.schema) as stream:
                    stream.write_batch(batch)
                yield batch

    def _unpacked_batches(self) -> Iterator["pyarrow.RecordBatch"]:
        from pyarrow import OSFile

        with OSFile(str(self._unpacked), "rb") as file:
            for place, _ in self._batches:
                yield _batch_at(file, place)


def _batch_at(file: "pyarrow.NativeFile", place: int) -> "pyarrow.RecordBatch":
    from pyarrow.ipc import open_stream

    file.seek(place)
    return open_stream(file).read_next_batch()


def read_batches(path: Path, columns: Sequence[str] | None = None) -> Iterator["pyarrow.RecordBatch"]:
    """The rows of a Parquet file, each batch from one row group; texts that are written as a dictionary are read as
    one.

    Raises DeliveryRefused when a page cannot be read though the footer can.
    """
    import pyarrow.parquet

    try:
        footer = pyarrow.parquet.read_metadata(path)
        dictionaries = _dictionaries(footer)
        with pyarrow.parquet.ParquetFile(
            path, metadata=footer, read_dictionary=dictionaries, buffer_size=_READ
        ) as file:
            for group in range(file.num_row_groups):
                # One thread: with two, each waits for the other more than it works.
                yield from file.iter_batches(_ROWS, row_groups=[group], columns=columns, use_threads=False)
    except (pyarrow.ArrowException, OSError):
        raise DeliveryRefused(f"{path.name} is damaged inside; have the delivery made again.") from None


def _dictionaries(file: "pyarrow.parquet.FileMetaData") -> list[str]:
    """The columns of texts that hold numbers of a dictionary, as the first row group tells.

    To find the different values of other columns would cost more than to judge every value.
    """
    if not file.num_row_groups:
        return []
    columns = [file.row_group(0).column(number) for number in range(file.num_columns)]
    return [
        column.path_in_schema
        for column in columns
        if column.physical_type == "BYTE_ARRAY" and any("DICTIONARY" in encoding for encoding in column.encodings)
    ]


def _holds_ids(column: str) -> bool:
    """Ids differ in nearly every row."""
    return column.endswith("_id") and column != "school_id"


def _is_known(kind: Any, in_sql: str) -> bool:
    from pyarrow import UuidType, types

    if types.is_dictionary(kind):
        return _is_known(kind.value_type, in_sql)
    if types.is_string(kind) or types.is_large_string(kind):
        return in_sql == "VARCHAR"
    if isinstance(kind, UuidType):
        return in_sql == "UUID"
    if types.is_date32(kind):
        return in_sql == "DATE"
    if types.is_boolean(kind):
        return in_sql == "BOOLEAN"
    return bool(types.is_integer(kind)) and in_sql in _INTEGERS


class ParquetBlock:
    """Some rows, column by column."""

    def __init__(self, batch: "pyarrow.RecordBatch", register_dates: frozenset[str]) -> None:
        self.n_rows = batch.num_rows
        self.is_regular = np.ones(batch.num_rows, np.bool_)
        self._batch = batch
        self._register_dates = register_dates
        self._columns: dict[str, tuple[Cells, Places | None]] = {}

    def has(self, column: str) -> bool:
        """Whether the file has this column."""
        return column in self._batch.schema.names

    def tell(self, column: str, form: Form[Told]) -> Told:
        """What `form` says of every cell of a column: of a value that many rows hold it is asked once."""
        if column not in self._columns:
            self._columns[column] = _column(self._batch.column(column), is_register=column in self._register_dates)
        cells, of_row = self._columns[column]
        told = form(cells)
        if of_row is None:
            return told
        return (told[0][of_row], told[1][of_row]) if isinstance(told, tuple) else told[of_row]

    def irregular(self) -> Iterator[tuple[int, Sequence[bytes] | None]]:
        """No row of a Parquet file has too many cells or too few."""
        return iter(())


class Uuids(Cells):
    """Ids of sixteen bytes each, spelled out when their characters are asked for."""

    is_hex = True

    def __init__(self, content: NDArray[np.uint8], lengths: Places) -> None:
        self.lengths = lengths
        self._content = content

    def id_words(self) -> Numbers:
        """The 32 characters of every id as four words a row."""
        return _HEX[self._content.view(np.dtype("<u2"))].view(np.dtype("<u8")).reshape(-1, 4)


def _column(array: Any, *, is_register: bool) -> tuple[Cells, Places | None]:
    """The different cells of a column and which of them stands in each row, or one cell a row."""
    import pyarrow

    kind = array.type
    if isinstance(kind, pyarrow.UuidType):
        content = np.frombuffer(array.storage.buffers()[1], np.uint8)[array.offset * 16 :][: len(array) * 16]
        return Uuids(content, np.where(_is_filled(array), 32, 0)), None
    if pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind):
        return _cells_of(array), None
    if not pyarrow.types.is_dictionary(kind):
        array = array.dictionary_encode()
    values = array.dictionary
    cells = _cells_of_days(values, is_register) if pyarrow.types.is_date32(values.type) else _cells_of_values(values)
    # Behind the last value stands the empty cell of the rows that have none.
    of_row = _numbers(array.indices)
    return cells, np.where(_is_filled(array.indices), of_row, len(cells) - 1)


def _cells_of_days(days: "pyarrow.Array", is_register: bool) -> Cells:
    """Dates as the contract writes them, and an empty cell; what is no date of the contract is no cell of any form."""
    import pyarrow

    numbers = np.append(_numbers(days.cast(pyarrow.int32())), 0)
    is_day = (numbers >= _DAYS[0]) & (numbers <= _DAYS[1])
    texts = np.datetime_as_string(np.where(is_day, numbers, 0).astype("datetime64[D]"))
    if is_register:
        texts = np.char.replace(texts, "-", "")
    width = 8 if is_register else 10
    buffer = np.zeros(len(texts) * width + MARGIN, np.uint8)
    buffer[:-MARGIN] = texts.astype(f"S{width}").view(np.uint8)
    lengths = np.where(is_day, width, width + 1)
    lengths[-1] = 0
    return Cells(Text(buffer, len(texts) * width + 1), np.arange(len(texts)) * width, lengths)


def _cells_of_values(values: "pyarrow.Array") -> Cells:
    """Texts, flags (0 or 1) or whole numbers, and an empty cell."""
    import pyarrow

    if pyarrow.types.is_boolean(values.type):
        values = values.cast(pyarrow.int8())
    text = pyarrow.large_string()
    return _cells_of(pyarrow.concat_arrays([values.cast(text), pyarrow.nulls(1, text)]))


def _cells_of(array: "pyarrow.Array") -> Cells:
    import pyarrow

    _, offsets, content = array.buffers()
    width = np.int64 if pyarrow.types.is_large_string(array.type) else np.int32
    places = np.frombuffer(offsets, width)[array.offset :][: len(array) + 1].astype(np.int64)
    first, last = int(places[0]), int(places[-1])
    buffer = np.zeros(last - first + MARGIN, np.uint8)
    if content is not None:
        buffer[: last - first] = np.frombuffer(content, np.uint8)[first:last]
    starts = places[:-1] - first
    return Cells(Text(buffer, last - first + 1), starts, np.where(_is_filled(array), np.diff(places), 0))


def _is_filled(array: "pyarrow.Array") -> Flags:
    import pyarrow

    if not array.null_count:
        return np.ones(len(array), np.bool_)
    is_filled: Flags = _numbers(array.is_valid().cast(pyarrow.int8())) != 0
    return is_filled


def _numbers(array: Any) -> NDArray[Any]:
    """Whole numbers where they lie, any at all where there is none. Arrow's own ways lead through pandas, whose import
    takes a second."""
    width = array.type.bit_width // 8
    return np.frombuffer(array.buffers()[1], f"i{width}")[array.offset :][: len(array)]
