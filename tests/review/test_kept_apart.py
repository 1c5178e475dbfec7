"""That the meldcode was followed is known to who decided and to an evaluation, and to nobody else: not by its name, and
not as the only outcome without one."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import polars
from openpyxl import load_workbook

from brp_signals.explain import dossier, explanation, who_decided
from brp_signals.publish import wording
from brp_signals.publish.follow_ups import WAITING
from tests.ledger.nights import Nights, child
from tests.review.desk import CHILDREN, DECIDED_ON, LISTED_ON, Desk, decided, returned, rows

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


def test_every_closing_outcome_reads_the_same_in_every_account(tmp_path: Path) -> None:
    """But for the number, to the byte: on the day, the night after, and when a newer sign brings the case back."""
    closing = [choice.code for choice in wording.DECISIONS if choice.code not in WAITING]
    children = [child(child=f"child {code}") for code in closing]
    nights = Nights(tmp_path)
    nights.deliver(LISTED_ON, children)
    nights.run()
    numbers = dict(zip(closing, sorted(nights.states()), strict=True))
    for code, number in numbers.items():
        nights.decide(number, f"{code} {DECIDED_ON}")
    assert len(set(told(nights, numbers))) == 1
    nights.deliver(date(2026, 6, 21), children)
    nights.run()
    assert {status for status, _ in nights.states().values()} == {"closed"}
    assert len(set(told(nights, numbers))) == 1
    cases = polars.read_parquet(nights.output / "latest" / "cases.parquet").drop("case_id", "person_id")
    assert cases.unique().height == 1
    nights.deliver(
        date(2026, 6, 23), [{**each, "trace": f"{each['trace']}; tmv_report 2026-06-22"} for each in children]
    )
    nights.run()
    # A border pupil stays off the list to the end of the school year, and the account says why.
    del numbers["X-GRENS"]
    assert len(set(told(nights, numbers))) == 1
    (workbook,) = (nights.output / "latest" / "0363").glob("*.xlsx")
    seen = [row["Eerder besluit"] for row in rows(load_workbook(workbook)["Signalen"])]
    assert seen == ["Afgesloten (17-06-2026)"] * len(numbers)


def told(nights: Nights, numbers: dict[str, str]) -> list[str]:
    """Every account of each case, without its number and its place in the order of equals."""
    state = nights.state
    each = [
        explanation(state, number) + who_decided(state, number) + dossier(state, number).decode()
        for number in numbers.values()
    ]
    return [re.sub(r"S-[A-Z0-9]{4}-[A-Z0-9]{4}", "", text) for text in each]


def test_every_closing_outcome_reads_the_same_wherever_it_is_told() -> None:
    closing = [each for each in (*wording.DECISIONS, *wording.ABSENCE_DECISIONS) if each.code not in WAITING]
    reasons = ["", *(each.code for each in (*wording.REASONS, *wording.ABSENCE_REASONS))]
    said = {wording.decision(each.code, DECIDED_ON, reason) for each in closing for reason in reasons}
    assert said == {"Afgesloten (17-06-2026)"}
    assert {wording.why_changed("closed", [each.code], "S-04") for each in closing} == {""}
    assert {each.label for each in closing} == {wording.chosen_label(each.code) for each in closing}


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
