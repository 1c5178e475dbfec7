"""Keys of persons: the same from bytes and from text, and never taken for the person itself."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brp_signals.sieve import keys
from brp_signals.sieve.cells import Numbers
from brp_signals.sieve.keys import NO_KEY, NOBODY, KeySet, key_of_cell, keys_of_texts, not_among, unique
from brp_signals.sieve.keys import ids as ids_of
from tests.reference import rows
from tests.reference.shapes import Row
from tests.support import dirty
from tests.support.blocks import cells_of
from tests.support.dirty import staged, whole_files

ids = st.text("0123456789abcdef", min_size=32, max_size=32)
texts = st.one_of(ids, st.sampled_from(("", "a" * 31, "a" * 33, "A" * 32, "é" * 16, "123456789")))
numbers = st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 40), st.integers(2**64 - 40, 2**64 - 1))
usual = settings(max_examples=60, deadline=None, derandomize=True, database=None)


def array(values: list[int]) -> Numbers:
    return np.array(values, np.uint64)


@given(st.lists(texts, min_size=1, max_size=30))
@usual
def test_the_same_key_from_bytes_and_from_text(content: list[str]) -> None:
    is_id, found = ids_of(cells_of([text.encode() for text in content]))
    good = [text for text in content if re.fullmatch("[0-9a-f]{32}", text)]
    assert found[is_id].tolist() == keys_of_texts(good).tolist()
    assert found.tolist() == [key_of_cell(text.encode()) for text in content]
    assert set(found[~is_id].tolist()) <= {int(NO_KEY)}
    assert NO_KEY not in found[is_id]


def test_every_character_of_an_id_matters() -> None:
    base = "0123456789abcdef" * 2
    changed = [base[:at] + letter + base[at + 1 :] for at in range(32) for letter in "0123456789abcdef"]
    assert len(set(keys_of_texts([base, *changed]).tolist())) == len({base, *changed})
    assert len(set(keys_of_texts([base, base[8:] + base[:8], base[::-1]]).tolist())) == len(
        {base, base[::-1]} | {base[8:] + base[:8]}
    )


def test_what_is_no_id_by_length_has_no_key() -> None:
    assert keys_of_texts(["", "a" * 31, "a" * 33, "é" * 32]).tolist() == []
    assert len(keys_of_texts(["é" * 16])) == 1


@given(st.lists(numbers, max_size=60), st.lists(numbers, max_size=60))
@usual
def test_sets_of_keys_are_sets(some: list[int], others: list[int]) -> None:
    asked = some + others
    assert unique(array(some)).tolist() == sorted(set(some))
    assert KeySet(array(some)).contains(array(asked)).tolist() == [key in set(some) for key in asked]
    assert KeySet.of_sorted(np.sort(array(some))).contains(array(asked)).tolist() == [key in set(some) for key in asked]
    missing = not_among(np.sort(array(some)), unique(array(asked)))
    assert missing.tolist() == sorted(set(asked) - set(some))


def test_a_large_set() -> None:
    generator = np.random.default_rng(1)
    held = generator.integers(0, 2**64 - 1, 200_000, np.uint64, endpoint=True)
    asked = np.concatenate(
        [held[:5_000], held[:5_000] ^ np.uint64(1), generator.integers(0, 2**64 - 1, 5_000, np.uint64)]
    )
    known = set(held.tolist())
    assert KeySet(held).contains(asked).tolist() == [key in known for key in asked.tolist()]
    # Held in four parts, with some keys twice.
    twice = np.sort(np.concatenate([held, held[:1_000]]))
    assert not_among(twice, unique(asked)).tolist() == sorted(set(asked.tolist()) - known)


def test_nobody_is_in_the_empty_set() -> None:
    assert NOBODY.contains(array([0, 1, 2**64 - 1])).tolist() == [False] * 3
    assert NOBODY.contains(array([])).tolist() == []


LEFT, BORN = "20260302", date(2014, 5, 1)


@pytest.fixture
def collide(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Gives two persons the same key."""

    def make(one: str, other: str) -> None:
        mixed = keys._mixed
        shared, lost = keys_of_texts([rows.pseudonym(one), rows.pseudonym(other)])
        monkeypatch.setattr(keys, "_mixed", lambda words: np.where(mixed(words) == lost, shared, mixed(words)))
        assert len(set(keys_of_texts([rows.pseudonym(one), rows.pseudonym(other)]).tolist())) == 1

    return make


