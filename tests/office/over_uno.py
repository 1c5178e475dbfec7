"""What a clerk does to a workbook in LibreOffice: run by the Python that has `uno`, on its own office.

    over_uno.py PIPE WORKBOOK SAVED STEPS

STEPS is JSON: a list of lists, each the name of a function below, the name of a sheet, and what the function takes. On
stdout comes what the last sheet then holds, as JSON.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.table import TableSortField

_HEADER, _SECONDS = 0, 60


def prop(name: str, value: Any) -> Any:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def used(sheet: Any) -> tuple[int, int]:
    """The last column and the last row of the list, which ends where no number of a case is any more."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    last, at = cursor.RangeAddress.EndRow, column(sheet, "Nummer")
    rows = [row for row in range(1, last + 1) if sheet.getCellByPosition(at, row).String]
    return cursor.RangeAddress.EndColumn, max(rows)


def column(sheet: Any, header: str) -> int:
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    found = [sheet.getCellByPosition(at, _HEADER).String for at in range(cursor.RangeAddress.EndColumn + 1)]
    return found.index(header)


def sort(sheet: Any, by: str, first: str | None = None, last: str | None = None) -> None:
    """Sort downwards by one column: the whole list, or the columns from `first` to `last` only."""
    width, height = used(sheet)
    start = column(sheet, first) if first else 0
    cells = sheet.getCellRangeByPosition(start, 1, column(sheet, last) if last else width, height)
    field = TableSortField()
    field.Field, field.IsAscending = column(sheet, by) - start, False
    fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
    cells.sort((prop("SortFields", fields), prop("ContainsHeader", False)))


def hide_all_but(sheet: Any, header: str, value: str) -> None:
    """Filter the list by the text of one column."""
    from com.sun.star.sheet import TableFilterField
    from com.sun.star.sheet.FilterOperator import EQUAL

    width, height = used(sheet)
    cells = sheet.getCellRangeByPosition(0, _HEADER, width, height)
    field = TableFilterField()
    field.Field, field.IsNumeric, field.StringValue, field.Operator = column(sheet, header), False, value, EQUAL
    descriptor = cells.createFilterDescriptor(True)
    descriptor.setFilterFields((field,))
    descriptor.ContainsHeader = True
    cells.filter(descriptor)


def delete(sheet: Any, number: str) -> None:
    """Delete the row of one case."""
    at = column(sheet, "Nummer")
    (row,) = [row for row in range(1, used(sheet)[1] + 1) if sheet.getCellByPosition(at, row).String == number]
    sheet.Rows.removeByIndex(row, 1)


def fill(sheet: Any, number: str, cells: dict[str, str]) -> None:
    """Type in the row of one case, by header."""
    at = column(sheet, "Nummer")
    (row,) = [row for row in range(1, used(sheet)[1] + 1) if sheet.getCellByPosition(at, row).String == number]
    for header, text in cells.items():
        sheet.getCellByPosition(column(sheet, header), row).setFormula(text)


def add(sheet: Any, header: str, after: str) -> None:
    """Add a column of one's own, with something in every row."""
    at, (_, height) = column(sheet, after) + 1, used(sheet)
    sheet.Columns.insertByIndex(at, 1)
    sheet.getCellByPosition(at, _HEADER).String = header
    for row in range(1, height + 1):
        sheet.getCellByPosition(at, row).String = f"van ons {row}"


def held(sheet: Any) -> dict[str, Any]:
    """Every row by header, the choices that its cell for the decision offers, and whether the sheet asks a password."""
    width, height = used(sheet)
    names = [sheet.getCellByPosition(at, _HEADER).String for at in range(width + 1)]
    offers = [sheet.getCellByPosition(names.index("Besluit"), row).Validation for row in range(1, height + 1)]
    return {
        "is_protected": sheet.isProtected(),
        "rows": [
            {name: sheet.getCellByPosition(at, row).String for at, name in enumerate(names)}
            for row in range(1, height + 1)
        ],
        "hidden": [row for row in range(1, height + 1) if not sheet.Rows.getByIndex(row).IsVisible],
        "offers": [[offer.Type.value, offer.getFormula1()] for offer in offers],
    }


def desktop(pipe: str) -> Any:
    """The office that listens on the pipe, once it does."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    end = time.monotonic() + _SECONDS
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)


def main(pipe: str, workbook: str, saved: str, steps: str) -> None:
    office = desktop(pipe)
    book = office.loadComponentFromURL(Path(workbook).as_uri(), "_blank", 0, (prop("Hidden", True),))
    doing = {each.__name__: each for each in (sort, hide_all_but, fill, delete, add)}
    for name, sheet, *taken in json.loads(steps):
        if name in doing:
            doing[name](book.Sheets.getByName(sheet), *taken)
    book.storeToURL(Path(saved).as_uri(), (prop("FilterName", "Calc MS Excel 2007 XML"),))
    print(json.dumps(held(book.Sheets.getByName(sheet))))
    book.close(True)
    office.terminate()


if __name__ == "__main__":
    main(*sys.argv[1:])
