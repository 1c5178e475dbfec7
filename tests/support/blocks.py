"""Cells as the sieve sees them."""

from collections.abc import Sequence

from brp_signals.sieve.cells import MARGIN, Cells
from brp_signals.sieve.csv_file import CsvBlock


def cells_of(cells: Sequence[bytes], other: bytes = b"0") -> Cells:
    """The cells of a column; in every row `other` lies behind."""
    content = b"".join(b"%b,%b\n" % (cell, other) for cell in cells)
    return CsvBlock(bytearray(content) + bytearray(MARGIN), len(content), 0, ("cell", "other")).cells("cell")