def child(name: str, **changes: str) -> Row:
    return rows.person(name, BORN, suspension_reason="E", suspension_date=LEFT, **changes)


def delivery(persons: list[Row], residences: list[Row]) -> dict[str, list[Row]]:
    """Also a school and a trace of everybody who stands in persons."""
    ids = list(dict.fromkeys(row["person_id"] for row in persons))
    return {
        "persons": persons,
        "residences": residences,
        "enrolments": [rows.enrolment("", BORN, dirty.TODAY, person_id=person_id) for person_id in ids],
        "traces": [
            rows.trace("", "absence_report", dirty.TODAY, "verzuim") | {"person_id": person_id} for person_id in ids
        ],
    }


def both(tables: dict[str, list[Row]], folder: Path) -> tuple[dict[str, list[Row]], dict[str, list[Row]]]:
    dirty.write_csv(folder / "delivery", tables)
    sieved = staged(folder / "delivery", folder / "sieved")
    with whole_files():
        whole = staged(folder / "delivery", folder / "whole")
    return tuple({table: made[table] for table in (*dirty.TABLES, "account")} for made in (sieved, whole))


def test_two_persons_with_one_key_are_not_one_person_twice(tmp_path: Path, collide: Callable[..., None]) -> None:
    collide("one", "other")
    persons = [rows.person(name, "19500101") for name in ("one", "other", "twin", "third", "twin")]
    sieved, whole = both(delivery(persons, [rows.address("one", 0, "20200101")]), tmp_path)
    assert [row["line"] for row in sieved["stage_duplicates"]] == [4, 6]
    assert sieved == whole


def test_a_repeated_person_is_found_beside_one_with_the_same_key(tmp_path: Path, collide: Callable[..., None]) -> None:
    collide("one", "twin")
    persons = [rows.person(name, "19500101") for name in ("twin", "one", "twin")]
    sieved, whole = both(delivery(persons, [rows.address("one", 0, "20200101")]), tmp_path)
    assert [row["line"] for row in sieved["stage_duplicates"]] == [2, 4]
    assert sieved == whole


@pytest.mark.parametrize(("one", "other"), [("child", "sibling"), ("child", "mother"), ("mother", "stranger")])
def test_rows_of_persons_with_one_key_are_not_mixed_up(
    one: str, other: str, tmp_path: Path, collide: Callable[..., None]
) -> None:
    collide(one, other)
    persons = [
        child("child", parent1_id=rows.pseudonym("mother")),
        child("sibling"),
        rows.person("mother", "19840405"),
        rows.person("stranger", "19840405", is_confidential="1"),
    ]
    residences = [
        rows.departure("child", 0, LEFT),
        rows.departure("sibling", 0, "20260401"),
        *(rows.address(row["person_id"], 1, "20200101", person_id=row["person_id"]) for row in persons),
    ]
    sieved, whole = both(delivery(persons, residences), tmp_path)
    assert {row["person_id"] for row in sieved["stage_children"]} == {
        rows.pseudonym("child"),
        rows.pseudonym("sibling"),
    }
    assert sieved == whole


def test_a_child_with_the_key_of_one_who_left_is_looked_at_in_vain(
    tmp_path: Path, collide: Callable[..., None]
) -> None:
    """Its own rows are kept and say that it never left; nothing else changes."""
    collide("child", "stranger")
    persons = [child("child"), rows.person("stranger", BORN)]
    residences = [rows.departure("child", 0, LEFT), rows.address("stranger", 0, "20200101")]
    sieved, whole = both(delivery(persons, residences), tmp_path)
    stranger = rows.pseudonym("stranger")
    for table in dirty.TABLES:
        others = [row for row in sieved[table] if row.get("person_id") != stranger]
        if table == "stage_profile_persons":
            assert others == [row | {"n_children": 2} for row in whole[table]]
        else:
            assert others == whole[table]
