"""The columns of every sheet of a list: their headers, widths, looks, and what each says of a row.

`review` finds by them what staff filled in, and `reveal` writes a sheet with them once more.
"""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from brp_signals.base.rule_files import AGAINST, Rule
from brp_signals.publish import wording
from brp_signals.publish.list_content import Absence, Case, Drawn, Sign

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

Cell = str | int | date | None


@dataclass(frozen=True)
class Column:
    """One column: its header, its width in units of Excel, how its cells look and what it says of a row."""

    header: str
    width: float
    look: str
    value: Callable[[Any], Cell]


# Widths are chosen so that a sheet fits the width of an A4 sheet at 8 points or more, also in LibreOffice, to which
# columns are wider than to Excel.
REASON_WIDTH: Final = 24.0
_STEP_WIDTH: Final = 26.8
_MOST_LINES: Final = 3
#: Characters of running text that fit in one unit of column width, with some air.
_CHARACTERS_PER_UNIT: Final = 1.12


@lru_cache(maxsize=4096)
def n_lines(value: Cell, width: float) -> int:
    """How many lines a value takes in a column, counted with some air so that nothing is cut."""
    if not isinstance(value, str):
        return 1
    room = max(int(width * _CHARACTERS_PER_UNIT), 1)
    # Most texts are short: asking for their length first spares the wrapping of them.
    return sum(1 if len(line) <= room else max(len(textwrap.wrap(line, room)), 1) for line in value.split("\n"))


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
        if n_lines(text, REASON_WIDTH) <= _MOST_LINES:
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
        if n_lines(shown, _STEP_WIDTH) <= _MOST_LINES:
            return shown
    return sentences[0] if len(sentences) == 1 else f"{sentences[0]}."


def _organisation(text: str) -> str:
    """Who acts, one organisation a line."""
    return text.replace(", terugkoppeling aan ", ",\nmeldt aan ").replace(", via ", ",\nvia ")


def _side(sign: Sign) -> str:
    """What a sign does for its case."""
    return "spreekt ertegen" if sign.is_against else "alleen context" if sign.is_context else "spreekt ervoor"


def _explanations(rule: Rule) -> str:
    """The ordinary explanations of a rule; under what speaks against, what that does not prove."""
    told = wording.joined(rule.innocent_nl)
    return f"{wording.not_proving(rule)}:\n{told}" if rule.level == AGAINST else told


