"""The Dutch workbook: a list of signals that a clerk can read, filter, print and fill in.

Every text is written as text, so that nothing in it ever becomes a formula. The columns for the decision are left
empty on purpose: a human decides (no outcome is ever filled in beforehand). The same list gives the same bytes.
"""

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from brp_signals.base.dates import dutch
from brp_signals.base.outcomes import Choice
from brp_signals.base.rule_files import Rule
from brp_signals.publish import wording
from brp_signals.publish.choices import DEPARTURE_CHOICES, Choices
from brp_signals.publish.kinds import Kind
from brp_signals.publish.list_content import AnyList, Case, Listed, MunicipalList, schools_of
from brp_signals.publish.sheet_columns import (
    BACK_COLUMNS,
    BY_HEADER,
    CHOICE_COLUMNS,
    CHOICE_WIDTH,
    DECISION_HEADER,
    EVIDENCE_COLUMNS,
    MEANING_WIDTHS,
    MORE_SAMPLE_COLUMNS,
    PERSON_HEADER,
    PRINTED_CHOICES,
    REASON_HEADER,
    REASON_WIDTH,
    RULE_COLUMNS,
    SAMPLE_COLUMNS,
    SCHOOL_COLUMNS,
    Cell,
    Column,
    n_lines,
)

_FONT: Final = "Arial"
_SIZE: Final = 9
_LINE_POINTS: Final = 12.0
_INK, _ACCENT, _PALE, _FILL_IN = "#1B2733", "#154273", "#E8EEF4", "#FFF8E1"
_RULE_LINE: Final = "#9AA7B4"
_SEALED: Final = "#8A1C1C"
OPTIONS: Final = {
    "in_memory": True,
    # Programs measure columns in digits of this font: with one that a machine lacks, a sheet is printed smaller.
    "default_format_properties": {"font_name": _FONT, "font_size": 10, "font_scheme": "none"},
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def workbook_bytes(content: AnyList, rules: Sequence[Rule], kind: Kind) -> bytes:
    """The workbook of one municipality; it holds the sheets of its kind, also when there are no signals.

    Children who came back stand on a sheet of their own, and so do the schools that are known by name; each is there
    when there are any.
    """
    from xlsxwriter import Workbook

    file = io.BytesIO()
    with Workbook(file, OPTIONS) as book:
        book.set_properties(
            {
                "title": kind.title(content.municipality_code),
                "subject": wording.NOT_A_FINDING,
                "author": "brp-signals",
                # Excel stores when a workbook was made; a fixed day keeps equal lists equal.
                "created": datetime.combine(content.reference_date, datetime.min.time()),
            }
        )
        looks = all_looks(book)
        asked, back = _parts(content)
        schools = schools_of(content.cases)
        left_out = {name for name, rows in ((wording.BACK, back), (wording.SCHOOLS, schools)) if not rows}
        sheets = {name: book.add_worksheet(name) for name in kind.sheets if name not in left_out}
        used = wording.rules_used(content, rules)
        for sheet in sheets.values():
            _set_page(sheet, content, kind)
        _write_summary(sheets["Samenvatting"], looks, content, kind)
        _write_signals(sheets["Signalen"], looks, asked, kind, first_choice=first_choice_row(used))
        if back:
            of_back = replace(kind, first_columns=BACK_COLUMNS)
            _write_signals(sheets[wording.BACK], looks, back, of_back, first_choice=first_choice_row(used))
        _write_evidence(sheets["Bewijs"], looks, content)
        if schools:
            write_table(sheets[wording.SCHOOLS], looks, SCHOOL_COLUMNS, schools)
            sheets[wording.SCHOOLS].freeze_panes(1, 1)
        write_explanation(sheets["Uitleg"], looks, used, kind.choices)
        if isinstance(content, MunicipalList):
            _write_sample(sheets[wording.SAMPLE], looks, content, first_choice=first_choice_row(used))
        sheets["Samenvatting"].activate()
    return file.getvalue()


def _parts(content: AnyList) -> tuple[Sequence[Listed], Sequence[Listed]]:
    """The cases of the list, and apart from them the children who came back."""
    back = [case for case in content.cases if isinstance(case, Case) and wording.is_back(case)]
    return [case for case in content.cases if case not in back], back


def all_looks(book: Any) -> dict[str, Any]:
    """The formats of a workbook by name."""
    base = {"font_name": _FONT, "font_size": _SIZE, "font_color": _INK, "valign": "top", "text_wrap": True}
    cell = {**base, "border": 1, "border_color": _RULE_LINE}
    middle = {**cell, "align": "center"}
    styles: dict[str, dict[str, Any]] = {
        "text": cell,
        "middle": middle,
        "strong": {**middle, "bold": True},
        "number": {**cell, "bold": True},
        "date": {**middle, "num_format": "dd-mm-yyyy"},
        "choice": {**cell, "bg_color": _FILL_IN},
        "choice_date": {**middle, "bg_color": _FILL_IN, "num_format": "dd-mm-yyyy"},
        "header": {**cell, "bold": True, "bg_color": _ACCENT, "font_color": "#FFFFFF", "valign": "vcenter"},
        "choice_header": {**cell, "bold": True, "bg_color": "#7A4B00", "font_color": "#FFFFFF", "valign": "vcenter"},
        "title": {**base, "bold": True, "font_size": 16, "font_color": _ACCENT, "text_wrap": False},
        "section": {**base, "bold": True, "font_size": 11, "font_color": _ACCENT, "text_wrap": False},
        "notice": {**base, "bold": True, "font_size": 11, "bg_color": _PALE, "valign": "vcenter", "indent": 1},
        "sealed": {
            **base,
            "bold": True,
            "font_size": 11,
            "bg_color": _SEALED,
            "font_color": "#FFFFFF",
            "valign": "vcenter",
            "indent": 1,
        },
        "line": base,
        "figure": {**base, "align": "left", "bold": True},
    }
    return {name: book.add_format(style) for name, style in styles.items()}


def _set_page(sheet: Any, content: AnyList, kind: Kind) -> None:
    title = kind.title(content.municipality_code)
    set_paper(
        sheet,
        top=(
            f"{title} · peildatum {dutch(content.reference_date)}",
            who_may_read(content.is_sealed),
        ),
        bottom=wording.NOT_A_FINDING,
    )


def who_may_read(is_sealed: bool) -> str:
    """What stands on top of every page, in the notation of a header."""
    return f"&B{wording.SEALED}" if is_sealed else "Vertrouwelijk"


def set_paper(sheet: Any, top: tuple[str, str], bottom: str) -> None:
    """One A4 sheet wide; text above, left and right, and below, which programs shrink with the sheet."""
    font = f'&"{_FONT},Regular"&{_SIZE}'
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.25, right=0.25, top=0.55, bottom=0.55)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.set_header(f"&L{font}{top[0]}&R{font}{top[1]}", {"margin": 0.25})
    sheet.set_footer(f"&L{font}{bottom}&R{font}&A · pagina &P van &N", {"margin": 0.25})


