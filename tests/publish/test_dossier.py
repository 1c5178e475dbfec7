"""The dossier of a case tells everything that is known, names nobody, and is for one reader."""

from datetime import date
from pathlib import Path

import polars
import pytest

from brp_signals.base.errors import UsageProblem
from brp_signals.cli import cases as commands
from brp_signals.publish.dossier import dossier_bytes
from brp_signals.publish.explain import dossier
from tests.ledger.nights import NONE, AfterOneNight, Nights, child
from tests.publish.golden.rendered import html_text
from tests.publish.lists import DOSSIER, HOSTILE, RULES

TODAY = date(2026, 6, 15)
TOMORROW = date(2026, 6, 16)
SECTIONS = (
    *("Wat er bekend is", "Tekens", "Wat een gewone verklaring kan zijn", "Wat niet is bekeken", "Besluiten"),
    *("Verloop", "Waarom de gemeente dit mag", "Uw rechten", "Om wie het gaat"),
)


@pytest.fixture
def nights(after_one_night: AfterOneNight, tmp_path: Path) -> Nights:
    """A first night with one case."""
    return after_one_night(tmp_path, TODAY, [child()])


def only_case(nights: Nights) -> str:
    (case_id,) = nights.states()
    return case_id


def told(nights: Nights, case_id: str) -> str:
    return html_text(dossier(nights.state, case_id).decode())


def test_facts_have_dates_and_sources(nights: Nights) -> None:
    text = told(nights, only_case(nights))
    assert [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")] == list(SECTIONS)
    for line in (
        "Vertrek | 02-03-2026 | BRP",
        "Verwerkt in het register op | 04-03-2026 | BRP",
        "- 1 16-03-2026, bron verzuim: Een school meldde verzuim op 16-03-2026",
        "- De school wist nog niet van het vertrek en meldde daarom verzuim.",
        "- De reden van het vertrek, en de reden van een vrijstelling of van verlof.",
        "- Bron verzuim: Leerplichtwet 1969.",
        "Wet BRP, artikelen 2.22 en 2.26",
        "Leerplichtwet 1969, artikel 21a",
        "Inzage (AVG, artikel 15): ",
        "Correctie (AVG, artikel 16): ",
        "brp-signals reveal",
        "Er is nog geen besluit genomen.",
        "15-06-2026 | nieuw | A",
    ):
        assert line in text


def test_decisions_and_what_changed_are_told_in_order(nights: Nights) -> None:
    case_id = only_case(nights)
    nights.decide(case_id, "X-HEROPEND 2026-06-15")
    nights.decide(case_id, "X-VERTREK-OK 2026-06-15")
    nights.deliver(TOMORROW, [child()])
    nights.run()
    text = told(nights, case_id)
    assert "15-06-2026 | Adresonderzoek (opnieuw) geopend\n15-06-2026 | Vertrek klopt" in text
    assert "15-06-2026 | nieuw | A\n16-06-2026 | afgesloten | A | besluit: vertrek klopt" in text


def test_of_a_case_without_a_sign_what_was_kept_is_told(nights: Nights) -> None:
    case_id = only_case(nights)
    nights.deliver(TOMORROW, [child(trace=""), child(left=NONE, trace="absence_report 2026-05-04")])
    nights.run()
    text = told(nights, case_id)
    assert "In de laatste nacht hoorde er geen teken meer bij dit signaal." in text
    assert "16-03-2026 | verzuim | Verzuimmelding na vertrek | 15-06-2026 | 16-06-2026" in text
    assert "Vertrekdatum in het register: 02-03-2026 (voor het eerst gezien op peildatum 15-06-2026)." in text
    assert "16-06-2026 | opgelost | A | er is geen teken meer" in text


def test_it_names_nobody(nights: Nights) -> None:
    page = dossier(nights.state, only_case(nights)).decode()
    rows = (nights.delivery / "persons.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert rows
    assert [row for row in rows if row.partition(",")[0].strip('"') in page] == []


@pytest.mark.parametrize("number", ["S-0000-0000", "nonsense", "<script>"])
def test_an_unknown_case_is_refused(number: str, nights: Nights) -> None:
    with pytest.raises(UsageProblem, match="check the number"):
        dossier(nights.state, number)


def test_a_child_under_secrecy_is_refused_as_if_it_never_was(nights: Nights) -> None:
    case_id = only_case(nights)
    with pytest.raises(UsageProblem) as unknown:
        dossier(nights.state, "S-0000-0000")
    nights.deliver(TOMORROW, [child(confidential="yes")])
    nights.run()
    with pytest.raises(UsageProblem) as secret:
        dossier(nights.state, case_id.lower())
    assert str(secret.value) == str(unknown.value).replace("S-0000-0000", case_id)


def test_the_same_state_gives_the_same_bytes(nights: Nights) -> None:
    case_id = only_case(nights)
    first = dossier(nights.state, case_id)
    assert dossier(nights.state, case_id.lower()) == first
    nights.run()
    assert dossier(nights.state, case_id) == first


def test_hostile_text_stays_text() -> None:
    page = dossier_bytes(DOSSIER, RULES).decode()
    assert HOSTILE not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4


def test_an_incomplete_date_is_a_period() -> None:
    text = html_text(dossier_bytes(DOSSIER, RULES).decode())
    assert "Vertrekdatum in het register: tussen 01-03-2026 en 31-03-2026" in text


def test_a_rule_that_no_longer_exists_is_told_by_its_code() -> None:
    assert '<th scope="row">L-03</th>' in dossier_bytes(DOSSIER, ()).decode()


def test_the_file_is_for_its_owner_alone(nights: Nights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    case_id = only_case(nights)
    commands.dossier(case_id.lower(), state=nights.state)
    (written,) = tmp_path.glob("dossier-*.html")
    assert written.name == f"dossier-{case_id}.html"
    assert written.stat().st_mode & 0o777 == 0o600
    assert written.read_bytes() == dossier(nights.state, case_id)


def test_what_is_refused_writes_nothing(nights: Nights, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem):
        commands.dossier("S-0000-0000", state=nights.state, out=tmp_path / "page.html")
    with pytest.raises(UsageProblem, match="cannot be written"):
        commands.dossier(only_case(nights), state=nights.state, out=tmp_path / "nowhere/page.html")
    assert not (tmp_path / "page.html").exists()


def test_of_a_departure_that_was_drawn_it_says_that_chance_chose_it(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.deliver(TODAY, [child(), {"child": "silent"}])
    nights.run()
    number = polars.read_parquet(nights.output / "latest/sample.parquet")["case_id"][0]
    text = told(nights, number)
    assert "15-06-2026: steekproef: door toeval gekozen uit de vertrekken zonder teken." in text
    assert "Vertrekdatum in het register: 02-03-2026" in text
    assert "Gewone verklaringen" not in text
    nights.deliver(TOMORROW, [child(), child(child="silent", confidential="yes")])
    nights.run()
    with pytest.raises(UsageProblem, match="check the number"):
        dossier(nights.state, number)
