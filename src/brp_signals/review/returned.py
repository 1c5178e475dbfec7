"""The workbook with the rows that were not taken in, each with its reason: a list that can be filled in once more.

Of what stood in the row only what was understood is repeated, since anything may stand there. What the case is about
comes from the ledger, with its pseudonym in a hidden column, so that `reveal` finds its A-number. The decision that
stands already is on it, so that a decision filled in here is taken in knowledge of it.
"""

import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from brp_signals.base.private_files import replace_private
from brp_signals.publish import wording
from brp_signals.publish.choices import Choices
from brp_signals.publish.kinds import kind_named
from brp_signals.publish.sheet_columns import (
    CASE_HEADER,
    CHOICE_COLUMNS,
    DECISION_HEADER,
    DEPARTURE_HEADER,
    EARLIER_HEADER,
    PRINTED_CHOICES,
    REASON_HEADER,
    Column,
)
from brp_signals.publish.workbook import (
    OPTIONS,
    add_choices,
    all_looks,
    set_paper,
    who_may_read,
    write_choices,
    write_table,
)
from brp_signals.review.acceptance import Returned, Weighed
from brp_signals.review.reviewed_workbook import ABSENCE_DAY_HEADER

SUFFIX: Final = "-niet-verwerkt"
SHEET: Final = "Niet verwerkt"
_NUMBERED: Final = re.compile(rf"{SUFFIX}(-[0-9]+)?$", re.ASCII)
#: Excel stores when a workbook was made; a fixed day keeps equal ones equal.
_MADE: Final = datetime.combine(date(2000, 1, 1), datetime.min.time())

HOW_TO: Final = (
    "De regels op het blad Niet verwerkt zijn niet ingelezen; bij elke regel staat waarom. Alle andere besluiten uit "
    "uw bestand zijn wel ingelezen.",
    "Wat u invulde staat er nog; vul de gekleurde cellen in, en lever dit bestand in.",
    "Staat er al een eerder besluit, dan vervangt uw besluit hier het eerdere. Blijft het eerdere gelden, laat de "
    "regel dan leeg.",
    "Blad en Rij zeggen waar de regel stond in uw bestand. Een notitie wordt niet ingelezen of bewaard.",
)

#: The day that a case is about, by the kind of case.
_DAYS: Final = {
    "departure": Column(DEPARTURE_HEADER, 9.2, "middle", lambda each: _day(each, "departure")),
    "absence": Column(ABSENCE_DAY_HEADER, 12.5, "middle", lambda each: _day(each, "absence")),
}
_BEFORE: Final = (
    Column(CASE_HEADER, 12.7, "strong", lambda each: each.case_id),
    Column("Waarom niet verwerkt", 33, "text", lambda each: each.reason_nl),
    Column(EARLIER_HEADER, 14, "text", lambda each: each.standing_nl),
    Column("Blad", 8.5, "text", lambda each: each.row.sheet_name),
    Column("Rij", 4, "middle", lambda each: each.row.row),
)
_WHY: Final = Column("Waarom", 18, "text", lambda each: each.why_nl)
#: What a clerk filled in, in the order of the columns of a list.
_FILLED_IN: Final = tuple(
    Column(column.header, column.width, look, value)
    for column, look, value in zip(
        CHOICE_COLUMNS,
        ("text", "text", "date", "text", "text", "text"),
        (
            lambda each: each.filled_in[0],
            lambda each: each.filled_in[1],
            lambda each: each.filled_in[2],
            lambda each: each.filled_in[3],
            lambda each: each.person_id,
            lambda each: None,
        ),
        strict=True,
    )
)
#: The sheet Uitleg: title, perhaps who may read it, the lines above, a blank row and a header.
_FIRST_CHOICE: Final = len(HOW_TO) + 4


