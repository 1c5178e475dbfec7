"""Lists of one person in several sources, with and without A-numbers and history. Purely synthetic persons."""

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyrage
import pytest

from brp_signals.gateway import Source
from brp_signals.gateway.way_back.key_map import KeyMapPlace, read_key_map
from tests.gateway.rubric import (
    HEADER,
    Line,
    Made,
    Workshop,
    a_number,
    bsn,
    departed,
    residence,
    rubric,
    school_row,
    who,
)
from tests.support.unjudged import run_unjudged

pytestmark = pytest.mark.long

OLD, NEW = date(2026, 6, 10), date(2026, 6, 14)
LEFT = "20260102"
#: The child left to an unknown destination, from Amsterdam.
GONE = [{**who(1, c07_67_10=LEFT, c07_67_20="E"), **departed(LEFT)}, residence()]


def full(workshop: Workshop, *persons: Sequence[Line], day: date | None = None, name: str = "full.csv") -> Source:
    """A register with history."""
    return Source("gbav", workshop.file(name, rubric(persons)), day)


def snapshot(workshop: Workshop, *persons: Mapping[str, Any], day: date | None = None, name: str = "s.json") -> Source:
    """An answer of the API."""
    return Source("haal-centraal", workshop.file(name, json.dumps(persons).encode()), day)


def api(serial: int, *, number: str = "", born: str = "2012-05-05", **members: Any) -> dict[str, Any]:
    """A person of the API, departed as `GONE` unless the members say otherwise; without an A-number."""
    plain = {
        "burgerservicenummer": bsn(serial),
        "geboorte": {"datum": {"type": "Datum", "datum": born}},
        "gemeenteVanInschrijving": {"code": "1999"},
        "opschortingBijhouding": {"reden": {"code": "E"}, "datum": {"type": "Datum", "datum": "2026-01-02"}},
        "verblijfplaats": {"type": "VerblijfplaatsOnbekend", "datumVan": {"type": "Datum", "datum": "2026-01-02"}},
    }
    given = {name: value for name, value in {**plain, **members}.items() if value is not None}
    return {**given, **({"aNummer": number} if number else {})}


def home(day: str, municipality: str = "0363") -> dict[str, Any]:
    """Members of somebody who lives at an address since this day."""
    return {
        "opschortingBijhouding": None,
        "gemeenteVanInschrijving": {"code": municipality},
        "verblijfplaats": {
            "type": "Adres",
            "functieAdres": {"code": "W"},
            "datumVan": {"type": "Datum", "datum": day},
        },
    }


def blocks(made: Made, serial: int = 1) -> list[tuple[str, str, str]]:
    """The history of the person with this BSN: number, municipality, departure."""
    rows = made.residences(made.bsn_id(serial))
    return [(row["seq"], row["municipality_code"], row["departure_date"]) for row in rows]


HISTORY = [("0", "1999", LEFT), ("1", "0363", "")]


@pytest.mark.parametrize("days", [(None, None), (OLD, NEW), (NEW, OLD)], ids=["one day", "full older", "full newer"])
@pytest.mark.parametrize("is_first", [False, True], ids=["named last", "named first"])
@pytest.mark.parametrize("number", ["", a_number(1)], ids=["without A-number", "with A-number"])
def test_a_snapshot_takes_no_history_away(
    workshop: Workshop, days: tuple[date | None, date | None], is_first: bool, number: str
) -> None:
    sources = [full(workshop, GONE, day=days[0]), snapshot(workshop, api(1, number=number), day=days[1])]
    made = workshop.deliver(*(reversed(sources) if is_first else sources), workshop.school(school_row(1)))
    assert [row["person_id"] for row in made.rows("persons")] == [made.bsn_id(1)]
    assert [row["person_id"] for row in made.rows("enrolments")] == [made.bsn_id(1)]
    assert blocks(made) == HISTORY
    assert made.result.findings.count("person_twice") == 1
    assert [said for said in made.result.warnings if "overlap: 1 persons" in said]
    assert made.result.findings.count("newer_residence") == made.result.findings.count("bsn_ambiguous") == 0


def test_what_a_newer_snapshot_knows_comes_on_top_of_the_history(workshop: Workshop) -> None:
    back = snapshot(workshop, api(1, **home("2026-06-12", "0518")), day=NEW)
    made = workshop.deliver(back, full(workshop, GONE, day=OLD))
    assert blocks(made) == [("0", "0518", ""), ("1", "1999", LEFT), ("2", "0363", "")]
    person = made.person(made.bsn_id(1))
    assert (person["suspension_reason"], person["municipality_code"]) == ("", "0518")
    assert made.result.findings.lines("newer_residence") == [2]


