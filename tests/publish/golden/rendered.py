"""Published files as plain text, without what differs from run to run or from machine to machine."""

import csv
import re
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from brp_signals.publish.dossier import dossier_bytes
from brp_signals.publish.explain import dossier
from tests.publish.lists import ABSENCE_DOSSIER, RULES

#: Each of these starts on a line of its own.
_BLOCKS: Final = frozenset(("article", "caption", "div", "footer", "header", "main", "p", "section", "summary", "tr"))
_CELLS: Final = frozenset(("td", "th"))
#: Not read as text; what is drawn is told in words in its description.
_SILENT: Final = frozenset(("style", "svg", "title"))
_MARKED: Final = {"desc": "Tijdlijn: ", "h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "li": "- "}
#: Times, versions and fingerprints: from here on the report tells of the machine.
_PROVENANCE: Final = "## Waarmee deze run is gemaakt"
_RUN_ID: Final = re.compile(r" · run .*")


def render(published: Path) -> dict[str, str]:
    """Every golden file by name, of the folder of one run."""
    ordinary, sealed = published / "0363", published / "sealed" / "0363"
    texts = {"report.txt": report(published / "report.html")}
    for name, folder in (("list", ordinary), ("sealed", sealed)):
        texts[f"{name}.signals.csv"] = (folder / "signals.csv").read_text(encoding="utf-8")
        texts[f"{name}.workbook.txt"] = workbook(only(folder.glob("*.xlsx")))
        texts[f"{name}.page.txt"] = html_text(only(folder.glob("*.html")).read_text(encoding="utf-8"))
    texts["dossier.absence.txt"] = html_text(dossier_bytes(ABSENCE_DOSSIER, RULES).decode())
    texts["dossier.txt"] = html_text(dossier(published.parents[1] / "state", first_case(ordinary)).decode())
    return texts


def first_case(folder: Path) -> str:
    """The number of the case on top of a list."""
    with (folder / "signals.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.DictReader(file))["case_id"]


def only(found: Iterator[Path]) -> Path:
    """The one file there is."""
    (path,) = found
    return path


def report(path: Path) -> str:
    """The text of report.html up to where it tells of the machine."""
    text = html_text(path.read_text(encoding="utf-8"))
    return _RUN_ID.sub(" · run …", text.partition(_PROVENANCE)[0].rstrip() + "\n")


def html_text(html: str) -> str:
    """What a page says, in the order of reading: one line a block, cells of a table with bars between them."""
    return _Reader(html).text


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self._lines: list[str] = [""]
        self._silent = 0
        self.feed(html)
        tidy = (re.sub(r"\s+", " ", line).strip(" |") for line in self._lines)
        lines = [f"\n{line}" if line.startswith("#") else line for line in tidy if line.strip("# |-")]
        self.text = "\n".join(lines).lstrip("\n") + "\n"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += (tag in _SILENT) - (tag == "desc")
        if tag in _BLOCKS or tag in _MARKED:
            self._lines.append(_MARKED.get(tag, ""))
        elif tag in _CELLS:
            self._lines[-1] += " | "

    def handle_endtag(self, tag: str) -> None:
        self._silent -= (tag in _SILENT) - (tag == "desc")
        if tag in _BLOCKS or tag in _MARKED:
            self._lines.append("")
        elif tag == "dt":
            self._lines[-1] += ": "

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._lines[-1] += data


def workbook(path: Path) -> str:
    """Every sheet: how it is printed, then one line a cell that holds something (`B2: text`)."""
    return "\n".join(_sheet(sheet) for sheet in load_workbook(path).worksheets)


def _sheet(sheet: Worksheet) -> str:
    widths = [f"{letter} {found.width:g}{' hidden' if found.hidden else ''}" for letter, found in _columns(sheet)]
    setup: list[tuple[str, object]] = [
        ("widths", ", ".join(widths)),
        ("page", f"{sheet.page_setup.orientation}, paper {sheet.page_setup.paperSize}"),
        ("print area", sheet.print_area or "all"),
        ("repeated rows", sheet.print_title_rows or "none"),
        ("frozen at", sheet.freeze_panes or "none"),
        ("filter", sheet.auto_filter.ref or "none"),
        ("header", f"{sheet.oddHeader.left.text} ~ {sheet.oddHeader.right.text}"),
        ("footer", f"{sheet.oddFooter.left.text} ~ {sheet.oddFooter.right.text}"),
        *((f"choice in {item.sqref}", f"{item.type} {item.formula1}") for item in _choices(sheet)),
    ]
    lines = [f"=== {sheet.title}", *(f"[{name}: {value}]" for name, value in setup)]
    lines += [
        f"{cell.coordinate}: {_value(cell)}" for row in sheet.iter_rows() for cell in row if cell.value is not None
    ]
    return "\n".join(lines) + "\n"


def _columns(sheet: Worksheet) -> list[tuple[str, Any]]:
    return sorted(sheet.column_dimensions.items(), key=lambda item: (len(item[0]), item[0]))


def _choices(sheet: Worksheet) -> list[Any]:
    return sorted(sheet.data_validations.dataValidation, key=lambda item: str(item.sqref))


def _value(cell: Cell) -> str:
    if isinstance(cell.value, datetime):
        return f"{cell.value:%Y-%m-%d} ({cell.number_format})"
    if cell.data_type == "n":
        return f"{cell.value:g} (number)"
    return str(cell.value).replace("\n", " ⏎ ")
