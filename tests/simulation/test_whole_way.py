"""One simulated night by the whole way: delivery, lists, two reviewers with errors in their workbooks, evaluation."""

import shutil
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random

import pytest
from openpyxl import load_workbook

from brp_signals.evaluation.account import evaluation
from brp_signals.evaluation.telling import told_count, told_share
from brp_signals.review import import_reviewed
from brp_signals.state.ledger import open_ledger
from tests.ledger.nights import Nights, child

pytestmark = pytest.mark.long

DAY = date(2026, 6, 15)
#: When what was listed or drawn on DAY is ripe.
LATER = date(2026, 10, 15)
SIGNALS, SILENT = 40, 120
_LABELS = {True: "Weer ingeschreven, zelfde of ander adres hier", False: "Vertrek klopt"}


def fill(source: Path, target: Path, said: Mapping[str, bool]) -> None:
    """Decide on every row of which something was said, on both sheets."""
    book = load_workbook(source)
    for name in ("Signalen", "Steekproef"):
        columns = {cell.value: cell.column for cell in book[name][1]}
        for row in range(2, book[name].max_row + 1):
            number = str(book[name].cell(row, columns["Nummer"]).value)
            if number in said:
                book[name].cell(row, columns["Besluit"]).value = _LABELS[said[number]]
                book[name].cell(row, columns["Datum"]).value = DAY
    book.save(target)


def numbers(path: Path, sheet: str) -> list[str]:
    """The cases on a sheet, in its order."""
    header, *rows = load_workbook(path)[sheet].iter_rows(values_only=True)
    return [str(row[header.index("Nummer")]) for row in rows if row[header.index("Nummer")]]


def test_what_reviewers_fill_in_is_what_the_evaluation_counts(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.config.write_text(nights.config.read_text() + "[control_sample]\nshare = 1.0\n", encoding="utf-8")
    children = [child(child=f"signal {number}", mother=f"mother {number}") for number in range(SIGNALS)]
    children += [{"child": f"silent {number}", "mother": f"other mother {number}"} for number in range(SILENT)]
    nights.deliver(DAY, children)
    nights.run()
    (workbook,) = (nights.output / "latest/0363").glob("*.xlsx")
    listed, drawn = numbers(workbook, "Signalen"), numbers(workbook, "Steekproef")
    assert (len(listed), len(drawn)) == (SIGNALS, SIGNALS)

    chance = Random(7)
    first = {number: chance.random() < (0.5 if number in listed else 0.2) for number in (*listed, *drawn)}
    second = {number: said ^ (chance.random() < 0.2) for number, said in first.items() if number in listed}
    fill(workbook, tmp_path / "first.xlsx", first)
    fill(workbook, tmp_path / "second.xlsx", second)
    import_reviewed([tmp_path / "first.xlsx", tmp_path / "second.xlsx"], nights.state)
    differ = [number for number in listed if first[number] != second[number]]
    settled = {number: said for number, said in first.items() if number not in differ}

    unripe = evaluation(nights.state, nights.config)
    assert (unripe["precision"]["all"]["n"], unripe["unripe"]["signals"], unripe["unripe"]["drawn"]) == (0, 40, 40)
    nights.deliver(LATER, children)
    nights.run()
    found = evaluation(nights.state, nights.config)
    assert (found["precision"]["all"]["n"], found["precision"]["all"]["hits"]) == (
        told_count(SIGNALS - len(differ)),
        told_count(sum(settled[number] for number in listed if number in settled)),
    )
    hits = sum(first[number] for number in drawn)
    assert (found["missed"]["answered"], found["missed"]["share"]) == (40, told_share(hits, 40)["share"])
    assert found["missed"]["low"] == pytest.approx(told_share(hits, 40)["low"])
    said = Counter((first[number], second[number]) for number in listed)
    assert found["agreement"]["pairs"] == sum(map(told_count, said.values()))
    assert found["agreement"]["kappa"] is not None
    assert found["barriers"][0]["cases"] >= 5
    with open_ledger(nights.state) as ledger:
        assert len([number for number in listed if ledger.decisions(number)]) == SIGNALS - len(differ)
    shutil.rmtree(nights.output)
    assert evaluation(nights.state, nights.config) == found, "the ledger is all it needs"
