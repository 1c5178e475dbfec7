"""Markdown to DOCX: the forms that our templates use (headings, paragraphs, lists, tables), nothing more.

What a municipality fills in is highlighted, so that it is found when scrolling.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Final

from brp_signals.papers.rendering import IS_BLANK

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_HEADING: Final = re.compile(r"(#+) (.+)")
_RULE_OF_TABLE: Final = re.compile(r"\|( --- \|)+")
_CELLS: Final = re.compile(r"(?<!\\)\|")
_PIECES: Final = re.compile(rf"({IS_BLANK.pattern}|\*\*.+?\*\*)")
_ESCAPED: Final = re.compile(r"\\([\\|*`<\[\]])")
#: The moment that the entries of an archive carry, so that the same paper gives the same bytes.
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
_FONT, _POINTS = "Calibri", 10


def docx(markdown: str) -> bytes:
    """Make a document that Word and LibreOffice open; the same text gives the same bytes."""
    document = _empty()
    for kind, lines in groupby(filter(None, markdown.splitlines()), _kind):
        if kind == "table":
            _add_table(document, [line for line in lines if not _RULE_OF_TABLE.fullmatch(line)])
            continue
        for line in lines:
            _add_line(document, line)
    return _same_bytes(document)


def _empty() -> "Document":
    from docx import Document
    from docx.shared import Pt

    document = Document()
    document.core_properties.author = "brp-signals"
    document.core_properties.language = "nl-NL"
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(_POINTS)
    return document


def _kind(line: str) -> str:
    return "table" if line.startswith("|") else "line"


def _add_line(document: "Document", line: str) -> None:
    if heading := _HEADING.fullmatch(line):
        # The title of a paper has a level of its own in a document.
        document.add_heading(_plain(heading[2]), len(heading[1]) - 1)
    elif line.startswith("- "):
        _fill(document.add_paragraph(style="List Bullet"), line[2:])
    else:
        _fill(document.add_paragraph(), line)


def _add_table(document: "Document", lines: list[str]) -> None:
    rows = [[cell.strip() for cell in _CELLS.split(line)[1:-1]] for line in lines]
    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            _fill(cell.paragraphs[0], text)
    for cell in table.rows[0].cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True


def _fill(paragraph: "Paragraph", text: str) -> None:
    from docx.enum.text import WD_COLOR_INDEX

    for piece in filter(None, _PIECES.split(text)):
        if IS_BLANK.fullmatch(piece):
            paragraph.add_run(piece).font.highlight_color = WD_COLOR_INDEX.YELLOW
        elif piece.startswith("**"):
            paragraph.add_run(_plain(piece[2:-2])).bold = True
        else:
            paragraph.add_run(_plain(piece))


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _same_bytes(document: "Document") -> bytes:
    """Write the archive anew, with one moment for all its entries."""
    written, whole = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in _entries(source):
            target.writestr(zipfile.ZipInfo(name, _MOMENT), content, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def _entries(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for name in archive.namelist():
        yield name, archive.read(name)
