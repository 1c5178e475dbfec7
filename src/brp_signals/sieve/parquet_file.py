"""A Parquet file for the sieve: the rows of a row group, a batch at a time, each cell in the text that SQL gives it.

Most columns hold few different values, so these are judged once and told for every row that holds them. Ids as UUID
need no judging; they are spelled out in hexadecimal only where the key of a person is made.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from brp_signals.errors import DeliveryRefused
from brp_signals.sieve.cells import MARGIN, Cells, Flags, Form, Numbers, Places, Text, Told

if TYPE_CHECKING:
    import pyarrow

_ROWS: Final = 1 << 17
#: So many bytes of a column are read at once, however large a row group is.
_READ: Final = 1 << 20
#: Days since 1970 from 1800 to 2999; others are no dates of the contract.
_DAYS: Final = tuple(int(np.datetime64(day, "D").astype(np.int64)) for day in ("1800-01-01", "2999-12-31"))
#: Two hexadecimal characters of every byte, as one number.
_HEX: Final = np.frombuffer(bytes(range(256)).hex().encode(), np.dtype("<u2"))

#: How a database calls whole numbers.
_INTEGERS: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")


class ParquetFile:
    """A Parquet file. `kinds` are the types that SQL sees in its columns; dates of `register_dates` are YYYYMMDD."""

    def __init__(self, path: Path, kinds: Mapping[str, str], register_dates: frozenset[str]) -> None:
        self._path = path
        self._kinds = kinds
        self._register_dates = register_dates

    def is_known(self) -> bool:
        """Whether every column has a type whose cells the sieve reads as SQL does."""
        import pyarrow.parquet

        schema = pyarrow.parquet.read_schema(self._path)
        return all(
            _is_known(schema.field(name).type, kind) and (kind != "UUID" or _holds_ids(name))
            for name, kind in self._kinds.items()
        )

    def blocks(self) -> Iterator["ParquetBlock"]:
        """All rows. Raises DeliveryRefused when a page is damaged."""
        texts = [name for name, kind in self._kinds.items() if kind == "VARCHAR" and not _holds_ids(name)]
        for batch in read_batches(self._path, columns=list(self._kinds), texts=texts):
            yield ParquetBlock(batch, self._register_dates)


def read_batches(
    path: Path, columns: Sequence[str] | None = None, texts: Sequence[str] = ()
) -> Iterator["pyarrow.RecordBatch"]:
    """The rows of a Parquet file; `texts` are columns whose different values are wanted apart.

    Raises DeliveryRefused when a page cannot be read though the footer can.
    """
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path, read_dictionary=list(texts), buffer_size=_READ) as file:
            yield from file.iter_batches(_ROWS, columns=columns)
    except (pyarrow.ArrowException, OSError):
        raise DeliveryRefused(f"{path.name} is damaged inside; have the delivery made again.") from None


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
        return _HEX[self._content].view(np.dtype("<u8")).reshape(-1, 4)


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
    of_row = _numbers(array.indices.cast(pyarrow.int64()))
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
