"""Who is of one family: marks that tell no parent, kept from the first night on, also over a rotation of the key."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from brp_signals.evaluation.decided import looked_at
from brp_signals.state.ledger import FILE, open_ledger
from tests.ledger.nights import AfterOneNight, Nights, case_of, child
from tests.spec.builders import key_of
from tests.support.ledgers import as_version

TODAY, TOMORROW = date(2026, 6, 15), date(2026, 6, 16)
CHILDREN = [
    child(child="eldest", mother="mother", father="father"),
    child(child="youngest", mother="mother", father="father"),
    child(child="half", mother="another", father="father"),
    child(child="only child", mother="somebody else"),
    child(child="of nobody"),
    {"child": "silent", "mother": "mother"},
    child(child="secret", mother="mother", confidential="yes"),
]


@pytest.fixture
def nights(after_one_night: AfterOneNight, tmp_path: Path) -> Nights:
    """A first night with siblings, on the list and drawn."""
    return after_one_night(tmp_path, TODAY, CHILDREN)


def marks(nights: Nights) -> dict[str, set[str]]:
    """The marks of each person who has any."""
    with closing(sqlite3.connect(nights.state / FILE)) as ledger:
        found: dict[str, set[str]] = {}
        for person, mark in ledger.execute(
            "SELECT person_id, family_mark FROM case_families JOIN case_aliases USING (case_id)"
        ):
            found.setdefault(person, set()).add(mark)
        return found


def named(found: dict[str, set[str]]) -> dict[str, set[str]]:
    """The same by the name of the child."""
    names = {key_of(case_of([], TODAY), each["child"]): each["child"] for each in CHILDREN}
    return {names[person]: each for person, each in found.items()}


def test_children_share_the_mark_of_a_parent_they_share(nights: Nights) -> None:
    found = named(marks(nights))
    assert found["eldest"] == found["youngest"]
    assert found["eldest"] & found["half"] and found["eldest"] != found["half"]
    assert found["silent"] < found["eldest"], "a drawn departure too"
    assert not found["only child"] & found["eldest"]
    assert not {"of nobody", "secret"} & found.keys()


def test_a_mark_is_no_pseudonym(nights: Nights) -> None:
    parents = {key_of(case_of([], TODAY), name) for name in ("mother", "father")}
    assert not parents & set().union(*marks(nights).values())


def test_a_night_that_changes_nothing_adds_none_and_what_was_taken_back_is_gone(nights: Nights) -> None:
    before = marks(nights)
    nights.run()
    assert marks(nights) == before
    nights.deliver(TOMORROW, CHILDREN)
    nights.run()
    assert marks(nights) == before
    with closing(sqlite3.connect(nights.state / FILE)) as ledger:
        assert ledger.execute("SELECT DISTINCT run_no FROM case_families").fetchall() == [(1,)]


def test_a_ledger_of_before_learns_them_from_the_next_night(nights: Nights) -> None:
    before = marks(nights)
    as_version(nights.state / FILE, 8)
    nights.deliver(TOMORROW, CHILDREN)
    nights.run()
    assert named(marks(nights)) == named(before)


def test_another_key_keeps_who_belongs_together_under_marks_of_its_own(nights: Nights) -> None:
    before = named(marks(nights))
    with open_ledger(nights.state) as ledger:
        ledger.rekey({}, "2027a", ())
        families = {case.case_id: case.family for case in looked_at(ledger)}
    after = named(marks(nights))
    assert not set().union(*before.values()) & set().union(*after.values())
    assert after["eldest"] == after["youngest"] and after["eldest"] & after["half"]
    assert len(set(families.values())) == 3, "one large family, an only child, one of whom nothing is known"
