"""One trace is one sign, wherever it is told: B-05 and B-06 say more of the sign that they rest on."""

import csv
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from brp_signals.publish.explain import dossier, explanation
from tests.ledger.nights import AfterOneNight, Nights
from tests.publish.golden.rendered import html_text

TODAY = date(2026, 6, 15)
#: Unknown destination, recorded after 77 days, one absence report between: B-05, B-06 and L-03 fire on one trace.
ONE_TRACE = {"unknown": "yes", "recorded": "2026-05-18", "trace": "absence_report 2026-03-16"}
NAME = "Verzuimmelding na vertrek (bestemming onbekend; vóór de verwerking)"


@pytest.fixture
def nights(after_one_night: AfterOneNight, tmp_path: Path) -> Nights:
    return after_one_night(tmp_path, TODAY, [ONE_TRACE])


def shown(nights: Nights, ending: str) -> Path:
    (path,) = (nights.output / "latest/0363").glob(f"signalen-*.{ending}")
    return path


def page(nights: Nights) -> str:
    return html_text(shown(nights, "html").read_text(encoding="utf-8"))


def line(nights: Nights) -> dict[str, str]:
    with (nights.output / "latest/0363/signals.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    return row


def test_the_page_has_one_number_and_one_mark(nights: Nights) -> None:
    text = page(nights)
    assert f"Tekens: 1: {NAME} op 16-03-2026. Leer-" in text
    signs = text.partition("#### Tekens\n")[2].partition("\n\n")[0].splitlines()
    (sign,) = signs
    assert sign.startswith("- 1 16-03-2026, bron verzuim: Een school meldde verzuim op 16-03-2026, ")
    assert "De bestemming is onbekend; het teken van 16-03-2026" in sign
    assert "pas 77 dagen na de vertrekdatum verwerkt (18-05-2026); het teken van 16-03-2026" in sign
    assert shown(nights, "html").read_text(encoding="utf-8").count('<circle class="sign"') == 1
    # What leads, explains and refutes is told of all three rules.
    assert "weg terug wijzen" in text
    assert "Er was eerst een adresonderzoek." in text.partition("#### Gewone verklaringen")[2].partition("####")[0]


def test_the_workbook_counts_one_sign(nights: Nights) -> None:
    book = load_workbook(shown(nights, "xlsx"))
    why = {cell.value: cell.column for cell in book["Signalen"][1]}["Waarom"]
    assert book["Signalen"].cell(2, why).value == f"{NAME}."
    evidence = list(book["Bewijs"].iter_rows(min_row=2, values_only=True))
    assert [(row[3], row[-1]) for row in evidence] == [(NAME, "L-03, B-05, B-06")]


def test_explain_and_dossier_tell_one_sign(nights: Nights) -> None:
    case_id = line(nights)["case_id"]
    told = explanation(nights.state, case_id)
    (sign,) = told.partition("\nTekens\n")[2].partition("\n\n")[0].splitlines()
    assert sign.endswith("(L-03, B-05, B-06)")
    text = html_text(dossier(nights.state, case_id).decode())
    assert f"Tekens: 1: {NAME} op 16-03-2026. " in text
    kept = text.partition("### Wat er van dit signaal is bewaard")[2]
    assert "16-03-2026 | verzuim | Verzuimmelding na vertrek | 15-06-2026" in kept
    assert "16-03-2026 | verzuim | Bij dit teken: bestemming onbekend | 15-06-2026" in kept
    assert "maar er is een teken" not in kept.partition("\n## ")[0]


def test_other_systems_still_read_every_rule_code(nights: Nights) -> None:
    assert line(nights)["rule_codes"] == "B-05|B-06|L-03"
    assert line(nights)["reason_nl"].startswith("Een school meldde verzuim op 16-03-2026")
    assert "Ook:" not in line(nights)["reason_nl"]


def test_a_second_trace_is_a_second_sign(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.deliver(TODAY, [ONE_TRACE | {"trace": "absence_report 2026-03-16; school_result 2026-05-04"}])
    nights.run()
    assert f"Tekens: 1: {NAME} op 16-03-2026; 2: Toets of schooluitslag na vertrek op 04-05-2026." in page(nights)


def test_a_circumstance_is_of_the_active_sign_of_its_day(tmp_path: Path) -> None:
    """Two kinds of one source and day: leave is passive, and nothing is said of it."""
    nights = Nights(tmp_path)
    trace = "leave 2026-04-13 from verzuim; absence_report 2026-04-13"
    nights.config.write_text(
        nights.config.read_text(encoding="utf-8")
        + '\n[[sources]]\nkind = "leave"\ncode = "verzuim"\nlegal_basis = "Leerplichtwet 1969"\nretention_days = 730\n',
        encoding="utf-8",
    )
    nights.deliver(TODAY, [{"unknown": "yes", "trace": trace}])
    nights.run()
    text = page(nights)
    assert "Verzuimmelding na vertrek (bestemming onbekend) op 13-04-2026" in text
    assert "Vrijstelling of verlof na vertrek op 13-04-2026" in text


def test_what_becomes_known_of_a_sign_is_no_new_sign(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.deliver(TODAY, [ONE_TRACE | {"unknown": "no", "recorded": "2026-03-04"}])
    nights.run()
    nights.deliver(date(2026, 6, 16), [ONE_TRACE | {"recorded": "2026-03-04"}])
    nights.run()
    assert "Nu ook bij het teken van 16-03-2026: bestemming onbekend." in page(nights)
    told = explanation(nights.state, line(nights)["case_id"])
    assert "16-06-2026: gewijzigd (niveau A): er is iets anders bekend over een teken" in told
    nights.deliver(date(2026, 6, 17), [ONE_TRACE | {"trace": "absence_report 2026-03-16; tmv_report 2026-05-04"}])
    nights.run()
    text = page(nights)
    assert "Nieuw teken: terugmelding na vertrek (04-05-2026)" in text
    assert "nieuw teken: teken tussen" not in text
