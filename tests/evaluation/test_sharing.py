"""What is shared holds counts to the nearest five and nothing else, and nothing follows from it, nor from two files."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from brp_signals.base.errors import UsageProblem
from brp_signals.evaluation import sharing
from brp_signals.evaluation.examples import Example
from brp_signals.evaluation.sharing import FEWEST_AT_FIRST, FEWEST_LATER, Share, own_sharer, read_shares, shared
from tests.simulation.pooling import FIRST_DAY, World


def town(decided: int, seed: int = 1) -> list[Example]:
    chance = np.random.default_rng(seed)
    return World.made(chance).town(chance, decided)


def later(examples: list[Example]) -> list[Example]:
    """Other cases, decided on after a town's first ones."""
    return [
        replace(each, case_id=f"T{each.case_id}", decided_on=each.decided_on and each.decided_on + timedelta(days=1100))
        for each in examples
    ]


def content(share: Share) -> dict[str, Any]:
    return dict(json.loads(share.text()))


def test_the_file_holds_counts_of_pieces_and_no_person(tmp_path: Path) -> None:
    examples = town(90)
    share = shared(examples, tmp_path)
    text = share.text()
    assert not re.search(r"S-\d|\d{4}-\d\d-\d\d", text), "neither a case nor a day"
    assert content(share)["municipality"] is None
    numbers = [
        number
        for block in content(share)["blocks"]
        for counts in (block["all"], *block["pieces"].values())
        for number in counts.values()
        if number is not None
    ]
    assert len(numbers) > 50
    assert all(number % 5 == 0 for number in numbers)
    assert abs(share.n_decided - 90) <= 4
    assert shared(examples, tmp_path, "0363").municipality == "0363"


def test_counts_by_hand(tmp_path: Path) -> None:
    """Of 21 cases 12 have a piece, of which 9 are hits; 3 have another; 8 more wait."""
    first, other = list(World.made(np.random.default_rng(1)).default.pieces)[:2]
    made = [
        Example(f"S-{at}", "A", frozenset({first} if at < 12 else {other} if at < 15 else set()), FIRST_DAY, at < 9)
        for at in range(21)
    ]
    waiting = [Example(f"W-{at}", "A", frozenset({first}), None, None) for at in range(8)]
    (block,) = shared([*made, *waiting], tmp_path).blocks
    assert (block.all.decided, block.all.hits, block.all.undecided) == (20, 10, 10)
    assert block.pieces[first].model_dump() | {"expected": 0} == {
        "decided": 10, "hits": 10, "expected": 0, "undecided": 10,
    }  # fmt: skip
    assert block.pieces[other].hits is None, "of three cases no hits are told"
    assert (block.from_quarter, block.to_quarter) == ("2024-Q1", "2024-Q1")


def ways(block: dict[str, Any]) -> int:
    """Of how many counts of a block somebody who has the file works out the only value."""
    rows = [block["all"], *block["pieces"].values()]
    low, high, held = [], [], []
    for row in rows:
        for told in (row["decided"], row["hits"]):
            low.append(0 if told is None else max(0, told - 2))
            high.append(row["decided"] + 2 if told is None else told + 2)
    for at in range(len(rows)):
        n, hits = 2 * at, 2 * at + 1
        held.append({hits: 1, n: -1})
        if at:
            held += [{n: 1, 0: -1}, {hits: 1, 1: -1}, {n: 1, hits: -1, 0: -1, 1: 1}]
    matrix = np.zeros((len(held), len(low)))
    for at, terms in enumerate(held):
        matrix[at, list(terms)] = list(terms.values())

    def best(aim: Any) -> Any:
        found = milp(
            aim,
            constraints=LinearConstraint(matrix, -np.inf, 0),
            bounds=Bounds(low, high),
            integrality=np.ones(len(low)),
        )
        return np.round(found.x)

    alternating = np.where(np.arange(len(low)) % 2, 1.0, -1.0)
    pages = np.array([best(sign * aim) for aim in (np.ones(len(low)), alternating) for sign in (1, -1)])
    same = np.flatnonzero((pages == pages[0]).all(axis=0))
    return sum(best(np.eye(len(low))[at])[at] == best(-np.eye(len(low))[at])[at] for at in same)


@pytest.mark.parametrize("seed", range(6))
def test_no_count_follows_from_a_file(seed: int, tmp_path: Path) -> None:
    share = shared(town(10 + 12 * seed, seed), tmp_path)
    assert [ways(block) for block in content(share)["blocks"]] == [0] * len(share.blocks)


def test_a_reader_would_notice_a_count_that_follows() -> None:
    """The attack above is one: told as they are, fifteen cases of which all are hits are worked out."""
    exact = {"decided": 15, "hits": 15}
    assert ways({"all": exact | {"decided": 11}, "pieces": {}}) > 0


def test_a_later_file_tells_nothing_of_few_new_decisions(tmp_path: Path) -> None:
    """With the quarter before in hand, nobody sees what the new cases changed until they are many."""
    first, new = town(40), later(town(FEWEST_LATER, seed=2))
    before = shared(first, tmp_path)
    assert shared([*first, *new[: FEWEST_LATER - 1]], tmp_path) == before
    after = shared([*first, *new], tmp_path)
    assert after.blocks[:-1] == before.blocks, "the difference of two files is whole blocks"
    assert after.blocks[-1].all.decided == FEWEST_LATER
    assert ways(content(after)["blocks"][-1]) == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda examples: [replace(each, is_hit=each.is_hit is False) for each in examples],
        lambda examples: examples[1:],
        lambda _: [],
    ],
    ids=["decisions that changed", "a case that was purged", "all purged"],
)
def test_what_was_told_stays_as_it_was(change: Callable[[list[Example]], list[Example]], tmp_path: Path) -> None:
    first = town(40)
    before = shared(first, tmp_path)
    assert shared(change(first), tmp_path) == before


