"""One simulated night by the whole way: delivery, lists, two reviewers with errors in their workbooks, evaluation."""

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random

from openpyxl import load_workbook

from brp_signals.evaluation.summing_up import evaluation
from brp_signals.ledger import open_ledger
from brp_signals.review import import_reviewed
from tests.ledger.nights import Nights, child

DAY = date(2026, 6, 15)
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
    children = [child(child=f"signal {number}") for number in range(SIGNALS)]
    nights.deliver(DAY, [*children, *({"child": f"silent {number}"} for number in range(SILENT))])
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

    found = evaluation(nights.state, nights.config)
    assert (found["precision"]["all"]["n"], found["precision"]["all"]["hits"]) == (
        SIGNALS - len(differ),
        sum(settled[number] for number in listed if number in settled),
    )
    hits = sum(first[number] for number in drawn)
    assert (found["missed"]["answered"], found["missed"]["hits"], found["missed"]["share"]) == (40, hits, hits / 40)
    assert found["agreement"]["pairs"] == SIGNALS
    assert found["agreement"]["agreed"]["hits"] == SIGNALS - len(differ)
    assert found["barriers"][0]["cases"] >= 5
    with open_ledger(nights.state) as ledger:
        assert len([number for number in listed if ledger.decisions(number)]) == SIGNALS - len(differ)
    shutil.rmtree(nights.output)
    assert evaluation(nights.state, nights.config) == found, "the ledger is all it needs"
