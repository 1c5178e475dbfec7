"""A clerk's desk: workbooks of one night, filled in as people do, handed in, and what came of it."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from brp_signals.review import FileResult, import_reviewed
from brp_signals.state.ledger import open_ledger
from tests.ledger.nights import Nights, case_ids, child

LISTED_ON = date(2026, 6, 15)
DECIDED_ON = date(2026, 6, 17)
NOW = datetime(2026, 6, 20, 12, 0, tzinfo=UTC)
CHILDREN = [
    *[child(child=f"ordinary {number}") for number in range(6)],
    child(child="secret", confidential="yes"),
    child(child="elsewhere", municipality="0518"),
]
SCOPE = ("0363", "0518")
CANARY = "Kanarie: moeder heet Wilhelmina, tel. 0612345678"

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Desk:
    """A state folder of its own, and copies of the lists of the night."""

    folder: Path
    nights: Nights

    @property
    def ordinary(self) -> Path:
        """The list of 0363."""
        return self.folder / "list.xlsx"

    @property
    def sealed(self) -> Path:
        """The sealed list, away from its folder."""
        return self.folder / "verzegeld.xlsx"

    def numbers(self, path: Path | None = None) -> list[str]:
        """The case numbers on a list, in its order."""
        return [str(row["Nummer"]) for row in rows(load_workbook(path or self.ordinary)["Signalen"])]

    def fill(
        self,
        name: str,
        decisions: Mapping[str, Values],
        source: Path | None = None,
        sheet: str = "Signalen",
        change: Callable[[Any], None] = lambda book: None,
    ) -> Path:
        """Save a list under another name with cells filled in by case and header, then changed in some other way."""
        book = load_workbook(source or self.ordinary)
        columns = headers(book[sheet])
        for line in range(2, book[sheet].max_row + 1):
            for header, value in decisions.get(str(book[sheet].cell(line, columns["Nummer"]).value), {}).items():
                book[sheet].cell(line, columns[header]).value = value
        change(book)
        path = self.folder / f"{name}.xlsx"
        book.save(path)
        return path

    def hand_in(self, *paths: Path, now: datetime = NOW) -> list[FileResult]:
        """Import the workbooks."""
        return import_reviewed(paths, self.nights.state, now)

    def decisions(self) -> dict[str, list[tuple[str, str, date]]]:
        """What the ledger holds, by case, in the order of import."""
        with open_ledger(self.nights.state) as ledger:
            found = {case_id: ledger.decisions(case_id) for case_id in case_ids(ledger)}
        return {
            case_id: [(each.outcome_code, each.reason_code, each.decided_on) for each in all_of_it]
            for case_id, all_of_it in found.items()
            if all_of_it
        }

    def next_night(self, today: date, children: list[dict[str, str]] | None = None) -> None:
        """Run the next delivery."""
        self.nights.deliver(today, children or CHILDREN, SCOPE)
        self.nights.run()

    def published(self, path: str = "0363", pattern: str = "signalen-*.xlsx") -> Path:
        """The workbook of the last run."""
        (found,) = (self.nights.output / "latest" / path).glob(pattern)
        return found


def decided(decision: Any = "Vertrek klopt", reason: Any = None, day: Any = DECIDED_ON, **more: Any) -> Values:
    """The cells that a clerk fills in."""
    return {
        "Besluit": decision,
        "Reden": reason,
        "Datum": day,
        "Door": "Consulent leerplicht",
        "Notitie": CANARY,
        **more,
    }


def headers(sheet: Worksheet) -> dict[str, int]:
    """Columns by header."""
    return {str(cell.value): cell.column for cell in sheet[1] if cell.value}


def rows(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows of a sheet by header."""
    header, *found = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in found]


def returned(result: FileResult, folder: Path) -> list[dict[str, Any]]:
    """What the workbook with returned rows says."""
    assert result.returned_workbook
    assert result.returned_workbook.parent == folder
    return rows(load_workbook(result.returned_workbook)["Niet verwerkt"])


def open_desk(town: Nights, folder: Path, pattern: str = "signalen-*.xlsx") -> Desk:
    """A desk with the lists of a night that was run in `town`, which stays as it is."""
    desk = Desk(folder, town.copy(folder))
    shutil.copy(desk.published(pattern=pattern), desk.ordinary)
    shutil.copy(desk.published("0518"), folder / "elsewhere.xlsx")
    shutil.copy(desk.published("sealed/0363"), desk.sealed)
    return desk