def write_returned(file: Weighed) -> Path:
    """Write the rows that go back beside the file that they came from, mode 0600, and return where they are.

    What stands there under that name is never written over: it may have been filled in meanwhile.
    """
    content = returned_bytes(file)
    path = _free(file.workbook.path, content)
    replace_private(path, lambda stream: stream.write(content))
    return path


def returned_bytes(file: Weighed) -> bytes:
    """The workbook; the same rows give the same bytes."""
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    with Workbook(stream, OPTIONS) as book:
        book.set_properties({"title": SHEET, "author": "brp-signals", "created": _MADE})
        looks = all_looks(book)
        rows, explanation = book.add_worksheet(SHEET), book.add_worksheet("Uitleg")
        for sheet in (rows, explanation):
            set_paper(sheet, (SHEET, who_may_read(file.workbook.is_sealed)), "")
        kinds = _kinds(file)
        # Where cases of several kinds go back together, what can be decided about departures is offered.
        choices = kind_named(kinds[0]).choices
        _write_rows(rows, looks, file.returned, (*_BEFORE, *(_DAYS[kind] for kind in kinds), _WHY), choices)
        _write_explanation(explanation, looks, file, choices)
    return stream.getvalue()


def _kinds(file: Weighed) -> list[str]:
    """The kinds of the cases that go back; of numbers that nobody knows the kind of the list."""
    found = {each.kind for each in file.returned} & _DAYS.keys()
    return sorted(found, reverse=True) or [file.workbook.kind.code]


def _day(each: Returned, kind: str) -> str:
    return each.day_nl if each.kind == kind else ""


def _write_rows(
    sheet: Any, looks: dict[str, Any], returned: Sequence[Returned], facts: Sequence[Column], choices: Choices
) -> None:
    columns = (*facts, *_FILLED_IN)
    write_table(sheet, looks, columns, returned)
    for row, each in enumerate(returned, start=1):
        decision, reason, day, by = each.filled_in
        is_reason_wrong = not reason and (each.row.reason != "" or each.code == "reason_needed")
        for offset, is_wrong in enumerate(
            (not decision, is_reason_wrong, day is None, not by and each.row.by is not None)
        ):
            if is_wrong:
                sheet.write_blank(row, len(facts) + offset, None, looks["choice_date" if offset == 2 else "choice"])
        if not each.case_id:
            sheet.write_blank(row, 0, None, looks["choice"])
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(returned), len(columns) - 1)
    sheet.print_area(0, 0, len(returned), len(facts) + len(PRINTED_CHOICES) - 1)
    add_choices(sheet, len(facts), len(returned), _FIRST_CHOICE, choices)


def _write_explanation(sheet: Any, looks: dict[str, Any], file: Weighed, choices: Choices) -> None:
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 2, 40)
    # By this line the municipality is known when this workbook comes back.
    places = ", ".join(wording.municipality_title(code) for code in sorted(file.workbook.municipalities))
    mark = file.workbook.kind.mark_nl
    kind = f" {mark}." if mark else ""
    sheet.write_string(0, 0, f"{SHEET}.{kind} {places}", looks["section"])
    if file.workbook.is_sealed:
        sheet.write_string(1, 0, f"{wording.SEALED}.", looks["section"])
    for row, text in enumerate(HOW_TO, start=2):
        sheet.merge_range(row, 0, row, 2, text, looks["line"])
        sheet.set_row(row, 26)
    row = write_choices(sheet, looks, _FIRST_CHOICE, DECISION_HEADER, choices.decisions)
    write_choices(sheet, looks, row, REASON_HEADER, choices.reasons)


def _free(source: Path, content: bytes) -> Path:
    """The first name of its kind where nothing stands, or exactly this."""
    stem = _NUMBERED.sub("", source.stem)
    number = 1
    while True:
        path = source.with_name(f"{stem}{SUFFIX}{f'-{number}' if number > 1 else ''}.xlsx")
        if not path.exists() or (path.is_file() and path != source and path.read_bytes() == content):
            return path
        number += 1
