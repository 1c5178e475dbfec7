"""Cells as the sieve sees them."""

from collections.abc import Sequence

from brp_signals.sieve.blocks import Block

MARGIN = 64


def block_of(cells: Sequence[bytes], other: bytes = b"0") -> Block:
    """A block whose column 0 holds `cells`, and column 1 in every row `other`: what lies behind a cell."""
    content = b"".join(b"%b,%b\n" % (cell, other) for cell in cells)
    return Block(bytearray(content) + bytearray(MARGIN), len(content), 0, 2)
