"""What stands in the papers: everything that the running system knows, nothing of persons, sentences that end."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from docx.enum.text import WD_COLOR_INDEX

from brp_signals.base.config import Configuration
from brp_signals.base.errors import InternalFailure
from brp_signals.papers import facts as facts_module
from brp_signals.papers.documents import docx
from brp_signals.papers.facts import Facts, SourceFact, gather
from brp_signals.papers.rendering import IS_BLANK
from brp_signals.papers.writing import PAPERS, Paper, papers
from brp_signals.state import retention
from tests.guardrails.declared import GUARDRAILS
from tests.ledger.nights import AfterOneNight, case_of, child
from tests.publish.test_wording import REFUSED
from tests.spec.builders import delivery_of

TODAY = date(2026, 6, 15)
_PARTS = re.compile(r"(?<!\\)\|")


@pytest.fixture(scope="module")
def made(facts: Facts) -> dict[str, Paper]:
    return {paper.name: paper for paper in papers(facts)}


def lines(text: str) -> Iterator[str]:
    """What a paper says in sentences: no heading, no table, no blank that stands alone."""
    for line in text.splitlines():
        if line and not line.startswith(("#", "|")) and not IS_BLANK.fullmatch(line):
            yield line


def rows(text: str) -> set[str]:
    """The first cell of every row of every table."""
    return {_PARTS.split(line)[1].strip() for line in text.splitlines() if line.startswith("|")}


@pytest.mark.parametrize("name", ["dpia", "iama", "algoritmeregister"])
def test_every_rule_is_in_it_with_its_version(name: str, facts: Facts, made: dict[str, Paper]) -> None:
    assert {each.rule.code for each in facts.rules} <= rows(made[name].text)
    assert [each.rule.code for each in facts.rules if each.rule.sha256[:8] not in made[name].text] == []


@pytest.mark.parametrize("name", ["dpia", "iama", "verwerkingsregister"])
def test_every_source_is_in_it_with_its_ground_and_term(name: str, facts: Facts, made: dict[str, Paper]) -> None:
    assert len(facts.traces) > 5
    for source in (*facts.lists, *facts.traces):
        assert f"| {source.code} | {source.legal_basis} | {source.retention_days} dagen |" in made[name].text


@pytest.mark.parametrize("name", PAPERS)
def test_every_term_is_in_it(name: str, facts: Facts, made: dict[str, Paper]) -> None:
    assert len(facts.kept) == len(retention.EVERYTHING)
    assert {each.what for each in facts.kept} <= rows(made[name].text)
    assert not any("{" in each.term for each in facts.kept)


@pytest.mark.parametrize("name", ["dpia", "iama", "kinderrechtentoets"])
def test_every_guardrail_is_in_it(name: str, facts: Facts, made: dict[str, Paper]) -> None:
    assert {each.code for each in facts.guardrails} <= rows(made[name].text)


def test_the_guardrails_are_those_that_tests_hold(facts: Facts) -> None:
    assert [each.code for each in facts.guardrails] == [each.code for each in GUARDRAILS]
    assert [bool(each.people) for each in facts.guardrails] == [bool(each.people) for each in GUARDRAILS]


def test_a_setting_of_the_configuration_is_told(tmp_path: Path) -> None:
    config = tmp_path / "brp-signals.toml"
    config.write_text(
        'look_back_months = 18\ndisabled_rules = ["L-05"]\n[grace_days]\nL-03 = 21\n[retention]\noutput_days = 31\n'
        '[levels]\na = 0.6\n[weights.pieces]\n"L-04" = 33\n[absence]\n',
        encoding="utf-8",
    )
    text = {paper.name: paper.text for paper in papers(gather(tmp_path / "none", config))}
    assert "De terugkijkperiode is 18 maanden" in text["verwerkingsregister"]
    assert "| 31 dagen;" in text["verwerkingsregister"]
    assert "op geen schoollijst staan" in text["verwerkingsregister"]
    for row in ("| grace_days.L-03 | 21 |", "| levels.a | 0,6 |", "| absence.arrival_days | 90 |", "| L-04 | 33 |"):
        assert row in text["dpia"]
    assert "| uitgezet in de configuratie |" in text["dpia"]
    assert "eigen lijst | aan |" in text["dpia"]


def test_a_provision_without_its_assessment_is_off(tmp_path: Path) -> None:
    config = tmp_path / "brp-signals.toml"
    source = (
        '[[sources]]\ncode = "zwem"\nkind = "municipal_provision"\nlegal_basis = "Verordening"\nretention_days = 9\n'
    )
    config.write_text(source, encoding="utf-8")
    found = gather(tmp_path / "none", config)
    assert [each.off for each in found.traces] == ["uit: een voorziening heeft een eigen DPIA nodig"]
    assert [each.off for each in found.rules if each.rule.code == "M-02"] == ["uit: geen bron met een eigen DPIA"]
    config.write_text(source + 'dpia_reference = "DPIA-1"\n', encoding="utf-8")
    assert [each.off for each in gather(tmp_path / "none", config).rules if each.rule.code == "M-02"] == [""]


def test_every_setting_that_decides_has_its_words(facts: Facts) -> None:
    deciding = ("grace_days", "levels", "thresholds", "control_sample")
    known = Configuration().model_dump(by_alias=True)
    wanted = {f"{section}.{name}" for section in deciding for name in known[section]} | {"look_back_months"}
    assert wanted <= {each.key for each in facts.settings}


def test_what_is_kept_without_dutch_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made_up = retention.Stored("something new", "`state/new`", "a day", "", "", "")
    monkeypatch.setattr(facts_module, "EVERYTHING", (made_up,))
    with pytest.raises(InternalFailure, match="no Dutch for what is kept as `state/new`"):
        gather(tmp_path / "none")


@pytest.mark.parametrize("name", ["algoritmeregister", *PAPERS])
def test_sentences_end_and_accuse_nobody(name: str, made: dict[str, Paper]) -> None:
    text = made[name].text
    ended = [line for line in lines(text) if not line.endswith((".", "?", ":", "]")) and " " in line]
    # Fields of the entry that are a name, a choice or a list of words.
    named = {"Signaleren dat een uitgeschreven kind misschien nog hier is (brp-signals)", "Onderwijs en wetenschap"}
    assert [line for line in ended if line not in named and not line.startswith(("1: Wet ", "BRP, basis"))] == []
    assert not REFUSED.search(text)


def test_no_english_is_left_but_names(made: dict[str, Paper]) -> None:
    for paper in made.values():
        assert re.findall(r"\b(?:the|and|with|of each|days|child|children)\b", paper.text) == []


def test_every_paragraph_stands_apart(made: dict[str, Paper]) -> None:
    for paper in made.values():
        together = re.findall(r"^[^|#\n-].*\n[^\n].*", paper.text, re.MULTILINE)
        assert together == []


def test_only_known_blanks_are_left_to_the_municipality(made: dict[str, Paper]) -> None:
    for paper in made.values():
        assert paper.text.count("[IN TE VULLEN") == len(IS_BLANK.findall(paper.text)) > 2


def test_a_value_of_the_configuration_is_never_layout(facts: Facts) -> None:
    source = SourceFact("x", "verlof", "a | b **c** [IN TE VULLEN: d] <e>", 9, "", "")
    paper = {each.name: each for each in papers(replace(facts, traces=(source,)))}["verwerkingsregister"]
    assert r"a \| b \*\*c\*\* \[IN TE VULLEN: d\] \<e>" in paper.text
    document = Document(io.BytesIO(paper.files["verwerkingsregister.docx"]))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "a | b **c** [IN TE VULLEN: d] <e>" in cells


@pytest.mark.parametrize("name", ["algoritmeregister", *PAPERS])
def test_the_document_says_what_the_text_says(name: str, made: dict[str, Paper]) -> None:
    text, content = made[name].text, made[name].files[f"{name}.docx"]
    document = Document(io.BytesIO(content))
    assert document.core_properties.title == text.splitlines()[0].removeprefix("# ")
    headings = [each.text for each in document.paragraphs if each.style.name.startswith(("Title", "Heading"))]
    assert headings == re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    marked = [
        run.text
        for paragraph in document.paragraphs
        for run in paragraph.runs
        if run.font.highlight_color == WD_COLOR_INDEX.YELLOW
    ]
    assert marked == IS_BLANK.findall(text)
    n_rows = sum(line.startswith("|") for line in text.splitlines()) - text.count("| --- |\n")
    assert sum(len(table.rows) for table in document.tables) == n_rows
    assert docx(made[name].files[f"{name}.md"].decode()) == content


def test_the_figures_of_a_night_are_told_and_nothing_of_a_person(
    after_one_night: AfterOneNight, tmp_path: Path
) -> None:
    children = [child()]
    nights = after_one_night(tmp_path, TODAY, children)
    delivered = delivery_of(case_of(children, TODAY))
    canaries = {row["person_id"] for row in delivered.persons} | {row["birth_date"] for row in delivered.persons}
    found = gather(nights.state, nights.config)
    assert found.figures is not None
    for paper in papers(found):
        if paper.name in ("dpia", "iama", "kinderrechtentoets"):
            assert "Cijfers tot en met 15-06-2026" in paper.text
            assert "Er zijn nog geen 30 signalen met een uitkomst" in paper.text
        told = paper.text + "".join(content.decode("utf-8", "ignore") for content in paper.files.values())
        assert [canary for canary in canaries if canary in told] == []
        assert not re.search(r"\bS-[0-9A-Z]{4}-[0-9A-Z]{4}\b|\b[0-9a-f]{32}\b", told)


def test_before_the_first_night_they_say_that_there_are_no_figures(made: dict[str, Paper]) -> None:
    assert "er is nog geen nacht gepubliceerd" in made["dpia"].text