#: What a clerk needs to decide, in one printed width.
SIGNAL_COLUMNS: Final = (
    Column("Rang", 4, "strong", lambda case: case.rank),
    Column(CASE_HEADER, 12.7, "strong", lambda case: case.case_id),
    Column(DEPARTURE_HEADER, 9.2, "date", _departure_cell),
    Column("Bestem-\nming", 8.5, "middle", wording.destination),
    Column(LEVEL_HEADER, 4, "strong", lambda case: case.level),
    Column("Laatste teken", 9.2, "date", lambda case: case.last_sign_on),
    Column("Waarom", REASON_WIDTH, "text", _short_reason),
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
MORE_COLUMNS: Final = (
    Column(EARLIER_HEADER, 24, "text", lambda case: case.decision_nl),
    Column("Organisatie", 24, "text", lambda case: _organisation(case.organisation_nl)),
    Column("Waarom op deze plek", 120, "text", wording.place),
    Column("Eerste teken", 10.5, "date", lambda case: case.first_sign_on),
    Column("Verwerkt op", 10.5, "date", lambda case: case.recorded_on),
    Column("Status", 10.5, "middle", lambda case: wording.STATUSES.get(case.status, case.status)),
    Column("Wat is veranderd", 48, "text", lambda case: case.change_nl),
)
#: Of a child that came back: no level, and since when it is here again.
BACK_COLUMNS: Final = tuple(
    Column(BACK_HEADER, column.width, column.look, column.value) if column.header == "Laatste teken" else column
    for column in SIGNAL_COLUMNS
    if column.header != LEVEL_HEADER
)
#: The same two groups for a child on no school list.
ABSENCE_COLUMNS: Final = (
    Column("Rang", 4, "strong", lambda case: case.rank),
    Column(CASE_HEADER, 12.7, "strong", lambda case: case.case_id),
    Column("Geen school bekend sinds", 13, "date", lambda case: case.since_on),
    Column("Plicht", 15.5, "middle", wording.duty),
    Column("Waarom", REASON_WIDTH, "text", _absence_reason),
    Column("Volgende stap", _STEP_WIDTH, "text", lambda case: _first_sentences(case.next_step_nl)),
    Column("Uiterlijk", 9.2, "date", lambda case: case.due_on),
)
MORE_ABSENCE_COLUMNS: Final = (
    Column(EARLIER_HEADER, 24, "text", lambda case: case.decision_nl),
    Column("Organisatie", 24, "text", lambda case: case.organisation_nl),
    Column(WITHDRAWN_HEADER, 14, "date", lambda case: case.withdrawn_on),
    Column("Plicht tot", 10.5, "date", lambda case: case.duty_until),
    Column("Status", 10.5, "middle", lambda case: wording.STATUSES.get(case.status, case.status)),
    Column("Wat is veranderd", 48, "text", lambda case: case.change_nl),
)


EVIDENCE_COLUMNS: Final = (
    Column("Rang", 6, "strong", lambda pair: pair[0].rank),
    Column(CASE_HEADER, 13, "strong", lambda pair: pair[0].case_id),
    Column("Wanneer", 11, "date", lambda pair: pair[1].event_on),
    Column("Wat", 31, "text", lambda pair: pair[1].name_nl),
    Column("Bron", 14, "text", lambda pair: wording.source(pair[1].source)),
    Column("Toelichting", 61, "text", lambda pair: pair[1].text_nl),
    Column("Wat het doet", 9, "middle", lambda pair: _side(pair[1])),
    Column("Regel", 7, "middle", lambda pair: ", ".join(pair[1].rule_codes)),
)


#: Whom to ask: the schools that the list speaks of, as DUO has them.
SCHOOL_COLUMNS: Final = (
    Column("School", 9, "strong", lambda school: school.school_id),
    Column("Naam", 44, "text", lambda school: school.name),
    Column("Adres", 50, "text", lambda school: school.address_nl),
    Column("Telefoon", 16, "text", lambda school: school.phone),
    Column("DUO, bestand van", 14, "date", lambda school: school.as_of),
)


CHOICE_WIDTH: Final = 20.0
MEANING_WIDTHS: Final = (12.0, 28.0)

RULE_COLUMNS: Final = (
    Column("Teken", CHOICE_WIDTH, "text", lambda rule: f"{rule.title_nl} ({rule.code})"),
    Column("Betekenis", MEANING_WIDTHS[0], "text", lambda rule: wording.RULE_KINDS.get(rule.level, rule.level)),
    Column("Waarom", MEANING_WIDTHS[1], "text", lambda rule: rule.why_nl),
    Column("Gewone verklaringen: kijk hier eerst naar", 28, "text", _explanations),
    Column("Weerlegd door", 19, "text", lambda rule: wording.joined(rule.refuted_by_nl)),
    Column("Volgende stap", 19, "text", lambda rule: rule.next_step_nl),
    Column("Organisatie", 11, "text", lambda rule: rule.organisation_nl),
    Column("Bron in de wet", 16, "text", lambda rule: rule.source),
)


SAMPLE_COLUMNS: Final = (
    Column(CASE_HEADER, 12.7, "strong", lambda drawn: drawn.case_id),
    Column(DEPARTURE_HEADER, 9.2, "date", _departure_cell),
    Column("Bestem-\nming", 8.5, "middle", wording.destination),
    Column("Waarom", REASON_WIDTH, "text", lambda drawn: drawn.why_nl),
    Column("Volgende stap", _STEP_WIDTH, "text", lambda drawn: drawn.next_step_nl),
    Column("Uiterlijk", 9.2, "date", lambda drawn: drawn.due_on),
)
MORE_SAMPLE_COLUMNS: Final = (
    Column(EARLIER_HEADER, 24, "text", lambda drawn: drawn.decision_nl),
    Column(DRAWN_HEADER, 10.5, "date", lambda drawn: drawn.drawn_on),
    Column("Verwerkt op", 10.5, "date", lambda drawn: drawn.recorded_on),
)


#: Every column of sheets with cases and evidence by its header, for programs that write such a sheet again.
COLUMNS: Final = {
    column.header: column
    for columns in (
        SCHOOL_COLUMNS,
        EVIDENCE_COLUMNS,
        ABSENCE_COLUMNS,
        MORE_ABSENCE_COLUMNS,
        SAMPLE_COLUMNS,
        MORE_SAMPLE_COLUMNS,
        BACK_COLUMNS,
        SIGNAL_COLUMNS,
        CHOICE_COLUMNS,
        MORE_COLUMNS,
    )
    for column in columns
}
