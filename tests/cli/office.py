"""A folder with everything that a command may be given: keys, sources, a delivery, lists, an audit log, a decision."""

import csv
from pathlib import Path

from openpyxl import load_workbook

from tests.gateway.rubric import (
    SCHOOL_HEADER,
    TRACE_HEADER,
    bsn,
    departed,
    residence,
    rubric,
    school_row,
    table,
    who,
)
from tests.support.commands import command

DAY = "2026-06-15"
REGISTER = ("--source", "gbav=register.csv")
OTHERS = ("--source", "school-csv=schools.csv", "--source", "trace-csv=traces.csv")
PSEUDONYMISE = ("pseudonymise", "--reference-date", DAY, "--scope", "0363")
REVEAL = ("reveal", "--reason", "Onderzoek")
_LEFT = {f"c{name.replace('.', '_')}": value for name, value in departed("20260302").items()} | {
    "c07_67_10": "20260302",
    "c07_67_20": "E",
}
_CONFIG = """
[[sources]]
code = "verzuim"
kind = "absence_report"
legal_basis = "Leerplichtwet 1969, artikel 21a"
retention_days = 365
"""


def furnish(folder: Path) -> str:
    """Do one night and a reveal in an empty folder; returns the recipient of its identity."""

    def ask(*words: str) -> str:
        done = command(*words, cwd=folder)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    leavers = [[who(serial, c07_70_10="0", **_LEFT), residence()] for serial in (1, 2, 3)]
    (folder / "register.csv").write_bytes(rubric([*leavers, [who(7)]]))
    (folder / "schools.csv").write_bytes(table(SCHOOL_HEADER, [school_row(7)]))
    traces = [(bsn(serial), "absence_report", "verzuim", "2026-05-04", "") for serial in (1, 2, 3)]
    (folder / "traces.csv").write_bytes(table(TRACE_HEADER, traces))
    (folder / "brp-signals.toml").write_text(_CONFIG)
    for key in ("old.key", "new.key"):
        ask("key", "new", key)
    recipient = ask("key", "identity", "clerk.id")
    ask(*PSEUDONYMISE, *REGISTER, *OTHERS, "--key-file", "old.key", "--out", "delivery")
    (folder / "delivery").rename(folder / "earlier")
    ask(*PSEUDONYMISE, *REGISTER, *OTHERS, "--key-file", "old.key", "--out", "delivery", "--key-map", "map.age",
        "--recipient", recipient)  # fmt: skip
    ask("run", "delivery")
    ask(*REVEAL, "output/latest/signals.csv", "--key-map", "map.age", "--identity", "clerk.id", "--out", "revealed.csv")
    _decide(folder)
    return recipient


def first_case(folder: Path) -> str:
    """The number of a case on the list."""
    with (folder / "output/latest/signals.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.DictReader(file))["case_id"]


def _decide(folder: Path) -> None:
    """One decision in a copy of the workbook."""
    (workbook,) = (folder / "output/latest/0363").glob("*.xlsx")
    book = load_workbook(workbook)
    sheet = book["Signalen"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, columns["Besluit"]).value, sheet.cell(2, columns["Datum"]).value = "Vertrek klopt", "15-06-2026"
    book.save(folder / "decided.xlsx")
