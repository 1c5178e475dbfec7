"""The Dutch workbook: a list of signals that a clerk can read, filter, print and fill in.

Every text is written as text, so that nothing in it ever becomes a formula. The columns for the decision are left
empty on purpose: a human decides (no outcome is ever filled in beforehand). The same list gives the same bytes.
"""

import io
import math
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from brp_signals.base.dates import add_months, dutch
from brp_signals.base.outcomes import Choice
from brp_signals.base.rule_files import AGAINST, Rule
from brp_signals.publish import wording
from brp_signals.publish.list_content import Absence, AbsenceList, AnyList, Case, Drawn, Listed, MunicipalList, Sign

SHEETS: Final = ("Samenvatting", "Signalen", "Bewijs", "Uitleg", wording.SAMPLE)
#: Headers by which `review` finds what staff filled in, and `reveal` the number and the pseudonym of a case.
CASE_HEADER: Final = "Nummer"
DECISION_HEADER: Final = "Besluit"
REASON_HEADER: Final = "Reden"
DAY_HEADER: Final = "Datum"
BY_HEADER: Final = "Door"
NOTE_HEADER: Final = "Notitie"
EARLIER_HEADER: Final = "Eerder besluit"
#: Facts by which `review` sees that a row was torn apart.
DEPARTURE_HEADER: Final = "Vertrek"
WITHDRAWN_HEADER: Final = "Uitgeschreven op"
LEVEL_HEADER: Final = "Ni-\nveau"
#: The column that only the sheet of the control sample has, and the one that only that of children who came back has.
DRAWN_HEADER: Final = "Gekozen op"
BACK_HEADER: Final = "Weer hier sinds"
PERSON_HEADER: Final = "Kenmerk (pseudoniem)"

