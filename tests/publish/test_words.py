"""What staff read is said in their words: names beside codes, whole points, one signal in the singular, one term."""

import logging
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from brp_signals import cli
from brp_signals.base.config import piece_texts
from brp_signals.base.errors import UsageProblem
from brp_signals.base.logs import step_done
from brp_signals.publish import municipalities, wording
from brp_signals.publish.explain import dossier, explanation
from brp_signals.publish.kinds import ABSENCES, DEPARTURES
from brp_signals.publish.list_content import AbsenceList
from brp_signals.publish.page import page_bytes
from brp_signals.publish.report import write_report
from brp_signals.publish.workbook import workbook_bytes
from tests.ledger.nights import Nights, child
from tests.publish.golden.rendered import html_text, workbook
from tests.publish.lists import ABSENCE, RULES, TODAY, case, municipal_list, piece
from tests.publish.test_pages import ACCOUNT, Outline

#: Nouns of which there may be one.
MANY = re.compile(
    r"\b1 (signalen|tekens|vertrekken|rijen|dagen|maanden|runs|gemeenten|bronnen|controles|besluiten|punten)"
)


def absences(*cases: object, **changes: Any) -> AbsenceList:
    values: dict[str, Any] = {
        "municipality_code": "0363",
        "reference_date": TODAY,
        "cases": cases,
        "suppressed": (),
        "withheld": (),
        "is_sealed": False,
    }
    return AbsenceList(**values | changes)


def sheets(content: bytes, tmp_path: Path) -> str:
    path = tmp_path / "list.xlsx"
    path.write_bytes(content)
    return workbook(path)


# --- names beside codes


def test_a_municipality_is_named_beside_its_code_ended_or_new() -> None:
    assert municipalities.named("0363") == "0363 (Amsterdam)"
    assert municipalities.named("0518") == "0518 ('s-Gravenhage)"
    assert municipalities.named("0003") == "0003 (Appingedam)"  # ended in 2021
    assert municipalities.named("1992") == "1992 (Voorne aan Zee)"  # later than the table
    assert municipalities.named("1810") == "1810"


