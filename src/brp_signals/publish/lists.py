"""The one writer of lists: told the kind of case, it writes the tables, workbooks and pages of that kind."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from brp_signals.base.rule_files import Rule
from brp_signals.base.sealing import Recipients
from brp_signals.base.statuses import LISTED
from brp_signals.publish.cases import Found, OfEveryList, overdue
from brp_signals.publish.changes import Changed
from brp_signals.publish.commit import SEALED, write_list
from brp_signals.publish.kinds import Kind
from brp_signals.publish.list_content import AnyList
from brp_signals.publish.tables import csv_bytes, parquet_bytes, shown_suppressor, table_row
from brp_signals.steps.night import Night

Row = dict[str, Any]


def write_lists(
    night: Night,
    folder: Path,
    kind: Kind,
    found: Sequence[Found],
    changed: Changed,
    rules: Sequence[Rule],
    municipalities: Collection[str] = (),
) -> None:
    """Write the lists of one kind over all municipalities, and those of each in a folder of its own.

    `municipalities` get a list in any case, others where they have a case. The sealed lists, in the folder `SEALED`,
    are for recipients of their own, and are there too where something left them.
    """
    is_sealed = folder.name == SEALED
    recipients = night.handover.sealed_recipients if is_sealed else night.handover.recipients
    rows = [table_row(case, shown_suppressor(row)) for case, row in found]
    listed = [row for row in rows if row["status"] in LISTED]
    beside = kind.beside(night, [case for case, _ in found], is_sealed)
    _write_tables(folder, kind, listed, recipients)
    write_list(folder / f"{kind.every}.parquet", parquet_bytes(rows, kind.every_columns), recipients)
    for name, content in beside.tables.items():
        write_list(folder / name, content, recipients)
    own, lines = defaultdict(list), defaultdict(list)
    for each in found:
        own[each.case.municipality_code].append(each)
    for line in listed:
        lines[line["municipality_code"]].append(line)
    codes = {*municipalities, *own}
    if is_sealed:
        codes |= {*beside.municipalities, *changed.municipalities(is_sealed)}
    for code in sorted(codes):
        shared = _of_municipality(night, code, own[code], changed, is_sealed)
        _write_municipality(folder / code, kind, beside.of_municipality(shared), lines[code], rules, recipients)


def _of_municipality(night: Night, code: str, own: Sequence[Found], changed: Changed, is_sealed: bool) -> OfEveryList:
    """What every list has, of one municipality."""
    cases = [case for case, _ in own]
    suppressed = Counter(row["suppressor_code"] for case, row in own if case.status == "suppressed")
    return OfEveryList(
        municipality_code=code,
        reference_date=night.reference_date,
        cases=tuple(case for case in cases if case.status in LISTED),
        suppressed=tuple(sorted(suppressed.items())),
        is_sealed=is_sealed,
        changes=changed.of_municipality(code, is_sealed),
        overdue=overdue(cases, night.reference_date),
    )


def _write_municipality(
    folder: Path, kind: Kind, content: AnyList, listed: Sequence[Row], rules: Sequence[Rule], recipients: Recipients
) -> None:
    from brp_signals.publish.page import page_bytes
    from brp_signals.publish.workbook import workbook_bytes

    folder.mkdir(mode=0o700, exist_ok=True)
    name = f"{kind.file}-{content.municipality_code}-{content.reference_date.isoformat()}"
    write_list(folder / f"{name}.xlsx", workbook_bytes(content, rules, kind), recipients)
    write_list(folder / f"{name}.html", page_bytes(content, rules, kind), recipients)
    _write_tables(folder, kind, listed, recipients)


def _write_tables(folder: Path, kind: Kind, listed: Sequence[Row], recipients: Recipients) -> None:
    """What is listed, for other systems."""
    write_list(folder / f"{kind.table}.csv", csv_bytes(listed, kind.columns), recipients)
    write_list(folder / f"{kind.table}.parquet", parquet_bytes(listed, kind.columns), recipients)
