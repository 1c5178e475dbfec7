"""Lists of many municipalities at once: each as it would be alone, and what is about all of them stays small."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from brp_signals.publish import page, workbook
from tests.ledger.nights import Nights, child

pytestmark = pytest.mark.long

FIRST, SECOND = date(2026, 6, 15), date(2026, 6, 16)


def _owned_by(code: str, lists: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in lists.items() if code in Path(name).parts}


def test_one_municipality_again_gets_the_lists_it_has_in_the_run_of_all(tmp_path: Path) -> None:
    """A delivery of the same files with a narrower scope, on the state folder as it was before (I-9)."""
    codes = ("0363", "0518", "0599")
    first = [child(municipality=code, born=f"2014-05-0{number}") for code in codes for number in range(1, 4)]
    # The next night each municipality has a child that lost its sign, and a new one under secrecy.
    second = [
        *({**each, "trace": ""} if number % 3 == 0 else each for number, each in enumerate(first)),
        *(child(municipality=code, confidential="yes", trace="absence_report 2026-04-01") for code in codes),
    ]
    for name in ("all", "one"):
        (tmp_path / name).mkdir()
    together = Nights(tmp_path / "all")
    together.deliver(FIRST, first, codes)
    together.run()
    alone = Nights(tmp_path / "one")
    shutil.copytree(together.state, alone.state)
    together.deliver(SECOND, second, codes)
    together.run()
    alone.deliver(SECOND, second, ("0518",))
    alone.run()

    expected = _owned_by("0518", together.lists())
    assert _owned_by("0518", alone.lists()) == expected
    assert {len(Path(name).parts) for name in expected} == {2, 3}  # its own folder, and the sealed one
    assert all(count == 4 for count in _files_per_folder(expected).values())
    assert not _owned_by("0363", alone.lists())


def _files_per_folder(lists: dict[str, bytes]) -> dict[Path, int]:
    folders = [Path(name).parent for name in lists]
    return {folder: folders.count(folder) for folder in folders}


def test_the_account_of_a_whole_country_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workbooks and pages, which take most of the time, are left empty here."""
    monkeypatch.setattr(workbook, "workbook_bytes", lambda content, rules, kind: b"")
    monkeypatch.setattr(page, "page_bytes", lambda content, rules, kind: b"")
    codes = tuple(f"{number:04d}" for number in range(100, 442))
    nights = Nights(tmp_path)
    nights.deliver(FIRST, [child(municipality=code) for code in codes], codes, "country")
    account = nights.run()
    latest = nights.output / "latest"

    assert account["cases"]["listed"] == 342
    assert len(list(latest.glob("[0-9]*/signalen-*.xlsx"))) == 342
    report = latest / "report.html"
    assert report.stat().st_size < 2_000_000
    assert "342 gemeenten" in report.read_text(encoding="utf-8")
    assert (latest / "run.json").stat().st_size < 500_000