def test_a_departure_that_only_a_newer_snapshot_knows_has_its_municipality(workshop: Workshop) -> None:
    made = workshop.deliver(full(workshop, [who(1)], day=OLD), snapshot(workshop, api(1), day=NEW))
    assert blocks(made) == HISTORY
    assert made.person(made.bsn_id(1))["suspension_reason"] == "E"


@pytest.mark.parametrize("day", [OLD, NEW], ids=["older", "of the same day"])
def test_a_snapshot_that_is_not_newer_adds_nothing(workshop: Workshop, day: date) -> None:
    there = snapshot(workshop, api(1, **home("2025-06-12", "0518")), day=day)
    made = workshop.deliver(there, full(workshop, GONE, day=NEW))
    assert blocks(made) == HISTORY
    assert made.person(made.bsn_id(1))["suspension_reason"] == "E"


def test_a_newer_register_without_older_residences_takes_no_history_away(workshop: Workshop) -> None:
    """An authorisation without history is a snapshot too, whatever its format."""
    present = full(workshop, GONE[:1], day=NEW, name="present.csv")
    made = workshop.deliver(present, full(workshop, GONE, day=OLD))
    assert blocks(made) == HISTORY


def test_secrecy_that_a_snapshot_tells_holds_and_its_absence_is_no_news(workshop: Workshop) -> None:
    hidden = [{**GONE[0], "07.70.10": "7"}, GONE[1]]
    told = snapshot(workshop, api(1, geheimhoudingPersoonsgegevens="7"), name="told.json")
    for sources in ((full(workshop, GONE), told), (full(workshop, hidden, name="h.csv"), snapshot(workshop, api(1)))):
        made = workshop.deliver(*sources)
        assert made.person(made.bsn_id(1))["is_confidential"] == "1"


@pytest.mark.parametrize(
    ("born", "are_one"),
    [
        ("20120505", True),
        ("20120000", True),
        ("20120500", True),
        ("00000000", True),
        ("", True),
        ("19660013", True),
        ("20120506", False),
    ],
)
def test_birth_dates_that_do_not_contradict_each_other(workshop: Workshop, born: str, are_one: bool) -> None:
    made = workshop.deliver(
        full(workshop, [who(1, c01_03_10=born)]), snapshot(workshop, api(1)), workshop.school(school_row(1))
    )
    if are_one:
        assert made.person(made.bsn_id(1))["birth_date"] == "20120505"
        assert made.result.findings.count("person_twice") == 1
    else:
        assert [row["person_id"] for row in made.rows("persons")] == [made.a_number_id(1)]
        assert made.result.findings.lines("bsn_ambiguous") == [2]
        assert made.result.findings.count("person_not_told_apart") == made.result.findings.count("ambiguous") == 1


def test_one_day_must_fit_all_lists_of_a_bsn(workshop: Workshop) -> None:
    """The vague list fits both others, which do not fit each other: it is neither of them."""
    lists = [
        [who(serial, c01_01_10="", c01_01_20=bsn(1), c01_03_10=born)]
        for serial, born in ((1, "20120000"), (2, "20120606"))
    ]
    made = workshop.deliver(full(workshop, [who(1)], *lists))
    assert [row["person_id"] for row in made.rows("persons")] == [made.a_number_id(1)]
    assert made.result.findings.lines("person_not_told_apart") == [3, 4]


def test_lists_that_agree_are_one_also_where_a_third_contradicts_them(workshop: Workshop) -> None:
    answers = snapshot(workshop, api(1), api(1, born="2010-01-01"))
    made = workshop.deliver(full(workshop, [who(1)]), answers)
    assert [row["person_id"] for row in made.rows("persons")] == [made.a_number_id(1)]
    assert made.result.findings.lines("person_twice") == [1]
    assert made.result.findings.lines("person_not_told_apart") == [2]


def test_a_person_twice_in_the_answers_of_one_source_is_one_person_counted(workshop: Workshop) -> None:
    made = workshop.deliver(snapshot(workshop, api(1), api(2), api(1)), workshop.school(school_row(1)))
    assert {row["person_id"] for row in made.rows("persons")} == {made.bsn_id(1), made.bsn_id(2)}
    assert made.result.findings.lines("person_twice") == [3]
    assert not [said for said in made.result.warnings if "overlap" in said]