def test_every_list_and_page_names_its_municipality(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.deliver(TODAY, [child()])
    nights.run()
    latest = nights.output / "latest"
    (case_id,) = nights.states()
    name = "0363 (Amsterdam)"
    assert name in html_text((latest / "0363/signalen-0363-2026-06-15.html").read_text(encoding="utf-8"))
    assert f"Signalen gemeente {name}" in workbook(latest / "0363/signalen-0363-2026-06-15.xlsx")
    assert f"gemeente {name}" in (latest / "report.html").read_text(encoding="utf-8")
    assert f"gemeente {name}" in explanation(nights.state, case_id)
    assert f"Gemeente {name}" in html_text(dossier(nights.state, case_id).decode())


def test_names_are_brought_up_to_date_from_the_published_table(tmp_path: Path) -> None:
    table, file = tmp_path / "table.csv", tmp_path / "names.csv"
    table.write_text(
        '"92.10 Gemeentecode","92.11 Omschrijving"\n"0002","Twee, en meer"\n"0001","Een"\n',
        encoding="utf-16",
    )
    assert municipalities.rewrite(table, "Table 33, January 2030.", file) == 2
    assert file.read_text(encoding="utf-8") == 'code,name\n# Table 33, January 2030.\n0001,Een\n0002,"Twee, en meer"\n'
    with pytest.raises(UsageProblem, match=r"names\.csv is not table 33"):
        municipalities.rewrite(file, "", tmp_path / "other.csv")


# --- absolute absence


def test_leerplicht_reads_absoluut_verzuim_in_the_workbook_and_on_a_page(tmp_path: Path) -> None:
    content = absences(ABSENCE)
    title = "Leerplicht: geen school bekend (absoluut verzuim). Signalen gemeente 0363 (Amsterdam)"
    assert title in sheets(workbook_bytes(content, RULES, ABSENCES), tmp_path)
    page = page_bytes(content, RULES, ABSENCES).decode()
    text = html_text(page)
    for words in (
        f"# {title}",
        wording.NOT_A_FINDING,
        "1 | S-ABCD-2001 | 30-04-2026 | kwalificatieplicht | Uitgeschreven van school",
        "Geen school bekend sinds: 30-04-2026",
        "Volgende stap: Bij burgerzaken navragen wat de uitkomst is en die als besluit invullen. Door: leerplicht. "
        "Uiterlijk: 13-07-2026.",
        "#### Gewone verklaringen: kijk hier eerst naar",
        "#### Dit weerlegt het signaal",
    ):
        assert words in text
    assert ABSENCE.person_id not in page
    outline = Outline(page)
    assert outline.open == []
    assert outline.outside == []
    assert {target.removeprefix("#") for target in outline.targets} <= set(outline.ids)


def test_an_empty_and_a_sealed_page_for_leerplicht_say_so() -> None:
    assert wording.NO_SIGNALS in html_text(page_bytes(absences(), RULES, ABSENCES).decode())
    assert wording.SEALED in html_text(page_bytes(absences(ABSENCE, is_sealed=True), RULES, ABSENCES).decode())


# --- points, numbers and terms


PIECES = (
    piece("L-04", "15.00"),
    piece("L-01", "7.25"),
    piece("L-06", "0.50"),
    piece("C-01", "-5.00"),
    piece("L-05", "0.00"),
)


def test_the_place_is_told_without_a_number_and_what_weighs_nothing_is_left_out() -> None:
    made = case(pieces=PIECES)
    texts = piece_texts()
    for_it = (f"{texts['L-04']} (sterk)", f"{texts['L-01']} (redelijk sterk)", f"{texts['L-06']} (zwak)")
    assert wording.speaks(made, against=False) == for_it
    assert wording.speaks(made, against=True) == (f"{texts['C-01']} (zwak)",)
    assert wording.place(made) == (
        f"Ervoor: {'; '.join(wording.lower_first(text) for text in for_it)}. "
        f"Ertegen: {wording.lower_first(texts['C-01'])} (zwak)"
    )


def test_the_sum_adds_up_for_whoever_wants_to_check_it() -> None:
    lines = wording.sum_of_points(case(pieces=PIECES, score=Decimal("-2.25"), chance_pct=44))
    assert [line.rpartition(": ")[2] for line in lines[:-1]] == ["−20", "+15", "+7,25", "+0,5", "−5", "+0"]
    assert lines[-1] == "Samen −2,25: een kans van ongeveer 44 %."


def test_who_came_back_is_asked_another_question_and_has_no_sum() -> None:
    made = case(level="", rule_codes=("B-03",), score=None, chance_pct=None, pieces=())
    assert wording.place(made) == wording.BACK_QUESTION
    assert wording.sum_of_points(made) == [f"Geen: {wording.BACK_QUESTION}."]
    assert wording.level(made) == "weer terug"


def test_what_speaks_against_says_what_it_does_not_prove() -> None:
    headings = {rule.level: wording.not_proving(rule) for rule in RULES}
    assert headings["against"] == "Wat het niet bewijst"
    assert {heading for level, heading in headings.items() if level != "against"} == {"Gewone verklaringen"}


def test_one_is_in_the_singular_everywhere(tmp_path: Path) -> None:
    one = case(due_on=TODAY - timedelta(days=1), follow_up_nl="Bekijken en een besluit kiezen.")
    content = municipal_list(one, n_departures=1, look_back_months=1, suppressed=(("S-02", 1),), overdue=(one,))
    texts = [
        html_text(page_bytes(content, RULES, DEPARTURES).decode()),
        sheets(workbook_bytes(content, RULES, DEPARTURES), tmp_path),
    ]
    texts.append(html_text(page_bytes(absences(ABSENCE, overdue=(ABSENCE,)), RULES, ABSENCES).decode()))
    account = {**ACCOUNT, "municipalities": ["0363"], "cases": {**ACCOUNT["cases"], "listed": 1}}
    write_report(tmp_path / "report.html", account)
    texts.append(html_text((tmp_path / "report.html").read_text(encoding="utf-8")))
    for text in texts:
        assert not MANY.search(text)
    assert "1 vertrek in beeld" in texts[0]
    assert "(1 maand terug)" in texts[0]
    assert "1 signaal wacht langer dan 14 dagen op een besluit." in texts[0]
    assert "1 signaal op de lijsten" in texts[-1]


def test_a_sign_of_one_day_after_the_departure(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.deliver(TODAY, [{"trace": "exemption 2026-03-03"}])
    nights.run()
    assert "Vanaf 03-03-2026, 1 dag na het vertrek, geldt" in nights.lists()["signals.csv"].decode()


def test_the_term_is_said_once_and_is_that_of_the_column(tmp_path: Path) -> None:
    opened = date(2026, 6, 15)
    nights = Nights(tmp_path)
    nights.deliver(opened, [child()])
    nights.run()
    path = nights.output / "latest/0363/signalen-0363-2026-06-15.xlsx"
    sheet = load_workbook(path)["Signalen"]
    due = {cell.value: cell.column for cell in sheet[1]}["Uiterlijk"]
    assert sheet.cell(2, due).value.date() == opened + timedelta(days=14)
    text = workbook(path)
    assert len(re.findall(r"binnen 14 dagen", text)) == 1
    assert "28 dagen" not in text


def test_a_step_without_figures_logs_no_empty_line(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("words")
    with caplog.at_level(logging.INFO, "words"):
        step_done(logger, "absence", {})
    assert caplog.messages == ["absence: nothing to count"]


@pytest.mark.parametrize("command", ["run {d}", "validate {d}", "weights", "evaluate", "purge", "serve --inbox {d}"])
def test_a_missing_configuration_is_told_as_that(
    command: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "delivery"
    place.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        patch.setenv("BRP_SIGNALS_LANG", "en")
        patch.setattr("sys.argv", ["brp-signals", *command.format(d=place).split(), "--config", "nowhere.toml"])
        with pytest.raises(SystemExit) as left:
            cli.main()
    assert left.value.code == 2
    assert re.search(
        r"nowhere\.toml(: this configuration is missing|: deze configuratie ontbreekt| is not there)",
        capfd.readouterr().err,
    )
