"""That the meldcode was followed is known to the person who decided and to an evaluation, and to nobody else."""

import io
import zipfile
from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from brp_signals.explain import dossier, explanation
from tests.review.desk import CHILDREN, Desk, decided, returned, rows

MELDCODE = "Zorg om het kind: meldcode gevolgd"


def unpacked(path: Path) -> bytes:
    """The bytes of a file; of a workbook those of its parts, but for the sheet that explains the drop-downs."""
    content = path.read_bytes()
    if path.suffix != ".xlsx":
        return content
    book = load_workbook(io.BytesIO(content))
    told = [str(row) for sheet in book if sheet.title != "Uitleg" for row in sheet.iter_rows(values_only=True)]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "".join(told).encode() + parts.read("docProps/core.xml")


def test_the_outcome_is_in_no_file_and_no_account_but_that_of_the_clerk(desk: Desk) -> None:
    one, two, *_ = desk.numbers()
    desk.hand_in(desk.fill("list", {one: decided(MELDCODE, "Geen antwoord gekregen"), two: decided()}))
    desk.next_night(date(2026, 6, 21))
    newer = [{**cells, "trace": f"{cells['trace']}; tmv_report 2026-06-22"} for cells in CHILDREN]
    desk.next_night(date(2026, 6, 23), newer)
    (row,) = [row for row in rows(load_workbook(desk.published())["Signalen"]) if row["Nummer"] == one]
    assert row["Eerder besluit"] == "Afgesloten (17-06-2026)"
    kept = [
        path
        for folder in (desk.nights.output, desk.nights.state)
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("ledger.sqlite3")
    ]
    for word in (b"X-VEILIGTHUIS", b"meldcode gevolgd"):
        assert [path.name for path in kept if word in unpacked(path)] == []
    told = explanation(desk.nights.state, one)
    page = dossier(desk.nights.state, one).decode()
    assert "- Afgesloten (17-06-2026)\n" in told + "\n"
    assert '<th scope="row">Afgesloten</th><td></td>' in page
    for text in (told, page):
        assert "meldcode" not in text.lower()
        assert "antwoord gekregen" not in text


def test_a_colleague_reads_that_it_was_closed_and_the_clerk_what_was_chosen(desk: Desk) -> None:
    one = desk.numbers()[0]
    anna, bert = desk.fill("anna", {one: decided(MELDCODE)}), desk.fill("bert", {one: decided()})
    results = {result.name: result for result in desk.hand_in(anna, bert)}
    (own,) = returned(results["anna.xlsx"], desk.folder)
    (other,) = returned(results["bert.xlsx"], desk.folder)
    assert f"Hier staat: {MELDCODE} (17-06-2026)." in own["Waarom niet verwerkt"]
    assert "In anna.xlsx staat: Afgesloten (17-06-2026)." in other["Waarom niet verwerkt"]


def test_a_list_of_an_earlier_version_still_shows_that_the_decision_was_seen(desk: Desk) -> None:
    one = desk.numbers()[0]
    desk.hand_in(desk.fill("anna", {one: decided(MELDCODE)}))
    for number, seen in enumerate((f"{MELDCODE} (17-06-2026)", "Vertrek klopt (17-06-2026)")):
        cells = decided(**{"Eerder besluit": seen})
        (result,) = desk.hand_in(desk.fill(f"later {number}", {one: cells}))
        assert (result.accepted, result.known, result.returned) in ((1, 0, {}), (0, 1, {}))


def test_a_dossier_begins_with_what_must_be_weighed(desk: Desk) -> None:
    page = dossier(desk.nights.state, desk.numbers()[0]).decode()
    assert page.index("niet meesturen") < page.index("AVG, artikel 23") < page.index("<h1>Dossier")
    assert "break-after: page" in page