def test_two_a_numbers_on_one_bsn_are_two_persons_and_a_list_without_is_neither(workshop: Workshop) -> None:
    other = full(workshop, [who(2, c01_01_20=bsn(1))], name="other.csv")
    made = workshop.deliver(full(workshop, [who(1)]), other, snapshot(workshop, api(1)))
    assert {row["person_id"] for row in made.rows("persons")} == {made.a_number_id(1), made.a_number_id(2)}
    assert made.result.findings.count("bsn_ambiguous") == 2
    assert made.result.findings.count("person_not_told_apart") == 1


@pytest.mark.parametrize("days", [(OLD, NEW), (NEW, NEW)])
def test_an_a_number_that_was_changed_contradicts_nothing(workshop: Workshop, days: tuple[date, date]) -> None:
    before = full(workshop, [who(50, c01_01_20=bsn(1)), residence()], day=days[0], name="before.csv")
    now = full(workshop, [who(1), {"01.01.10": a_number(50)}, residence()], day=days[1])
    child = full(workshop, [who(2, c02_01_10=a_number(50), c03_01_10=a_number(1))], day=NEW, name="child.csv")
    made = workshop.deliver(before, now, child, workshop.school(school_row(1)))
    assert {row["person_id"] for row in made.rows("persons")} == {made.bsn_id(1), made.bsn_id(2)}
    parents = made.person(made.bsn_id(2))
    assert (parents["parent1_id"], parents["parent2_id"]) == (made.bsn_id(1), made.bsn_id(1))


def test_chains_by_bsn_and_a_number_are_one_person(workshop: Workshop) -> None:
    """Without A-number and with the BSN; with both; with the A-number alone: one child."""
    no_bsn = full(workshop, [who(1, c01_01_20=""), residence(), residence()], day=NEW, name="no-bsn.csv")
    both = full(workshop, [who(1)], day=OLD, name="both.csv")
    made = workshop.deliver(no_bsn, both, snapshot(workshop, api(1), day=OLD), workshop.school(school_row(1)))
    assert [row["person_id"] for row in made.rows("persons")] == [made.bsn_id(1)]
    assert len(blocks(made)) == 3
    assert made.result.findings.count("bsn_from_another_list") == 1
    assert [row["person_id"] for row in made.rows("enrolments")] == [made.bsn_id(1)]


def test_a_bsn_that_an_older_list_has_leads_to_the_person(workshop: Workshop) -> None:
    older = full(workshop, [who(1, c01_01_20=bsn(50))], day=OLD, name="older.csv")
    made = workshop.deliver(full(workshop, [who(1)], day=NEW), older, workshop.school(school_row(50)))
    assert [row["person_id"] for row in made.rows("enrolments")] == [made.bsn_id(1)]


def test_parents_and_children_find_a_person_by_any_list(workshop: Workshop) -> None:
    """The mother's list that counts has no A-number; her child names her by it."""
    mother = {**who(11, c01_01_10=""), "01.03.10": "19800101"}
    first = full(workshop, [mother, residence()], day=NEW, name="first.csv")
    second = full(workshop, [who(11, c01_03_10="19800101")], [who(1, c02_01_10=a_number(11))], day=OLD)
    made = workshop.deliver(first, second)
    assert made.person(made.bsn_id(1))["parent1_id"] == made.bsn_id(11)


def test_parents_that_only_another_list_names_are_taken_from_it(workshop: Workshop) -> None:
    parents = [{"burgerservicenummer": bsn(11), "ouderAanduiding": "1"}]
    made = workshop.deliver(full(workshop, GONE), snapshot(workshop, api(1, ouders=parents)))
    assert made.person(made.bsn_id(1))["parent1_id"] == made.bsn_id(11)


def test_an_authorisation_without_a_numbers_is_read(workshop: Workshop) -> None:
    few = [name for name in HEADER if name not in ("01.01.10", "02.01.10", "03.01.10", "09.01.10")]
    lines = [{name: cell for name, cell in line.items() if name in few} for line in GONE]
    bare = Source("gbav", workshop.file("bare.csv", rubric([lines], few)))
    made = workshop.deliver(bare, full(workshop, [who(2)]), workshop.school(school_row(1)))
    assert blocks(made) == HISTORY


def test_a_pseudonym_stays_when_a_source_is_added_or_falls_away(workshop: Workshop) -> None:
    register, answers = full(workshop, GONE), snapshot(workshop, api(1))
    nights = [
        workshop.deliver(*sources) for sources in ((register,), (answers,), (register, answers), (answers, register))
    ]
    assert [[row["person_id"] for row in made.rows("persons")] for made in nights] == [[nights[0].bsn_id(1)]] * 4