_FONT: Final = "Arial"
_SIZE: Final = 9
_LINE_POINTS: Final = 12.0
_INK, _ACCENT, _PALE, _FILL_IN = "#1B2733", "#154273", "#E8EEF4", "#FFF8E1"
_RULE_LINE: Final = "#9AA7B4"
_SEALED: Final = "#8A1C1C"
#: Characters of running text that fit in one unit of column width, with some air.
_CHARACTERS_PER_UNIT: Final = 1.12
OPTIONS: Final = {
    "in_memory": True,
    # Programs measure columns in digits of this font: with one that a machine lacks, a sheet is printed smaller.
    "default_format_properties": {"font_name": _FONT, "font_size": 10, "font_scheme": "none"},
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

Cell = str | int | date | None


@dataclass(frozen=True)
class Column:
    """One column: its header, its width in units of Excel, how its cells look and what it says of a row."""

    header: str
    width: float
    look: str
    value: Callable[[Any], Cell]


@dataclass(frozen=True)
class Form:
    """What differs between the workbooks of the two kinds of case: words, choices and columns.

    `first_columns` are printed, `more_columns` stand to the right of the decision.
    """

    title: str
    scope: str
    what_this_is: Sequence[str]
    who_looks: Sequence[str]
    how_to_use: Sequence[str]
    reminders: Sequence[str]
    figures: Sequence[tuple[str, str]]
    choices: "Choices"
    first_columns: Sequence[Column]
    more_columns: Sequence[Column]


@dataclass(frozen=True)
class Choices:
    """What a drop-down offers: decisions, and reasons for them; and the words that are explained under them."""

    decisions: Sequence[Choice]
    reasons: Sequence[Choice]
    words: Sequence[Choice] = ()
    """Not chosen: the words with which the list weighs."""


DEPARTURE_CHOICES: Final = Choices(wording.DECISIONS, wording.REASONS, wording.WEIGHING_WORDS)
ABSENCE_CHOICES: Final = Choices(wording.ABSENCE_DECISIONS, wording.ABSENCE_REASONS)


def workbook_bytes(content: MunicipalList, rules: Sequence[Rule]) -> bytes:
    """The workbook of one municipality; it holds the sheets of `SHEETS`, also when there are no signals.

    Children who came back stand on a sheet of their own, which is there when there are any.
    """
    first_day = add_months(content.reference_date, -content.look_back_months)
    form = Form(
        title=wording.title(content),
        scope=wording.look_back(content, first_day),
        what_this_is=wording.WHAT_THIS_IS,
        who_looks=wording.WHO_LOOKS,
        how_to_use=wording.HOW_TO_USE,
        reminders=wording.REMINDERS,
        figures=wording.counts(content),
        choices=DEPARTURE_CHOICES,
        first_columns=_SIGNAL_COLUMNS,
        more_columns=_MORE_COLUMNS,
    )
    return _workbook(content, rules, form)


def absence_workbook_bytes(content: AbsenceList, rules: Sequence[Rule]) -> bytes:
    """The workbook for leerplicht of one municipality, with the same sheets."""
    form = Form(
        title=wording.absence_title(content),
        scope=wording.ABSENCE_SCOPE,
        what_this_is=wording.ABSENCE_IS,
        who_looks=wording.ABSENCE_WHO_LOOKS,
        how_to_use=wording.ABSENCE_HOW_TO_USE,
        reminders=wording.ABSENCE_REMINDERS,
        figures=wording.absence_counts(content),
        choices=ABSENCE_CHOICES,
        first_columns=_ABSENCE_COLUMNS,
        more_columns=_MORE_ABSENCE_COLUMNS,
    )
    return _workbook(content, rules, form)


def _workbook(content: AnyList, rules: Sequence[Rule], form: Form) -> bytes:
    from xlsxwriter import Workbook

    file = io.BytesIO()
    with Workbook(file, OPTIONS) as book:
        book.set_properties(
            {
                "title": form.title,
                "subject": wording.NOT_A_FINDING,
                "author": "brp-signals",
                # Excel stores when a workbook was made; a fixed day keeps equal lists equal.
                "created": datetime.combine(content.reference_date, datetime.min.time()),
            }
        )
        looks = all_looks(book)
        asked, back = _parts(content)
        sheets = {name: book.add_worksheet(name) for name in _sheet_names(content, has_back=bool(back))}
        used = wording.rules_used(content, rules)
        for sheet in sheets.values():
            _set_page(sheet, content, form)
        _write_summary(sheets["Samenvatting"], looks, content, form)
        _write_signals(sheets["Signalen"], looks, asked, form, first_choice=first_choice_row(used))
        if back:
            of_back = replace(form, first_columns=_BACK_COLUMNS)
            _write_signals(sheets[wording.BACK], looks, back, of_back, first_choice=first_choice_row(used))
        _write_evidence(sheets["Bewijs"], looks, content)
        write_explanation(sheets["Uitleg"], looks, used, form.choices)
        if isinstance(content, MunicipalList):
            _write_sample(sheets[wording.SAMPLE], looks, content, first_choice=first_choice_row(used))
        sheets["Samenvatting"].activate()
    return file.getvalue()


def _parts(content: AnyList) -> tuple[Sequence[Listed], Sequence[Listed]]:
    """The cases of the list, and apart from them the children who came back."""
    back = [case for case in content.cases if isinstance(case, Case) and wording.is_back(case)]
    return [case for case in content.cases if case not in back], back


def _sheet_names(content: AnyList, *, has_back: bool) -> Sequence[str]:
    names = SHEETS if isinstance(content, MunicipalList) else SHEETS[: SHEETS.index(wording.SAMPLE)]
    after = names.index("Signalen") + 1
    return (*names[:after], wording.BACK, *names[after:]) if has_back else names


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


def _set_page(sheet: Any, content: AnyList, form: Form) -> None:
    set_paper(
        sheet,
        top=(f"{form.title} · peildatum {dutch(content.reference_date)}", who_may_read(content.is_sealed)),
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


def _write_summary(sheet: Any, looks: dict[str, Any], content: AnyList, form: Form) -> None:
    for column, width in enumerate(_SUMMARY_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_default_row(_SUMMARY_LINE)
    sheet.fit_to_pages(1, 1)
    row = 0
    sheet.write_string(row, 0, form.title, looks["title"])
    sheet.set_row(row, 24)
    sheet.write_string(1, 0, f"Peildatum {dutch(content.reference_date)}", looks["line"])
    sheet.write_string(1, 1, form.scope, looks["line"])
    row = 3
    if content.is_sealed:
        row = _notice(sheet, looks, row, wording.SEALED + ".", "sealed")
    row = _notice(sheet, looks, row, wording.NOT_A_FINDING) + 1
    if content.overdue:
        row = _lines(sheet, looks, row, wording.OVERDUE, wording.overdue_lines(content))
    row = _lines(sheet, looks, row, "Wat deze lijst is, en wat niet", form.what_this_is[1:])
    row = _lines(sheet, looks, row, "Wie kijkt", [" ".join(form.who_looks)])
    steps = [f"{number}. {text}" for number, text in enumerate(form.how_to_use, start=1)]
    row = _lines(sheet, looks, row, "Zo werkt u met deze lijst", steps)
    row = _figures(sheet, looks, row, form.figures, is_empty=not content.cases)
    row = _lines(sheet, looks, row, "Sinds de vorige keer", [wording.changes(content), *wording.change_lines(content)])
    _lines(sheet, looks, row, "Termijnen", form.reminders)


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
        sheet.set_row(row + offset, _n_lines(text, _SUMMARY_WIDTH) * _SUMMARY_LINE)
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

# Widths are chosen so that a sheet fits the width of an A4 sheet at 8 points or more, also in LibreOffice, to which
# columns are wider than to Excel.
_REASON_WIDTH: Final = 24.0
_STEP_WIDTH: Final = 26.8
_MOST_LINES: Final = 3

#: What a clerk needs to decide, in one printed width.
_SIGNAL_COLUMNS: Final = (
    Column("Rang", 4, "strong", lambda case: case.rank),
    Column(CASE_HEADER, 12.7, "strong", lambda case: case.case_id),
    Column(DEPARTURE_HEADER, 9.2, "date", lambda case: _departure_cell(case)),
    Column("Bestem-\nming", 8.5, "middle", wording.destination),
    Column(LEVEL_HEADER, 4, "strong", lambda case: case.level),
    Column("Laatste teken", 9.2, "date", lambda case: case.last_sign_on),
    Column("Waarom", _REASON_WIDTH, "text", lambda case: _short_reason(case)),
    Column("Volgende stap", _STEP_WIDTH, "text", lambda case: _first_sentences(case.next_step_nl)),
    Column("Uiterlijk", 9.2, "date", lambda case: case.due_on),
)
#: For the commands that give the municipality its own numbers back, and that take in what was filled in: there it tells
#: rows that were torn apart, which is why it stands among the cells that are filled in. Hidden, and not printed.
PERSON_COLUMN: Final = Column(PERSON_HEADER, 34, "text", lambda case: case.person_id)
#: What staff fill in; nothing is ever filled in for them.
CHOICE_COLUMNS: Final = (
    Column(DECISION_HEADER, 14, "choice", lambda case: None),
    Column(REASON_HEADER, 12, "choice", lambda case: None),
    Column(DAY_HEADER, 9.2, "choice_date", lambda case: None),
    Column(BY_HEADER, 9, "choice", lambda case: None),
    PERSON_COLUMN,
    # For the clerk alone, so it is not printed.
    Column(NOTE_HEADER, 20, "choice", lambda case: None),
)
PRINTED_CHOICES: Final = CHOICE_COLUMNS[:4]
#: More about the case, to the right of the decision and off the paper.
_MORE_COLUMNS: Final = (
    Column(EARLIER_HEADER, 24, "text", lambda case: case.decision_nl),
    Column("Organisatie", 24, "text", lambda case: _organisation(case.organisation_nl)),
    Column("Waarom op deze plek", 120, "text", wording.place),
    Column("Eerste teken", 10.5, "date", lambda case: case.first_sign_on),
    Column("Verwerkt op", 10.5, "date", lambda case: case.recorded_on),
    Column("Status", 10.5, "middle", lambda case: wording.STATUSES.get(case.status, case.status)),
    Column("Wat is veranderd", 48, "text", lambda case: case.change_nl),
)
#: Of a child that came back: no level, and since when it is here again.
_BACK_COLUMNS: Final = tuple(
    Column(BACK_HEADER, column.width, column.look, column.value) if column.header == "Laatste teken" else column
    for column in _SIGNAL_COLUMNS
    if column.header != LEVEL_HEADER
)
#: The same two groups for a child on no school list.
_ABSENCE_COLUMNS: Final = (
    Column("Rang", 4, "strong", lambda case: case.rank),
    Column(CASE_HEADER, 12.7, "strong", lambda case: case.case_id),
    Column("Geen school bekend sinds", 13, "date", lambda case: case.since_on),
    Column("Plicht", 15.5, "middle", wording.duty),
    Column("Waarom", _REASON_WIDTH, "text", lambda case: _absence_reason(case)),
    Column("Volgende stap", _STEP_WIDTH, "text", lambda case: _first_sentences(case.next_step_nl)),
    Column("Uiterlijk", 9.2, "date", lambda case: case.due_on),
)
_MORE_ABSENCE_COLUMNS: Final = (
    Column(EARLIER_HEADER, 24, "text", lambda case: case.decision_nl),
    Column("Organisatie", 24, "text", lambda case: case.organisation_nl),
    Column(WITHDRAWN_HEADER, 14, "date", lambda case: case.withdrawn_on),
    Column("Plicht tot", 10.5, "date", lambda case: case.duty_until),
    Column("Status", 10.5, "middle", lambda case: wording.STATUSES.get(case.status, case.status)),
    Column("Wat is veranderd", 48, "text", lambda case: case.change_nl),
)


def _write_signals(sheet: Any, looks: dict[str, Any], cases: Sequence[Listed], form: Form, first_choice: int) -> None:
    columns = (*form.first_columns, *CHOICE_COLUMNS, *form.more_columns)
    last_row, last_printed = max(len(cases), 1), len(form.first_columns) + len(PRINTED_CHOICES) - 1
    last = len(columns) - 1
    write_table(sheet, looks, columns, cases)
    sheet.freeze_panes(1, 2)
    sheet.print_area(0, 0, last_row, last_printed)
    if not cases:
        sheet.write_string(1, 0, f"{wording.NO_SIGNALS}.", looks["section"])
        return
    _let_fill_in(sheet, last_row, last, len(form.first_columns), first_choice, form.choices)


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


def _departure_cell(case: Case | Drawn) -> Cell:
    return case.departed_on if case.departed_on == case.departed_latest_on else wording.vague_departure(case)


def _short_reason(case: Case) -> str:
    """What the case rests on, in names that fit on three lines; the sentences stand on the sheet Bewijs.

    Cautions are never left out; the names that do not fit are counted.
    """
    names = [sign.name_nl for sign in wording.leading_signs(case)] or [case.reason_nl]
    names = [names[0], *[wording.lower_first(name) for name in names[1:]]]
    notes = "".join(f" {note}" for note in case.notes_nl if not _tells_departure(case, note))
    for shown in range(len(names), 0, -1):
        more = len(names) - shown
        rest = f"; en nog {more} {'teken' if more == 1 else 'tekens'}" if more else ""
        text = f"{'; '.join(names[:shown])}{rest}.{notes}"
        if _n_lines(text, _REASON_WIDTH) <= _MOST_LINES:
            return text
    return text


def _absence_reason(case: Absence) -> str:
    """What the case rests on, and the cautions; the sentence stands on the sheet Bewijs."""
    return " ".join((f"{case.signs[0].title_nl}.", *case.notes_nl))


def _tells_departure(case: Case, note: str) -> bool:
    """Whether a caution only repeats the bounds that the column of the departure already shows."""
    return wording.departure(case) in note


def _first_sentences(text: str) -> str:
    """As many whole sentences as fit on three lines, at least one; all of them stand on the sheet Uitleg."""
    sentences = text.split(". ")
    for count in range(len(sentences), 1, -1):
        shown = ". ".join(sentences[:count])
        shown = shown if count == len(sentences) else f"{shown}."
        if _n_lines(shown, _STEP_WIDTH) <= _MOST_LINES:
            return shown
    return sentences[0] if len(sentences) == 1 else f"{sentences[0]}."


def _organisation(text: str) -> str:
    """Who acts, one organisation a line."""
    return text.replace(", terugkoppeling aan ", ",\nmeldt aan ").replace(", via ", ",\nvia ")


# --- Bewijs -----------------------------------------------------------------------------------------------------


_EVIDENCE_COLUMNS: Final = (
    Column("Rang", 6, "strong", lambda pair: pair[0].rank),
    Column(CASE_HEADER, 13, "strong", lambda pair: pair[0].case_id),
    Column("Wanneer", 11, "date", lambda pair: pair[1].event_on),
    Column("Wat", 31, "text", lambda pair: pair[1].name_nl),
    Column("Bron", 14, "text", lambda pair: wording.source(pair[1].source)),
    Column("Toelichting", 61, "text", lambda pair: pair[1].text_nl),
    Column("Wat het doet", 9, "middle", lambda pair: _side(pair[1])),
    Column("Regel", 7, "middle", lambda pair: ", ".join(pair[1].rule_codes)),
)


def _side(sign: Sign) -> str:
    """What a sign does for its case."""
    return "spreekt ertegen" if sign.is_against else "alleen context" if sign.is_context else "spreekt ervoor"


def _write_evidence(sheet: Any, looks: dict[str, Any], content: AnyList) -> None:
    pairs = [(case, sign) for case in content.cases for sign in case.signs]
    write_table(sheet, looks, _EVIDENCE_COLUMNS, pairs)
    sheet.freeze_panes(1, 2)
    if pairs:
        sheet.autofilter(0, 0, len(pairs), len(_EVIDENCE_COLUMNS) - 1)
    else:
        sheet.write_string(1, 0, f"{wording.NO_SIGNALS}.", looks["section"])


# --- Uitleg -----------------------------------------------------------------------------------------------------

_CHOICE_WIDTH: Final = 20.0
_MEANING_WIDTHS: Final = (12.0, 28.0)

_RULE_COLUMNS: Final = (
    Column("Teken", _CHOICE_WIDTH, "text", lambda rule: f"{rule.title_nl} ({rule.code})"),
    Column("Betekenis", _MEANING_WIDTHS[0], "text", lambda rule: wording.RULE_KINDS.get(rule.level, rule.level)),
    Column("Waarom", _MEANING_WIDTHS[1], "text", lambda rule: rule.why_nl),
    Column("Gewone verklaringen: kijk hier eerst naar", 28, "text", lambda rule: _explanations(rule)),
    Column("Weerlegd door", 19, "text", lambda rule: wording.joined(rule.refuted_by_nl)),
    Column("Volgende stap", 19, "text", lambda rule: rule.next_step_nl),
    Column("Organisatie", 11, "text", lambda rule: rule.organisation_nl),
    Column("Bron in de wet", 16, "text", lambda rule: rule.source),
)


def _explanations(rule: Rule) -> str:
    """The ordinary explanations of a rule; under what speaks against, what that does not prove."""
    told = wording.joined(rule.innocent_nl)
    return f"{wording.not_proving(rule)}:\n{told}" if rule.level == AGAINST else told


def first_choice_row(rules: Sequence[Rule]) -> int:
    """The row (from 0) of the first decision on the sheet Uitleg: after the rules, a blank row and a header."""
    return max(len(rules), 1) + 3


def write_explanation(sheet: Any, looks: dict[str, Any], rules: Sequence[Rule], offered: Choices) -> None:
    """The rules with their reasons and innocent explanations, and under them what each choice means."""
    write_table(sheet, looks, _RULE_COLUMNS, rules)
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
            _height(max(_n_lines(choice.label, _CHOICE_WIDTH), _n_lines(choice.meaning, sum(_MEANING_WIDTHS)))),
        )
    return row + len(choices) + 3


# --- Steekproef -------------------------------------------------------------------------------------------------

_SAMPLE_COLUMNS: Final = (
    Column(CASE_HEADER, 12.7, "strong", lambda drawn: drawn.case_id),
    Column(DEPARTURE_HEADER, 9.2, "date", lambda drawn: _departure_cell(drawn)),
    Column("Bestem-\nming", 8.5, "middle", wording.destination),
    Column("Waarom", _REASON_WIDTH, "text", lambda drawn: drawn.why_nl),
    Column("Volgende stap", _STEP_WIDTH, "text", lambda drawn: drawn.next_step_nl),
    Column("Uiterlijk", 9.2, "date", lambda drawn: drawn.due_on),
)
_MORE_SAMPLE_COLUMNS: Final = (
    Column(EARLIER_HEADER, 24, "text", lambda drawn: drawn.decision_nl),
    Column(DRAWN_HEADER, 10.5, "date", lambda drawn: drawn.drawn_on),
    Column("Verwerkt op", 10.5, "date", lambda drawn: drawn.recorded_on),
)


def _write_sample(sheet: Any, looks: dict[str, Any], content: MunicipalList, first_choice: int) -> None:
    """Departures drawn by chance, to be decided on as a signal is; under them, why they are here."""
    columns = (*_SAMPLE_COLUMNS, *CHOICE_COLUMNS, *_MORE_SAMPLE_COLUMNS)
    last, last_row = len(columns) - 1, max(len(content.sample), 1)
    write_table(sheet, looks, columns, content.sample)
    sheet.freeze_panes(1, 1)
    sheet.print_area(0, 0, last_row + 2 + len(wording.SAMPLE_LINES), len(_SAMPLE_COLUMNS) + len(PRINTED_CHOICES) - 1)
    write_sample_lines(sheet, looks, [column.header for column in columns], last_row)
    if content.sample:
        _let_fill_in(sheet, last_row, last, len(_SAMPLE_COLUMNS), first_choice, DEPARTURE_CHOICES)
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
        sheet.set_row(row, _height(_n_lines(text, _REASON_WIDTH)))


#: Every column of sheets with cases and evidence by its header, for programs that write such a sheet again.
COLUMNS: Final = {
    column.header: column
    for columns in (
        _EVIDENCE_COLUMNS,
        _ABSENCE_COLUMNS,
        _MORE_ABSENCE_COLUMNS,
        _SAMPLE_COLUMNS,
        _MORE_SAMPLE_COLUMNS,
        _BACK_COLUMNS,
        _SIGNAL_COLUMNS,
        CHOICE_COLUMNS,
        _MORE_COLUMNS,
    )
    for column in columns
}


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
        n_lines = max(_n_lines(value, column.width) for column, value in zip(columns, values, strict=True))
        sheet.set_row(row, _height(max(n_lines, 2)))
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


@lru_cache(maxsize=4096)
def _n_lines(value: Cell, width: float) -> int:
    """How many lines a value takes in a column, counted with some air so that nothing is cut."""
    if not isinstance(value, str):
        return 1
    room = max(int(width * _CHARACTERS_PER_UNIT), 1)
    # Most texts are short: asking for their length first spares the wrapping of them.
    return sum(1 if len(line) <= room else max(len(textwrap.wrap(line, room)), 1) for line in value.split("\n"))


def _height(n_lines: int) -> float:
    """Row height in points; Excel allows 409 at most."""
    return min(math.ceil(n_lines * _LINE_POINTS) + 4.0, 409.0)
