"""Every kind of case is declared once; writer, import and way back know it by that declaration alone."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from brp_signals.publish import output
from brp_signals.publish.kinds import ABSENCES, DEPARTURES, KINDS, Kind, kind_named, kind_of_rule, kind_of_texts
from brp_signals.publish.page import page_bytes
from brp_signals.publish.workbook import workbook_bytes
from tests.ledger.nights import NONE, Nights, child
from tests.publish.golden.rendered import html_text
from tests.publish.lists import ABSENCE, EVERYTHING, RULES
from tests.publish.test_words import absences

TODAY = date(2026, 6, 15)
CONTENTS = {DEPARTURES.code: EVERYTHING, ABSENCES.code: absences(ABSENCE)}
#: What a run leaves that is no list.
ACCOUNTS = {"report.html", "run.json", "findings.csv", "quarantine.csv", "watch.html", "watch_series.parquet"}


def a_night(folder: Path) -> Nights:
    """A night with one child on each kind of list."""
    nights = Nights(folder)
    nights.config.write_text(nights.config.read_text(encoding="utf-8") + "\n[absence]\n", encoding="utf-8")
    withdrawn = {"child": "withdrawn", "left": NONE, "enrolled": "2020-08-17..2026-04-30 at A seen 2026-06-10"}
    nights.deliver(TODAY, [child(), withdrawn])
    nights.run()
    return nights


def test_no_two_kinds_share_a_name() -> None:
    for names in ([kind.code for kind in KINDS], [kind.file for kind in KINDS], [kind.mark_nl for kind in KINDS]):
        assert len(set(names)) == len(names)
    tables = [name for kind in KINDS for name in kind.over_all]
    assert len(set(tables)) == len(tables)
    assert [kind_named(kind.code) for kind in KINDS] == list(KINDS)


def test_a_rule_belongs_to_the_kind_that_it_asks_about() -> None:
    assert {rule.code for rule in RULES if kind_of_rule(rule) is ABSENCES} == {"R-01", "R-02"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_workbook_and_page_say_of_which_kind_they_are(kind: Kind, tmp_path: Path) -> None:
    (tmp_path / "list.xlsx").write_bytes(workbook_bytes(CONTENTS[kind.code], RULES, kind))
    book = load_workbook(tmp_path / "list.xlsx")
    texts = [str(cell.value) for row in book["Samenvatting"].iter_rows() for cell in row if cell.value]
    assert kind_of_texts(texts) is kind
    page = html_text(page_bytes(CONTENTS[kind.code], RULES, kind).decode())
    assert kind_of_texts(page.splitlines()) is kind
    assert all(text in page for text in (*kind.how_to_use, *kind.what_this_is, *kind.reminders))


def test_every_list_over_all_municipalities_is_declared(tmp_path: Path) -> None:
    """Those lists are removed when a child comes under secrecy, so none may be forgotten."""
    latest = a_night(tmp_path).output / "latest"
    written = {path.name for path in latest.iterdir() if path.is_file()} - ACCOUNTS
    assert written == {name for kind in KINDS for name in kind.over_all}


def test_a_new_kind_needs_a_declaration_and_no_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(ABSENCES, code="other", table="others", every="other_cases", file="anders", heading_nl="Anders. ")
    monkeypatch.setattr(output, "KINDS", (*KINDS, other))
    lists = a_night(tmp_path).lists()
    assert lists["others.csv"] == lists["absences.csv"]
    assert lists["other_cases.parquet"] == lists["absence_cases.parquet"]
    assert "sealed/others.csv" in lists
    page = html_text(lists["0363/anders-0363-2026-06-15.html"].decode())
    assert "# Anders. Signalen gemeente 0363 (Amsterdam)" in page
    assert "0363/anders-0363-2026-06-15.xlsx" in lists