def test_a_case_is_counted_once(tmp_path: Path) -> None:
    first, new = town(30), later(town(60, seed=2))
    shared(first, tmp_path)
    assert abs(shared([*first, *new], tmp_path).n_decided - 90) <= 6


def test_blocks_of_other_points_are_told_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = town(40)
    before = shared(first, tmp_path)
    monkeypatch.setattr(sharing, "basis", lambda: "other")
    with pytest.raises(UsageProblem, match="nothing to share yet"):
        shared(first, tmp_path)
    after = shared([*first, *later(town(30, seed=2))], tmp_path)
    assert (after.sharer, after.blocks[0].from_quarter > before.blocks[-1].from_quarter) == (before.sharer, True)


def test_an_earlier_and_a_later_part(tmp_path: Path) -> None:
    (tmp_path / "city").mkdir()
    (tmp_path / "town").mkdir()
    earlier, after = shared(town(90), tmp_path / "city").parts()
    assert [block.all.decided for block in (*earlier, *after)] == [55, 35]
    assert [len(part) for part in shared(town(30), tmp_path / "town").parts()] == [1, 0]


def test_nothing_to_share_yet(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="nothing to share yet"):
        shared(town(FEWEST_AT_FIRST - 1), tmp_path)
    assert own_sharer(tmp_path) is None


def test_a_damaged_memory_stops_sharing(tmp_path: Path) -> None:
    (tmp_path / sharing.FILE).write_text("{")
    with pytest.raises(UsageProblem, match="damaged, so what was shared before is not known"):
        shared(town(40), tmp_path)


# ---- files of others


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with two shared files."""
    (tmp_path / "files").mkdir()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / "files" / f"{name}.json").write_text(shared(town(40), tmp_path / name).text())
    return tmp_path / "files"


def test_a_folder_or_files_are_read(files: Path) -> None:
    assert read_shares([files], None) == read_shares([files / "one.json", files / "two.json"], None)
    assert len(read_shares([files], None)) == 2


def changed(files: Path, **changes: object) -> None:
    file = files / "two.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def hits_of_all(files: Path, hits: object) -> None:
    blocks = json.loads((files / "two.json").read_text())["blocks"]
    blocks[0]["all"]["hits"] = hits
    changed(files, blocks=blocks)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lambda files: changed(files, schema="brp-signals/share/2"), "two.json is not of form brp-signals/share/1"),
        (lambda files: changed(files, basis="other"), "two.json was made with other rules or default points"),
        (lambda files: changed(files, blocks=[]), "two.json is not what evaluate --share writes"),
        (lambda files: changed(files, colour=1), "two.json is not what evaluate --share writes"),
        (lambda files: hits_of_all(files, 1000), "two.json is not what evaluate --share writes"),
        (lambda files: hits_of_all(files, 11), "two.json is not what evaluate --share writes"),
        (lambda files: hits_of_all(files, float("nan")), "two.json is not what evaluate --share writes"),
        (lambda files: (files / "two.json").write_text("{"), "two.json is not what evaluate --share writes"),
        (lambda files: (files / "two.json").write_text("[]"), "two.json is not of form"),
        (lambda files: (files / "two.json").write_text('{"schema": 1}'), "two.json is not what evaluate --share"),
        (lambda files: (files / "two.json").write_bytes(b"\xff"), "two.json is not what evaluate --share writes"),
        (lambda files: (files / "three.json").write_text((files / "one.json").read_text()), "of one municipality"),
    ],
)
def test_a_file_that_cannot_be_used(harm: Callable[[Path], object], sentence: str, files: Path) -> None:
    harm(files)
    with pytest.raises(UsageProblem, match=sentence):
        read_shares([files], None)


def test_two_files_of_one_named_municipality(files: Path) -> None:
    for name in ("one", "two"):
        file = files / f"{name}.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | {"municipality": "0363"}))
    with pytest.raises(UsageProblem, match=r"two.json and one.json are of one municipality; keep the newest"):
        read_shares([files], None)


def test_ones_own_file_and_no_file(files: Path) -> None:
    with pytest.raises(UsageProblem, match=r"two.json was shared from this state folder"):
        read_shares([files], own_sharer(files.parent / "two"))
    (files / "empty").mkdir()
    with pytest.raises(UsageProblem, match="a folder without shared files"):
        read_shares([files / "empty"], None)
    with pytest.raises(UsageProblem, match=r"none.json is no shared file that can be read"):
        read_shares([files / "none.json"], None)


def test_coverage_is_of_all_and_of_each_piece(tmp_path: Path) -> None:
    first = next(iter(World.made(np.random.default_rng(1)).default.pieces))
    decided = [Example(f"S-{at}", "A", frozenset({first}), date(2025, 1, 1), at % 2 == 0) for at in range(20)]
    waiting = [Example(f"W-{at}", "A", frozenset({first}), None, None) for at in range(30)]
    assert shared([*decided, *waiting], tmp_path).coverage == pytest.approx(20 / 50)
