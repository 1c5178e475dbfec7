"""The top of the sheet of signals as a picture for the README, drawn from the workbook of the sample.

The picture shows what a clerk sees in a spreadsheet program: the printed columns, their widths and their colours.
"""

import textwrap
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Final

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from tests.publish.golden.rendered import only

#: The picture itself; `make goldens` writes it.
PICTURE: Final = Path(__file__).parents[3] / "docs" / "list.svg"
_SIGNALS: Final = 6
_FONT, _LINE, _AIR, _HEADING = 11, 14, 5, 34
_PIXELS_PER_UNIT: Final = 7.2
_CHARACTERS_PER_UNIT: Final = 1.12


def picture(published: Path) -> str:
    """An SVG of the first signals in the workbook of a run on the sample; the same workbook gives the same text."""
    sheet = load_workbook(only((published / "0363").glob("*.xlsx")))["Signalen"]
    columns = _printed_columns(sheet)
    parts: list[str] = []
    top = float(_HEADING)
    for number in range(1, _SIGNALS + 2):
        row = [sheet[f"{letter}{number}"] for letter, _ in columns]
        height = _AIR * 2 + _LINE * max(len(_lines(cell, width)) for cell, (_, width) in zip(row, columns, strict=True))
        parts += _row(row, [width for _, width in columns], top, height)
        top += height
    return _page(sheet, parts, sum(_pixels(width) for _, width in columns), top + _HEADING)


def _printed_columns(sheet: Worksheet) -> list[tuple[str, float]]:
    """Letter and width in units of Excel of every column up to the last that is printed."""
    last = str(sheet.print_area).rpartition(":")[2].strip("$").partition("$")[0]
    widths = sheet.column_dimensions
    return [(letter, widths[letter].width) for letter in map(chr, range(ord("A"), ord(last) + 1))]


def _row(row: Sequence[Cell], widths: Sequence[float], top: float, height: float) -> Iterator[str]:
    left = 1.0
    for cell, width in zip(row, widths, strict=True):
        wide = _pixels(width)
        fill = f"#{cell.fill.fgColor.rgb[2:]}" if cell.fill.patternType else "#FFFFFF"
        box = f'x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{height:.1f}"'
        yield f'<rect {box} fill="{fill}" stroke="#9AA7B4"/>'
        is_centred = cell.alignment.horizontal == "center"
        x = left + (wide / 2 if is_centred else _AIR)
        style = f'fill="#{cell.font.color.rgb[2:]}"' + (' font-weight="bold"' if cell.font.b else "")
        style += ' text-anchor="middle"' if is_centred else ""
        for number, line in enumerate(_lines(cell, width), start=1):
            yield f'<text x="{x:.1f}" y="{top + _AIR + number * _LINE - 3:.1f}" {style}>{escape(line)}</text>'
        left += wide


def _pixels(width: float) -> float:
    return width * _PIXELS_PER_UNIT


def _lines(cell: Cell, width: float) -> list[str]:
    """What a cell says, broken as a spreadsheet program breaks it."""
    value = cell.value
    text = f"{value:%d-%m-%Y}" if isinstance(value, datetime) else str("" if value is None else value)
    size = max(int(width * _CHARACTERS_PER_UNIT), 4)
    return [line for paragraph in text.split("\n") for line in textwrap.wrap(paragraph, size)]


def _page(sheet: Worksheet, parts: Sequence[str], width: float, height: float) -> str:
    above = str(sheet.oddHeader.left.text).split('"&9')[-1]
    below = str(sheet.oddFooter.left.text).split('"&9')[-1]
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width + 2:.0f} {height:.0f}" '
            f'font-family="Arial, Helvetica, sans-serif" font-size="{_FONT}" role="img">',
            f"<title>{escape(above)}: de bovenste {_SIGNALS} signalen van het voorbeeld</title>",
            '<rect width="100%" height="100%" fill="#FFFFFF"/>',
            f'<text x="1" y="22" font-size="16" font-weight="bold" fill="#154273">{escape(above)}</text>',
            *parts,
            f'<text x="1" y="{height - 12:.1f}" font-weight="bold" fill="#1B2733">{escape(below)}</text>',
            "</svg>\n",
        )
    )