_SUMMARY_WIDTHS: Final = (66.0, 87.0)
#: Running text over both columns of the first sheet; nothing stands under it, so that its rows need no air.
_SUMMARY_WIDTH: Final = 160.0
_SUMMARY_LINE: Final = 13.0


# --- Samenvatting -----------------------------------------------------------------------------------------------


def _write_summary(sheet: Any, looks: dict[str, Any], content: AnyList, kind: Kind) -> None:
    for column, width in enumerate(_SUMMARY_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_default_row(_SUMMARY_LINE)
    sheet.fit_to_pages(1, 1)
    row = 0
    sheet.write_string(row, 0, kind.title(content.municipality_code), looks["title"])
    sheet.set_row(row, 24)
    sheet.write_string(1, 0, f"Peildatum {dutch(content.reference_date)}", looks["line"])
    sheet.write_string(1, 1, kind.scope(content), looks["line"])
    row = 3
    if content.is_sealed:
        row = _notice(sheet, looks, row, wording.SEALED + ".", "sealed")
    row = _notice(sheet, looks, row, wording.NOT_A_FINDING) + 1
    if content.overdue:
        row = _lines(sheet, looks, row, wording.OVERDUE, wording.overdue_lines(content))
    row = _lines(sheet, looks, row, "Wat deze lijst is, en wat niet", kind.what_this_is[1:])
    row = _lines(sheet, looks, row, "Wie kijkt", [" ".join(kind.who_looks)])
    steps = [f"{number}. {text}" for number, text in enumerate(kind.how_to_use, start=1)]
    row = _lines(sheet, looks, row, "Zo werkt u met deze lijst", steps)
    row = _figures(sheet, looks, row, kind.figures(content), is_empty=not content.cases)
    row = _lines(sheet, looks, row, "Sinds de vorige keer", [wording.changes(content), *wording.change_lines(content)])
    _lines(sheet, looks, row, "Termijnen", kind.reminders)


def _notice(sheet: Any, looks: dict[str, Any], row: int, text: str, look: str = "notice") -> int:
    sheet.merge_range(row, 0, row, 1, text, looks[look])
    sheet.set_row(row, 22)
    return row + 1


def _lines(sheet: Any, looks: dict[str, Any], row: int, heading: str, texts: Sequence[str]) -> int:
    """A heading with lines under it, each over the whole width; returns the row after a blank one."""
    sheet.write_string(row, 0, heading, looks["section"])
    sheet.set_row(row, 16)
    for offset, text in enumerate(texts, start=1):
        sheet.merge_range(row + offset, 0, row + offset, 1, text, looks["line"])
        sheet.set_row(row + offset, n_lines(text, _SUMMARY_WIDTH) * _SUMMARY_LINE)
    return row + len(texts) + 2


def _figures(sheet: Any, looks: dict[str, Any], row: int, figures: Sequence[tuple[str, str]], *, is_empty: bool) -> int:
    sheet.write_string(row, 0, "Aantallen", looks["section"])
    sheet.set_row(row, 16)
    if is_empty:
        row += 1
        sheet.write_string(row, 0, f"{wording.NO_SIGNALS}.", looks["figure"])
    for label, number in figures:
        row += 1
        sheet.write_string(row, 0, label.replace("  ", "    "), looks["line"])
        sheet.write_number(row, 1, int(number), looks["figure"])
    return row + 2


# --- Signalen ---------------------------------------------------------------------------------------------------


def _write_signals(sheet: Any, looks: dict[str, Any], cases: Sequence[Listed], kind: Kind, first_choice: int) -> None:
    columns = (*kind.first_columns, *CHOICE_COLUMNS, *kind.more_columns)
    last_row, last_printed = max(len(cases), 1), len(kind.first_columns) + len(PRINTED_CHOICES) - 1
    last = len(columns) - 1
    write_table(sheet, looks, columns, cases)
    sheet.freeze_panes(1, 2)
    sheet.print_area(0, 0, last_row, last_printed)
    if not cases:
        sheet.write_string(1, 0, f"{wording.NO_SIGNALS}.", looks["section"])
        return
    _let_fill_in(sheet, last_row, last, len(kind.first_columns), first_choice, kind.choices)


def _let_fill_in(sheet: Any, last_row: int, last: int, column: int, first_choice: int, choices: Choices) -> None:
    """A filter, and cells for the decision from `column` on.

    The sheet is not protected: Excel and LibreOffice refuse to sort locked cells and to delete rows that hold them. An
    import finds a case by its number, believes no fact of the sheet, and gives rows back that were torn apart.
    """
    # Every column is in it, so that all of a row stays together when somebody sorts by it.
    sheet.autofilter(0, 0, last_row, last)
    add_choices(sheet, column, last_row, first_choice, choices)


def add_choices(sheet: Any, column: int, last_row: int, first_choice: int, offered: Choices) -> None:
    """Drop-downs for the decision and its reason, and a date that must be a date."""
    for offset, choices, text in (
        (0, offered.decisions, "Kies wat u besloot. De betekenis staat op het blad Uitleg."),
        (1, offered.reasons, "Kies de reden die het best past. Bij 'Niet opgepakt' is een reden verplicht."),
    ):
        start = first_choice + (0 if offset == 0 else len(offered.decisions) + 3)
        sheet.data_validation(
            1,
            column + offset,
            last_row,
            column + offset,
            {
                "validate": "list",
                "source": f"=Uitleg!$A${start + 1}:$A${start + len(choices)}",
                "input_title": DECISION_HEADER if offset == 0 else REASON_HEADER,
                "input_message": text,
                "error_title": "Kies uit de lijst",
                "error_message": "Kies een van de mogelijkheden uit de lijst, of laat de cel leeg.",
            },
        )
    sheet.data_validation(
        1,
        column + 2,
        last_row,
        column + 2,
        {
            "validate": "date",
            "criteria": ">=",
            "value": date(2000, 1, 1),
            "input_title": "Datum",
            "input_message": "De dag van uw besluit: dd-mm-jjjj.",
            "error_title": "Geen datum",
            "error_message": "Schrijf een datum als dd-mm-jjjj.",
        },
    )
    sheet.data_validation(
        1,
        column + 3,
        last_row,
        column + 3,
        {
            "validate": "length",
            "criteria": "between",
            "minimum": 2,
            "maximum": 60,
            "input_title": BY_HEADER,
            "input_message": "Wie besloot: uw naam of uw functie.",
            "error_title": "Naam of functie",
            "error_message": "Schrijf uw naam of functie, in 2 tot 60 tekens.",
        },
    )


# --- Bewijs -----------------------------------------------------------------------------------------------------


def _write_evidence(sheet: Any, looks: dict[str, Any], content: AnyList) -> None:
    pairs = [(case, sign) for case in content.cases for sign in case.signs]
    write_table(sheet, looks, EVIDENCE_COLUMNS, pairs)
    sheet.freeze_panes(1, 2)
    if pairs:
        sheet.autofilter(0, 0, len(pairs), len(EVIDENCE_COLUMNS) - 1)
    else:
        sheet.write_string(1, 0, f"{wording.NO_SIGNALS}.", looks["section"])


# --- Uitleg -----------------------------------------------------------------------------------------------------


def first_choice_row(rules: Sequence[Rule]) -> int:
    """The row (from 0) of the first decision on the sheet Uitleg: after the rules, a blank row and a header."""
    return max(len(rules), 1) + 3


def write_explanation(sheet: Any, looks: dict[str, Any], rules: Sequence[Rule], offered: Choices) -> None:
    """The rules with their reasons and innocent explanations, and under them what each choice means."""
    write_table(sheet, looks, RULE_COLUMNS, rules)
    sheet.freeze_panes(1, 1)
    if not rules:
        sheet.write_string(1, 0, f"{wording.NO_SIGNALS}.", looks["line"])
    row = write_choices(sheet, looks, first_choice_row(rules), DECISION_HEADER, offered.decisions)
    row = write_choices(sheet, looks, row, REASON_HEADER, offered.reasons)
    if offered.words:
        write_choices(sheet, looks, row, "Woord", offered.words, "Wat het betekent", "header")


def write_choices(
    sheet: Any,
    looks: dict[str, Any],
    row: int,
    header: str,
    choices: Sequence[Choice],
    meaning: str = "Wanneer kiest u dit",
    look: str = "choice_header",
) -> int:
    """A drop-down's lines with their meaning; returns the row of the first line of a next list."""
    sheet.write_string(row - 1, 0, header, looks[look])
    sheet.merge_range(row - 1, 1, row - 1, 2, meaning, looks[look])
    for offset, choice in enumerate(choices):
        sheet.write_string(row + offset, 0, choice.label, looks["text"])
        sheet.merge_range(row + offset, 1, row + offset, 2, choice.meaning, looks["text"])
        sheet.set_row(
            row + offset,
            _height(max(n_lines(choice.label, CHOICE_WIDTH), n_lines(choice.meaning, sum(MEANING_WIDTHS)))),
        )
    return row + len(choices) + 3


# --- Steekproef -------------------------------------------------------------------------------------------------


def _write_sample(sheet: Any, looks: dict[str, Any], content: MunicipalList, first_choice: int) -> None:
    """Departures drawn by chance, to be decided on as a signal is; under them, why they are here."""
    columns = (*SAMPLE_COLUMNS, *CHOICE_COLUMNS, *MORE_SAMPLE_COLUMNS)
    last, last_row = len(columns) - 1, max(len(content.sample), 1)
    write_table(sheet, looks, columns, content.sample)
    sheet.freeze_panes(1, 1)
    sheet.print_area(0, 0, last_row + 2 + len(wording.SAMPLE_LINES), len(SAMPLE_COLUMNS) + len(PRINTED_CHOICES) - 1)
    write_sample_lines(sheet, looks, [column.header for column in columns], last_row)
    if content.sample:
        _let_fill_in(sheet, last_row, last, len(SAMPLE_COLUMNS), first_choice, DEPARTURE_CHOICES)
    else:
        sheet.write_string(1, 1, f"{wording.NO_SAMPLE}.", looks["section"])


def write_sample_lines(sheet: Any, looks: dict[str, Any], headers: Sequence[str], last_row: int) -> None:
    """Why these departures are here, two rows under the last one, in the column Waarom.

    No cells are merged: a spreadsheet does not sort a sheet that holds merged ones.
    """
    why = headers.index("Waarom")
    sheet.write_string(last_row + 2, why, f"Waarom deze {wording.SAMPLE.lower()}", looks["section"])
    for row, text in enumerate(wording.SAMPLE_LINES, start=last_row + 3):
        sheet.write_string(row, why, text, looks["line"])
        sheet.set_row(row, _height(n_lines(text, REASON_WIDTH)))


# --- Tables -----------------------------------------------------------------------------------------------------


def write_table(sheet: Any, looks: dict[str, Any], columns: Sequence[Column], items: Iterable[Any]) -> None:
    """A header that repeats on every printed page, and one row an item, high enough for all of its text."""
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width, None, {"hidden": column.header == PERSON_HEADER})
        look = "choice_header" if column.look.startswith("choice") else "header"
        sheet.write_string(0, number, column.header, looks[look])
    sheet.set_row(0, _height(2))
    sheet.repeat_rows(0)
    for row, item in enumerate(items, start=1):
        values = [column.value(item) for column in columns]
        most = max(n_lines(value, column.width) for column, value in zip(columns, values, strict=True))
        sheet.set_row(row, _height(max(most, 2)))
        for number, (column, value) in enumerate(zip(columns, values, strict=True)):
            _write_cell(sheet, row, number, value, looks[column.look], looks)


def _write_cell(sheet: Any, row: int, number: int, value: Cell, look: Any, looks: dict[str, Any]) -> None:
    if value is None or value == "":
        sheet.write_blank(row, number, None, look)
    elif isinstance(value, date):
        sheet.write_datetime(row, number, datetime.combine(value, datetime.min.time()), look)
    elif isinstance(value, int):
        sheet.write_number(row, number, value, look)
    else:
        sheet.write_string(row, number, value, looks["middle"] if look is looks["date"] else look)


def _height(lines: int) -> float:
    """Row height in points; Excel allows 409 at most."""
    return min(math.ceil(lines * _LINE_POINTS) + 4.0, 409.0)
