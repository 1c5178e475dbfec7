"""The papers open in LibreOffice and say there what they say in text."""

from pathlib import Path

import pytest

from brp_signals.papers.facts import gather
from brp_signals.papers.rendering import IS_BLANK
from brp_signals.papers.writing import PAPERS, papers, write
from tests.office.programs import pages, to_pdf

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The papers of the defaults."""
    place = tmp_path_factory.mktemp("papers")
    write(place, papers(gather(place / "no-state")))
    return place


@pytest.mark.parametrize("name", ["algoritmeregister", *PAPERS])
def test_a_paper_opens_whole(name: str, folder: Path, tmp_path: Path) -> None:
    printed = " ".join("".join(pages(to_pdf(folder / f"{name}.docx", tmp_path))).split())
    text = (folder / f"{name}.md").read_text(encoding="utf-8")
    assert text.splitlines()[-1] in printed
    assert printed.count("[IN TE VULLEN:") == len(IS_BLANK.findall(text))


def test_the_workbook_of_the_register_opens(folder: Path, tmp_path: Path) -> None:
    printed = "".join(pages(to_pdf(folder / "algoritmeregister.xlsx", tmp_path)))
    assert "Publicatiecategorie" in printed
