"""The worlds of the benchmark: the same for everybody, told apart by noise alone, and blind to the rules."""

import ast
from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from benchmarks.departed_on_paper import page, spreadsheets, upper_mark
from benchmarks.departed_on_paper.assumptions import LEVELS, NAMES, Assumptions
from benchmarks.departed_on_paper.deliveries import TRUTH, truth_rows, write_world
from benchmarks.departed_on_paper.entrant import run_nights
from benchmarks.departed_on_paper.reading import read_nights
from benchmarks.departed_on_paper.scoring import score
from benchmarks.departed_on_paper.world import PUBLIC_SEEDS, TELLING_SEEDS, Town, build

pytestmark = pytest.mark.long

_PACKAGE = Path(upper_mark.__file__).parent
_SEEDS = (1, 2, 3, 4)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("paper") / "world"
    write_world(build(_SEEDS, "mid"), folder)
    return folder


def _nights(world: Path) -> list[Path]:
    return sorted(folder for folder in world.iterdir() if folder.is_dir())


def _lives(towns: list[Town]) -> list[object]:
    return [(child.person_id, child.born, child.stays) for town in towns for _, child in town.children()]


def test_nothing_that_makes_or_scores_a_world_imports_the_program() -> None:
    for file in _PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if name.split(".")[0] in ("brp_signals", "flows", "tests")], file.name


def test_the_same_seeds_give_the_same_bytes(world: Path, tmp_path: Path) -> None:
    write_world(build(_SEEDS, "mid"), tmp_path / "again")
    files = [file.relative_to(world) for file in world.rglob("*") if file.is_file()]
    assert len(files) == 12 * 5 + 1
    assert all((tmp_path / "again" / file).read_bytes() == (world / file).read_bytes() for file in files)


def test_seeds_for_telling_are_not_those_for_making() -> None:
    assert not set(PUBLIC_SEEDS) & set(TELLING_SEEDS)
    assert _lives(build((1,), "mid")) != _lives(build((101,), "mid"))


def test_noise_changes_offices_and_no_life() -> None:
    worlds = {level: build(_SEEDS, level) for level in LEVELS}
    lives = [_lives(towns) for towns in worlds.values()]
    assert all(lived == lives[0] for lived in lives)
    told = [Counter(trace.kind for town in towns for trace in town.traces) for towns in worlds.values()]
    assert told[0] != told[1] != told[2]


def test_drift_grows_from_low_to_high() -> None:
    first, last = date(2025, 9, 1), date(2026, 8, 31)
    drift = Assumptions("drift", {})
    for name in NAMES:
        assert drift.value(name, first) == pytest.approx(Assumptions("low", {}).value(name))
        assert drift.value(name, last) == pytest.approx(Assumptions("high", {}).value(name))


def test_a_factor_moves_one_assumption() -> None:
    halved = Assumptions("mid", {"absence_gone": 0.5})
    assert halved.value("absence_gone") == Assumptions("mid", {}).value("absence_gone") / 2
    assert halved.value("absence_present") == Assumptions("mid", {}).value("absence_present")
    with pytest.raises(KeyError, match="no_such_number"):
        Assumptions("mid", {"no_such_number": 2})
    with pytest.raises(KeyError, match="loud"):
        Assumptions("loud", {})


def test_the_truth_holds_all_three_kinds_and_siblings_of_one_fate() -> None:
    rows = [dict(zip(TRUTH, row, strict=True)) for row in truth_rows(build(PUBLIC_SEEDS, "mid"))]
    assert {row["kind"] for row in rows} == {"here", "elsewhere", "gone"}
    assert all(bool(row["wrong_from"]) == (row["kind"] != "gone") for row in rows)
    assert all(row["wrong_from"] >= row["departed_on"] for row in rows if row["wrong_from"])
    families = pd.DataFrame(rows).groupby("family")["kind"].nunique()
    assert (families == 1).mean() > 0.9 and (families > 1).any()


def test_no_list_of_a_night_knows_the_future(world: Path) -> None:
    for night in _nights(world):
        lists, traces = pd.read_csv(night / "enrolments.csv"), pd.read_csv(night / "traces.csv")
        assert lists["seen_on"].max() <= night.name and traces["event_on"].max() <= night.name


def test_a_spreadsheet_and_the_upper_mark_find_more_than_chance(world: Path, tmp_path: Path) -> None:
    nights = _nights(world)
    given = read_nights(nights)
    assert spreadsheets.newest_list(given) <= spreadsheets.any_list(given) <= spreadsheets.any_sign(given)
    told = score(world, run_nights(nights[-2:], tmp_path))
    found = told.at_equal_work["newest list"]
    assert found.chance < min(found.spreadsheet, found.tool, found.upper_mark)
    assert told.precision["A + B"].right == told.recall["A + B"].right <= told.wrong
    parts = [told.groups[f"{part}, newest list"].looked_at for part in ("declared", "ex officio")]
    assert sum(parts) == found.looked_at < told.departures


def test_measuring_some_assumptions_leaves_the_rows_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, world: Path
) -> None:
    written = tmp_path / "page.md"
    other = "| `notice_days` | 2 | 1 | 1 | 1 | 1.00 x | 1 | 100% | 0 | 85% |"
    stale = "| `re_keyed` | 2 | 9 | 9 | 9 | 1.00 x | 9 | 100% | 0 | 85% |"
    written.write_text(
        f"a\n<!-- variations: begin -->\n{other}\n{stale}\n<!-- variations: end -->\nb\n", encoding="utf-8"
    )
    monkeypatch.setattr(page, "PAGE", written)
    empty = tmp_path / "list.csv"
    empty.write_text("person_id,municipality_code,rank,level,chance_pct\n", encoding="utf-8")
    told = score(world, {_nights(world)[-1].name: empty})

    page.write_variations({("re_keyed", 2.0): told}, "mid", "public")

    text = written.read_text(encoding="utf-8")
    assert other in text and stale not in text and text.count("`re_keyed`") == 1
    assert text.startswith("a\n") and text.endswith("b\n") and "Level: mid. Seeds: public." in text
