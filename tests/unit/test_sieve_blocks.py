"""Blocks of lines: every line once, every cell in its place, wherever the borders of the blocks fall."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brp_signals.sieve.csv_file import read_blocks
from tests.properties.evaluators import few

COLUMNS = ("a", "b", "c")
HEADER = b"a,b,c\n"


def cells_of(path: Path) -> list[list[bytes] | None]:
    """What the blocks say stands in each row; None where a row has another number of cells."""
    found: list[list[bytes] | None] = []
    content = path.read_bytes() + b"\n"
    end = content.index(b"\n") + 1
    for block in read_blocks(path, COLUMNS):
        assert block.offset == end
        end += block.size
        assert block.n_rows == len(block.row_starts) == len(block.row_ends)
        columns = [block.cells(name) for name in COLUMNS]
        for row in range(block.n_rows):
            first, last = (int(places[row]) + block.offset for places in (block.row_starts, block.row_ends))
            assert content[first:last] == block.line(row)
            assert content[last : last + 1] == b"\n"
            if not block.is_regular[row]:
                found.append(None)
                continue
            found.append([content[block.offset + int(c.starts[row]) :][: int(c.lengths[row])] for c in columns])
    return found


def expected(lines: list[bytes], n_columns: int = 3) -> list[list[bytes] | None]:
    rows = [line.split(b",") for line in lines]
    return [row if len(row) == n_columns else None for row in rows]


lines = st.lists(
    st.lists(
        st.sampled_from((b"", b"", b"x", b"20240229", "é".encode(), b"0123456789abcdef" * 2)), min_size=1, max_size=5
    )
    .map(b",".join)
    .filter(bool),
    max_size=25,
)


@given(lines, st.booleans(), st.sampled_from((200, 201, 255, 512, 1 << 20)))
@few(120)
def test_every_line_and_cell(content: list[bytes], ends: bool, size: int) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr("brp_signals.sieve.csv_file._SIZE", size)
        path = Path(name) / "x.csv"
        path.write_bytes(HEADER + b"\n".join(content) + (b"\n" if ends and content else b""))
        assert cells_of(path) == expected(content)


@pytest.mark.parametrize(
    "content",
    [[b"1,2,3"], [b",,"], [b",2,"], [b",,", b",,"], [b"1"], [b"1,2,3,4"], [b"1,2", b"3", b"4,5,6"], [b",,,", b"1,2,3"]],
    ids=lambda content: b"|".join(content).decode(),
)
@pytest.mark.parametrize("end", [b"", b"\n"], ids=["no last line feed", "last line feed"])
def test_single_lines_empty_ends_and_irregular_rows(content: list[bytes], end: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(HEADER + b"\n".join(content) + end)
    assert cells_of(tmp_path / "x.csv") == expected(content)


@pytest.mark.parametrize("content", [HEADER, HEADER.strip()])
def test_a_header_alone_has_no_block(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    assert list(read_blocks(tmp_path / "x.csv", COLUMNS)) == []


@pytest.mark.parametrize("spare", range(-3, 4))
def test_a_line_that_ends_on_the_border(spare: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("brp_signals.sieve.csv_file._SIZE", 256)
    content = [b"%03d,%b,z" % (number, b"y" * 10) for number in range(15)]
    content.append(b"1,%b,3" % (b"x" * (256 - len(b"\n".join(content)) - 6 + spare)))
    content += [b"4,5,6", b",,"]
    (tmp_path / "x.csv").write_bytes(HEADER + b"\n".join(content) + b"\n")
    assert cells_of(tmp_path / "x.csv") == expected(content)


def test_a_block_takes_words_from_cells_at_its_very_end(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(HEADER + b"1,2,ab")
    (block,) = read_blocks(tmp_path / "x.csv", COLUMNS)
    cells = block.cells("c")
    assert cells.first_byte().tolist() == [ord("a")]
    assert cells.word()[0] & 0xFFFFFF == int.from_bytes(b"ab\n", "little")
    assert cells.word(1)[0] & 0xFFFF == int.from_bytes(b"b\n", "little")
    assert cells.word(56).shape == (1,)
    assert cells.id_words().shape == (1, 4)
    assert cells.id_words()[0, 0] == cells.word()[0] == cells.words_at(block.is_regular.nonzero()[0])[0]
