"""Markdown to DOCX: the forms that our templates use (headings, paragraphs, lists, tables), nothing more.

What a municipality fills in is highlighted, so that it is found when scrolling.
"""

import io
import re
import zipfile
from itertools import groupby
from typing import TYPE_CHECKING, Final

from brp_signals.papers.rendering import IS_BLANK

if TYPE_CHECKING:
    from docx.document import Document
    from docx.shared import Mm
    from docx.text.paragraph import Paragraph

_HEADING: Final = re.compile(r"(#+) (.+)")
_RULE_OF_TABLE: Final = re.compile(r"\|( --- \|)+")
_CELLS: Final = re.compile(r"(?<!\\)\|")
_PIECES: Final = re.compile(rf"({IS_BLANK.pattern}|\*\*.+?\*\*)")
_ESCAPED: Final = re.compile(r"\\([\\|*`<\[\]])")
#: The moment that the entries of an archive carry, so that the same paper gives the same bytes.
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
_FONT, _POINTS, _POINTS_IN_TABLE = "Calibri", 10, 8
#: A4 upright, in millimetres.
_WIDTH, _HEIGHT, _MARGIN = 210, 297, 20


def docx(markdown: str) -> bytes:
    """Make a document that Word and LibreOffice open; the same text gives the same bytes."""
    document = _empty(markdown.partition("\n")[0].lstrip("# "))
    for kind, lines in groupby(filter(None, markdown.splitlines()), _kind):
        if kind == "table":
            _add_table(document, [line for line in lines if not _RULE_OF_TABLE.fullmatch(line)])
            continue
        for line in lines:
            _add_line(document, line)
    return _same_bytes(document)


def _empty(title: str) -> "Document":
    from docx import Document
    from docx.shared import Mm, Pt

    document = Document()
    about = document.core_properties
    about.title, about.author, about.language, about.comments = title, "brp-signals", "nl-NL", ""
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(_POINTS)
    page = document.sections[0]
    page.page_width, page.page_height = Mm(_WIDTH), Mm(_HEIGHT)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(_MARGIN)
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
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    rows = [[cell.strip() for cell in _CELLS.split(line)[1:-1]] for line in lines]
    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    table.autofit, widths = False, _widths(rows)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text, width in zip(cells.cells, texts, widths, strict=True):
            cell.width = width
            _fill(cell.paragraphs[0], text)
            for run in cell.paragraphs[0].runs:
                run.font.size, run.bold = Pt(_POINTS_IN_TABLE), texts is rows[0] or run.bold
    # Word repeats this row on every page, and a screen reader names it with each cell.
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    document.add_paragraph()


def _widths(rows: list[list[str]]) -> list["Mm"]:
    """Columns as wide as what stands in them asks, long texts less than in proportion."""
    from docx.shared import Mm

    needs = [max(map(len, column)) ** 0.5 for column in zip(*rows, strict=True)]
    return [Mm((_WIDTH - 2 * _MARGIN) * need / sum(needs)) for need in needs]


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
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _MOMENT), source.read(name), zipfile.ZIP_DEFLATED)
    return whole.getvalue()
