"""That the meldcode was followed is known to who decided and to an evaluation, and to nobody else: not by its name, and
not as the only outcome without one."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import polars
import pytest
from openpyxl import load_workbook

from brp_signals.base.outcomes import ONLY_CLOSED, WAITING
from brp_signals.publish import wording
from brp_signals.publish.choices import ABSENCE_CHOICES, DEPARTURE_CHOICES, EVERY_CHOICE
from brp_signals.publish.explain import dossier, explanation, who_decided
from brp_signals.state.ledger import open_ledger
from tests.ledger.nights import NONE, Nights, case_ids
from tests.review.desk import CHILDREN, DECIDED_ON, LISTED_ON, Desk, decided, returned, rows
from tests.support.ledgers import decide

pytestmark = pytest.mark.long

MELDCODE = "Zorg om het kind: meldcode gevolgd"
#: What was chosen beside each outcome, and is not told with it.
REASONS = {
    "X-VEILIGTHUIS": "R-GEEN-ANTWOORD",
    "X-VERKLAARD": "R-SCHOOL-TRAAG",
    "X-DATAFOUT": "R-ANDER-KIND",
    "X-NIET": "R-GEEN-TIJD",
}


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


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, bytes]]]:
    """By outcome that reads "Afgesloten" everything that anybody can read, night after night."""
    return {code: life(tmp_path_factory.mktemp("life"), code) for code in sorted(ONLY_CLOSED)}


def test_an_outcome_that_reads_afgesloten_is_one_of_several(lives: dict[str, list[dict[str, bytes]]]) -> None:
    """To the byte, in every file and every account, whatever becomes of the case."""
    first, *others = lives.values()
    for night, files in enumerate(first):
        for other in others:
            assert files.keys() == other[night].keys()
            assert [name for name, content in files.items() if content != other[night][name]] == [], night


def test_their_cases_leave_the_list_stay_away_and_come_back_with_that_word(
    lives: dict[str, list[dict[str, bytes]]],
) -> None:
    """What could tell them apart is in these lives: lists gone stale (S-08, which S-04 comes before), and news."""
    nights = lives["X-VERKLAARD"]
    lists = ("cases.parquet", "absence_cases.parquet", "sealed/cases.parquet")
    found = [{status for name in lists for status in statuses(files[name])} for files in nights]
    assert found == [{"new"}, {"closed"}, {"closed"}, {"new"}]
    books = [content for name, content in nights[-1].items() if name.startswith("read ") and name.endswith(".xlsx")]
    assert ["Afgesloten (17-06-2026)" in content.decode(errors="ignore") for content in books] == [True] * 3


def statuses(parquet: bytes) -> list[str]:
    """The status of each case; one at least."""
    found = polars.read_parquet(io.BytesIO(parquet))["status"].to_list()
    assert found
    return found


def life(folder: Path, code: str) -> list[dict[str, bytes]]:
    """A departure, an absence and a sealed departure: listed, closed, their lists gone stale, and back by news."""
    nights = Nights(folder)
    nights.config.write_text(nights.config.read_text(encoding="utf-8") + "\n[absence]\n", encoding="utf-8")
    absent, seen = "2020-08-17..2026-04-30 at B seen 2026-05-10", []
    for today, news, enrolled in (
        (LISTED_ON, "", absent),
        (date(2026, 6, 21), "", absent),
        (date(2026, 6, 27), "", absent),
        (date(2026, 9, 28), "tmv_report 2026-06-22", "2020-08-17..2026-06-18 at B seen 2026-09-20"),
    ):
        gone = {"enrolled": "2020-08-17 at A seen 2026-04-08 2026-05-10", "trace": news}
        secret = {**gone, "child": "secret", "confidential": "yes"}
        nights.deliver(today, [gone, secret, {"left": NONE, "enrolled": enrolled}])
        account = nights.run()
        seen.append(readable(nights) | {"counts": str(account["cases"]).encode()})
        if today == LISTED_ON:
            with open_ledger(nights.state) as ledger:
                for number in case_ids(ledger):
                    decide(ledger, number, code, DECIDED_ON, "2026-06-18T12:00:00+00:00", "0" * 64, REASONS[code])
    return seen


def readable(nights: Nights) -> dict[str, bytes]:
    """Every list of a night, what is kept of it for `explain`, and every account of each ordinary case."""
    state, latest = nights.state, nights.output / "latest"
    (kept,) = state.glob("last_run-*.json")
    content = json.loads(kept.read_bytes())
    found = nights.lists() | {"last_run": kept.read_bytes()}
    found |= {f"read {path.relative_to(latest)}": unpacked(path) for path in latest.rglob("*.xlsx")}
    for case in (*content["cases"], *content["absence_cases"]):
        number = case["case_id"]
        found[f"accounts of {number}"] = (explanation(state, number) + who_decided(state, number)).encode()
        found[f"dossier of {number}"] = dossier(state, number)
    return found


def test_what_reads_afgesloten_and_what_is_told() -> None:
    for each in EVERY_CHOICE.decisions:
        word, reason = ("Afgesloten", "") if each.code in ONLY_CLOSED else (each.label, ", reden: geen tijd")
        assert wording.decision(each.code, DECIDED_ON, "R-GEEN-TIJD") == f"{word} (17-06-2026){reason}"
        assert bool(wording.why_changed("closed", [each.code], "S-04")) == (each.code not in ONLY_CLOSED)
        assert wording.chosen_label(each.code) == each.label
    assert "X-VEILIGTHUIS" in ONLY_CLOSED
    assert not WAITING.keys() & set(ONLY_CLOSED)
    for offered in (DEPARTURE_CHOICES.decisions, ABSENCE_CHOICES.decisions):
        assert {each.code for each in offered} > set(ONLY_CLOSED)


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