def test_the_key_map_takes_each_number_from_the_list_that_has_it(workshop: Workshop) -> None:
    """The list that counts has no A-number, so a case of the child could not be looked up."""
    newest = [{**line, "01.01.10": ""} for line in GONE]
    identity = pyrage.x25519.Identity.generate()
    place = KeyMapPlace(workshop.folder / "map.age", (identity.to_public(),))
    sources = (full(workshop, newest, day=NEW), full(workshop, GONE, [who(2)], day=OLD, name="old.csv"))
    made = workshop.deliver(*sources, snapshot(workshop, api(3)), key_map=place)
    people = {one.person_id: (one.a_number, one.bsn) for one in read_key_map(place.path, (identity,))}
    assert people == {
        made.bsn_id(1): (a_number(1), bsn(1)),
        made.bsn_id(2): (a_number(2), bsn(2)),
        made.bsn_id(3): ("", bsn(3)),
    }


def test_a_snapshot_from_before_a_corrected_bsn_is_of_the_same_person(workshop: Workshop) -> None:
    corrected = [GONE[0], {**GONE[1], "01.01.20": bsn(50)}]
    made = workshop.deliver(full(workshop, corrected), snapshot(workshop, api(50)), workshop.school(school_row(50)))
    assert [row["person_id"] for row in made.rows("persons")] == [made.bsn_id(1)]
    assert [row["person_id"] for row in made.rows("enrolments")] == [made.bsn_id(1)]
    assert blocks(made) == HISTORY


@pytest.mark.parametrize("twin", [who(2, c01_01_20=bsn(50)), who(2, c01_01_10="", c01_01_20=bsn(50))])
def test_a_bsn_that_was_corrected_to_end_a_mix_up_of_twins_stays_with_the_twin(
    workshop: Workshop, twin: dict[str, str]
) -> None:
    corrected = [GONE[0], {**GONE[1], "01.01.20": bsn(50)}]
    made = workshop.deliver(full(workshop, corrected, [twin]), snapshot(workshop, api(50)))
    assert {row["person_id"] for row in made.rows("persons")} == {made.bsn_id(1), made.bsn_id(50)}


def test_a_death_is_not_undone_by_a_snapshot_that_is_silent_about_it(workshop: Workshop) -> None:
    dead = full(workshop, [who(1, c07_67_10=LEFT, c07_67_20="O")], day=OLD)
    made = workshop.deliver(dead, snapshot(workshop, api(1, **home("2012-05-05")), day=NEW))
    person = made.person(made.bsn_id(1))
    assert (person["suspension_reason"], person["suspension_date"]) == ("O", LEFT)


def message(serial: int) -> dict[str, Any]:
    """The list of `GONE` as a message without an A-number."""
    abroad = {"e0910": "1999", "e1310": "0000", "e1320": LEFT, "e7210": "A", "e8510": LEFT, "e8610": "20260110"}
    before = {
        "e0910": "0363",
        "e1010": "W",
        "e1030": "20120505",
        "e7210": "I",
        "e8510": "20120505",
        "e8610": "20120506",
    }
    blocks = {
        "c01": [{"e0120": bsn(serial), "e0310": "20120505"}],
        "c07": [{"e6710": LEFT, "e6720": "E", "e7010": "0"}],
        "c08": [{**abroad, "historie": [before]}],
    }
    return {"berichtType": "Sv01", "status": "A", "datum": "20260614", "plData": blocks}


@pytest.mark.parametrize("with_message", [False, True], ids=["snapshot", "snapshot and message"])
@pytest.mark.parametrize("is_first", [False, True], ids=["register first", "register last"])
def test_a_night_lists_the_child_once(workshop: Workshop, with_message: bool, is_first: bool) -> None:
    """From sources with and without A-numbers to the list: the child left and was enrolled again."""
    sources = [snapshot(workshop, api(1), day=NEW)]
    if with_message:
        lines = json.dumps(message(1)).encode() + b"\n"
        sources.append(Source("lo-json", workshop.file("messages.jsonl", lines)))
    sources.insert(0 if is_first else len(sources), full(workshop, GONE, day=OLD))
    again = workshop.school(school_row(1, enrolled_on="2026-04-10", seen_on="2026-06-01"))
    made = workshop.deliver(*sources, again, scope=["0363"])
    run_unjudged(made.folder, state=workshop.folder / "state", output=workshop.folder / "output")
    with (workshop.folder / "output/latest/signals.csv").open(encoding="utf-8", newline="") as stream:
        (signal,) = csv.DictReader(stream)
    assert (signal["person_id"], signal["rule_codes"]) == (made.bsn_id(1), "B-05|L-02")
