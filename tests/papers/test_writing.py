"""Papers made again: which of them changed and where, and what people filled in is never lost."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from brp_signals.base.errors import UsageProblem
from brp_signals.papers.facts import Facts
from brp_signals.papers.writing import PAPERS, Paper, Told, papers, write
from tests.support.commands import command

Again = Callable[[Facts], dict[str, Told]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "papers"


@pytest.fixture
def again(folder: Path, facts: Facts) -> Again:
    """Write papers into a folder that has them of the facts already."""
    write(folder, papers(facts))
    return lambda changed: {told.name: told for told in write(folder, papers(changed))}


def with_a_rule(facts: Facts) -> Facts:
    """The facts with one made-up rule more."""
    like = facts.rules[-1]
    rule = replace(like.rule, code="Z-99", title_nl="Verzonnen regel", sql="SELECT 99")
    return replace(facts, rules=(*facts.rules, like._replace(rule=rule)))


def test_every_paper_is_written_and_carries_its_fingerprint(folder: Path, facts: Facts) -> None:
    made = papers(facts)
    assert [told.is_new for told in write(folder, made)] == [True] * len(made)
    known = json.loads((folder / "papers.json").read_text(encoding="utf-8"))
    for paper in made:
        text = (folder / f"{paper.name}.md").read_text(encoding="utf-8")
        assert text.endswith(f"Vingerafdruk van dit stuk: {known['papers'][paper.name]['fingerprint']}.\n")
    assert {path.name for path in folder.iterdir()} == {
        "papers.json",
        *(f"{name}{suffix}" for name in ("algoritmeregister", *PAPERS) for suffix in (".md", ".docx")),
        *(f"algoritmeregister{suffix}" for suffix in (".csv", ".xlsx", ".json")),
    }


def test_made_again_of_the_same_nothing_changed(again: Again, folder: Path, facts: Facts) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert [(told.is_new, told.changed, told.beside) for told in again(facts).values()] == [(False, (), ())] * 5
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_rule_more_is_told_where_it_appears(again: Again, folder: Path, facts: Facts) -> None:
    told = again(with_a_rule(facts))
    assert {name: each.changed for name, each in told.items()} == {
        "algoritmeregister": (
            "Technische werking",
            "Bijlage: regels",
            "Bijlage: gegevens die een regel kan lezen",
        ),
        "dpia": ("Regels",),
        "iama": ("2.2A Totstandkoming van de regels",),
        "verwerkingsregister": (),
        "kinderrechtentoets": ("Wat een kind ervan merkt",),
    }
    assert "| Z-99 | Verzonnen regel |" in (folder / "dpia.md").read_text(encoding="utf-8")


def test_a_rule_that_does_something_else_under_the_same_words_is_told(again: Again, facts: Facts) -> None:
    first = facts.rules[0]
    changed = first._replace(rule=replace(first.rule, sql=first.rule.sql + " LIMIT 1"))
    assert again(replace(facts, rules=(changed, *facts.rules[1:])))["dpia"].changed == ("Regels",)


def small(text: str) -> tuple[Paper, ...]:
    """A paper of one file."""
    return (Paper("dpia", text, {"dpia.md": text.encode()}),)


def test_what_people_filled_in_stays_and_the_newer_text_is_beside_it(folder: Path) -> None:
    own, beside, last = (folder / name for name in ("dpia.md", "dpia-nieuw.md", "dpia-nieuw-2.md"))
    write(folder, small("one"))
    own.write_text("van de gemeente", encoding="utf-8")
    assert write(folder, small("one"))[0].beside == ()  # nothing newer
    assert write(folder, small("two"))[0].beside == (("dpia.md", "dpia-nieuw.md"),)
    assert write(folder, small("three"))[0].beside == (("dpia.md", "dpia-nieuw.md"),)
    assert beside.read_text(encoding="utf-8") == "three"
    beside.write_text("ook van de gemeente", encoding="utf-8")
    assert write(folder, small("four"))[0].beside == (("dpia.md", "dpia-nieuw-2.md"),)
    told = [path.read_text(encoding="utf-8") for path in (own, beside, last)]
    assert told == ["van de gemeente", "ook van de gemeente", "four"]


def test_what_people_took_over_is_not_laid_beside_it_again(folder: Path) -> None:
    write(folder, small("one"))
    (folder / "dpia.md").write_text("van de gemeente", encoding="utf-8")
    write(folder, small("two"))
    (folder / "dpia-nieuw.md").unlink()
    assert write(folder, small("two"))[0].beside == ()
    assert not (folder / "dpia-nieuw.md").exists()
    assert write(folder, small("three"))[0].beside == (("dpia.md", "dpia-nieuw.md"),)


def test_a_paper_that_people_removed_is_written_again(folder: Path) -> None:
    write(folder, small("one"))
    (folder / "dpia.md").unlink()
    assert write(folder, small("one"))[0].beside == ()
    assert (folder / "dpia.md").read_text(encoding="utf-8") == "one"


def test_a_file_that_stood_there_before_the_first_paper_stays(folder: Path) -> None:
    folder.mkdir()
    (folder / "dpia.md").write_bytes(b"van vorig jaar")
    assert write(folder, small("one"))[0].beside == (("dpia.md", "dpia-nieuw.md"),)
    assert (folder / "dpia.md").read_bytes() == b"van vorig jaar"


@pytest.mark.parametrize(
    "content", [b"\xff", b"[]", b"{}", b'{"schema": "another"}', b'{"schema": "brp-signals/papers/1"}']
)
def test_a_memory_that_cannot_be_read_is_refused(content: bytes, folder: Path) -> None:
    write(folder, small("one"))
    (folder / "papers.json").write_bytes(content)
    with pytest.raises(UsageProblem, match=r"papers\.json in papers cannot be read"):
        write(folder, small("two"))
    assert (folder / "dpia.md").read_text(encoding="utf-8") == "one"


def test_a_folder_in_the_place_of_a_paper_is_refused(folder: Path) -> None:
    (folder / "dpia.md").mkdir(parents=True)
    with pytest.raises(UsageProblem, match="it is no ordinary file"):
        write(folder, small("one"))


def test_a_place_where_no_folder_can_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageProblem, match="cannot be written"):
        write(tmp_path / "file" / "papers", small("one"))


def test_the_command_says_in_dutch_what_it_did(tmp_path: Path) -> None:
    first = command("papers", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert "dpia: voor het eerst geschreven." in first.stderr
    (tmp_path / "brp-signals.toml").write_text('disabled_rules = ["L-05"]\n', encoding="utf-8")
    (tmp_path / "papers" / "dpia.docx").write_bytes(b"van de gemeente")
    second = command("papers", "--json", cwd=tmp_path)
    assert "dpia: veranderd in Regels." in second.stderr
    assert "verwerkingsregister: niets veranderd." in second.stderr
    assert (
        "dpia.docx is door mensen gewijzigd en blijft staan; de nieuwere tekst staat in dpia-nieuw.docx."
        in second.stderr
    )
    told = {paper["name"]: paper for paper in json.loads(second.stdout)["papers"]}
    assert told["dpia"]["changed"] == ["Regels"]
    third = command("papers", "--config", "missing.toml", cwd=tmp_path)
    assert (third.returncode, len(third.stderr.splitlines())) == (2, 1)
    assert "ontbreekt" in third.stderr
