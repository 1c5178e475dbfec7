"""The page and the report are one file each, ask nothing of a network, and can be read by everybody."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from brp_signals.publish.dossier import dossier_bytes
from brp_signals.publish.kinds import DEPARTURES
from brp_signals.publish.page import page_bytes
from brp_signals.publish.report import write_report
from brp_signals.publish.watch_page import write_watch
from tests.publish.golden.rendered import html_text
from tests.publish.lists import DOSSIER, EVERYTHING, HOSTILE, RETURNED, RULES, case, municipal_list, piece, sign
from tests.publish.test_watch_page import SCHOOL, alarm, nights
from tests.support.html_tree import tree

ACCOUNT: dict[str, Any] = {
    "delivery_id": "2026-06-15-0363",
    "reference_date": "2026-06-15",
    "tables": {
        "persons": {
            "files": [
                {
                    "name": "persons.csv",
                    "rows_read": 10,
                    "kept": 3,
                    "not_needed": 6,
                    "quarantined": 1,
                    "extra_columns": 0,
                }
            ]
        }
    },
    "quarantine": {"date_malformed": 1, "own_reason": 2},
    "checks": [
        {
            "suite": "persons_register",
            "check": "persons_duplicates",
            "table": "persons",
            "reason_code": "K-05",
            "severity": "warn",
            "meaning_nl": "Geen enkele persoon komt vaker voor.",
            "owner": "data steward",
            "outcome": "failed",
            "observed": 2,
            "limit": "≤ 0",
        }
    ],
    "departures": {
        "in_view": 40,
        "returned": 2,
        "without_sign": 30,
        "out_of_scope": 1,
        "municipality_unknown": 0,
        "out_of_view": {"S-05": 1},
    },
    "cases": {
        "listed": 5,
        "suppressed": {"S-02": 1},
        "weak": 2,
        "level": {"": 1, "A": 3, "B": 1},
        "sealed": "<5",
        "flow": {
            "listed_before": 4,
            "suppressed_before": 1,
            "came_in": 2,
            "came_back": 0,
            "after": {"new": 2, "ongoing": 2, "changed": 1, "suppressed": 1, "resolved": 1, "lapsed": 0, "closed": 0},
        },
    },
    "last_accepted": {"delivery_id": "vorige", "reference_date": "2026-06-14", "rows": {"persons": 10, "traces": 0}},
    "rules": {"C-01": {"evidence": 9, "cases": 1}, "L-03": {"evidence": 4, "cases": 3}},
    "versions": {"duckdb": "2.0.1"},
    "hashes": {"manifest": "ab" * 32, "inputs": {"persons.csv": "cd" * 32}},
    "seconds": {"stage": 1.5},
    "alarms": ["Kijk naar de bronnen."],
}


#: Files of the same folder that a page may lead to.
BESIDE = frozenset({"findings.csv", "report.html", "watch.html"})


class Outline(HTMLParser):
    """Tags, levels of headings, ids and links of a page."""

    VOID = frozenset({"meta", "rect", "line", "circle"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.neighbours: list[str] = []
        self.outside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name in ("href", "src", "action", "srcset", "data"):
                kind = self.targets if (value or "").startswith("#") else self.outside
                (self.neighbours if value in BESIDE else kind).append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


@pytest.fixture(params=["page", "empty page", "sealed page", "dossier", "report", "report of a refusal", "watch"])
def text(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    path = tmp_path / "file.html"
    if request.param == "page":
        path.write_bytes(page_bytes(EVERYTHING, RULES, DEPARTURES))
    elif request.param == "empty page":
        path.write_bytes(page_bytes(municipal_list(), RULES, DEPARTURES))
    elif request.param == "dossier":
        path.write_bytes(dossier_bytes(DOSSIER, RULES))
    elif request.param == "sealed page":
        path.write_bytes(page_bytes(municipal_list(*EVERYTHING.cases, is_sealed=True), RULES, DEPARTURES))
    elif request.param == "report":
        write_report(path, ACCOUNT)
    elif request.param == "watch":
        watched = nights([200.0 + day % 9 for day in range(300)], band=(190.0, 210.0))
        write_watch(path, ACCOUNT | {"watch": [alarm("1"), alarm("2", is_new=False)]}, watched, {SCHOOL: 12})
    else:
        write_report(path, {"alarms": ["persons.csv is empty."]})
    return path.read_text(encoding="utf-8")


def test_well_formed_and_asking_nothing_of_a_network(text: str) -> None:
    outline = Outline(text)
    assert outline.open == []
    assert outline.outside == []
    assert "script" not in outline.tags
    assert not re.search(r"url\(|@import", text)


def test_readable_without_a_mouse_or_eyes(text: str) -> None:
    outline = Outline(text)
    assert '<html lang="nl">' in text
    assert outline.headings[0] == 1
    assert all(after - before <= 1 for before, after in zip(outline.headings, outline.headings[1:], strict=False))
    assert len(set(outline.ids)) == len(outline.ids)
    links = {target.removeprefix("#") for target in outline.targets}
    assert links <= set(outline.ids)


def test_colours_have_contrast(text: str) -> None:
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", text))
    for ink in ("ink", "quiet", "accent", "sign", "good", "bad", "warn"):
        assert contrast(colours[ink], colours["paper"]) >= 4.5
        assert contrast(colours[ink], colours["pale"]) >= 4.5


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(page_bytes(EVERYTHING, RULES, DEPARTURES))
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert HOSTILE not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_every_case_has_a_timeline_with_words(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(page_bytes(EVERYTHING, RULES, DEPARTURES))
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert text.count('<svg role="img"') == len(EVERYTHING.cases)
    assert "Vertrek 02-03-2026. Verwerkt: 04-03-2026. Tekens: 1: Verzuimmelding na vertrek op 20-04-2026" in text


def test_a_card_says_what_speaks_for_against_and_what_is_unknown_without_a_number() -> None:
    mixed = case(pieces=(piece("L-04", "15.00"), piece("C-01", "-5.00")), signs=(sign("L-04"), sign("C-01")))
    text = html_text(page_bytes(municipal_list(mixed, RETURNED, n_weak=7), RULES, DEPARTURES).decode())
    card = text.partition(f"1. {mixed.case_id}")[2].partition("#### Tekens")[0]
    for words in (
        "#### Wat spreekt ervoor\n- Na het vertrek een toets gemaakt (sterk)",
        "#### Wat spreekt ertegen\n- De school schreef het kind uit (zwak)",
        "#### Wat is niet bekend\n- Waar het kind nu is: dat weet u pas als u het vraagt.",
    ):
        assert re.sub(r"\s+", " ", words) in re.sub(r"\s+", " ", card)
    assert "punten" not in text
    assert f"{mixed.chance_pct} %" not in text
    assert "(spreekt ertegen)" in text
    assert "Wat het niet bewijst" in text
    assert "7 te zwak om te vragen" in text


def test_children_who_came_back_stand_in_a_part_of_their_own() -> None:
    text = html_text(page_bytes(municipal_list(case(1), RETURNED), RULES, DEPARTURES).decode())
    first, heading, last = text.partition("## Weer terug: hoe ging het met school?")
    assert heading
    assert f"9. {RETURNED.case_id}" in last
    assert f". {RETURNED.case_id}" not in first
    assert "niveau" not in last.partition("Uitleg van de tekens")[0].replace("zonder niveau", "")


def test_no_pseudonym_on_the_page(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(page_bytes(EVERYTHING, RULES, DEPARTURES))
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert not [item for item in EVERYTHING.cases if item.person_id in text]


def test_the_report_says_what_happened(tmp_path: Path) -> None:
    write_report(tmp_path / "report.html", ACCOUNT)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    for words in (
        "5 signalen op de lijsten; 1 controle vraagt aandacht",
        "Een datum heeft niet de afgesproken vorm.",
        "own_reason",
        "kind is weer ingeschreven (S-02)",
        "&lt;5",
        "Vergeleken met levering vorige (peildatum 14-06-2026).",
        "voor het eerst gezien",
        "Te zwak om te vragen",
        "waarvan niveau A",
        "waarvan weer terug",
        "School heeft het kind uitgeschreven (C-01), spreekt ertegen",
        "Kijk naar de bronnen.",
    ):
        assert words in text


def test_the_report_leads_from_a_check_to_its_rows_and_to_what_changed(tmp_path: Path) -> None:
    (passed,) = ({**check, "check": "other", "outcome": "passed"} for check in ACCOUNT["checks"])
    write_report(tmp_path / "report.html", {**ACCOUNT, "checks": [*ACCOUNT["checks"], passed], "work": {}})
    html = tree((tmp_path / "report.html").read_text(encoding="utf-8"))
    codes = [cell for cell in html.all("td") if cell.all("code") and cell.text.endswith("K-05")]
    assert [[link.attributes["href"] for link in cell.all("a")] for cell in codes] == [["findings.csv"], []]
    assert "filter de kolom check op de code" in html.text
    assert len(html.all("a", href="watch.html")) == 1
    write_report(tmp_path / "report.html", ACCOUNT)
    assert not tree((tmp_path / "report.html").read_text(encoding="utf-8")).all("a", href="watch.html")


def contrast(one: str, other: str) -> float:
    """Contrast of two colours (WCAG 2.1, 1.4.3)."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
