"""Who is who: numbers shared, missing, changed; parents and children. Purely synthetic persons."""

import hashlib
import hmac

from brp_signals.gateway.pseudonyms import Space, read_key
from tests.gateway.rubric import (
    Workshop,
    a_number,
    bsn,
    residence,
    school_row,
    who,
)


def test_the_pseudonym_is_the_documented_function_of_key_and_number(workshop: Workshop) -> None:
    key = workshop.key_file.read_text().strip()
    made = workshop.deliver(workshop.register([who(1, c08_11_80="0363010000000001")], [who(2, c01_01_20="")]))

    def expected(space: str, number: str) -> str:
        extracted = hmac.new(b"brp-signals", key.encode(), hashlib.sha256).digest()
        subkey = hmac.new(extracted, f"pseudonym/2/{space}\x01".encode(), hashlib.sha256).hexdigest()
        return hmac.new(subkey.encode(), number.encode(), hashlib.sha256).hexdigest()[:32]

    ids = {row["person_id"] for row in made.rows("persons")}
    assert ids == {expected("bsn", bsn(1)), expected("a-number", a_number(2))}
    (row,) = made.residences(expected("bsn", bsn(1)))
    assert row["address_id"] == expected("address", "0363010000000001")


def test_a_school_row_meets_its_person(workshop: Workshop) -> None:
    made = workshop.deliver(workshop.register([who(1)]), workshop.school(school_row(1)))
    assert [row["person_id"] for row in made.rows("enrolments")] == [made.rows("persons")[0]["person_id"]]


def test_a_person_without_bsn_gets_a_pseudonym_from_the_a_number(workshop: Workshop) -> None:
    made = workshop.deliver(workshop.register([who(1, c01_01_20="")], [who(2)]))
    assert {row["person_id"] for row in made.rows("persons")} == {made.a_number_id(1), made.bsn_id(2)}
    assert made.result.findings.lines("bsn_absent") == [2]


def test_one_bsn_on_two_persons_is_reported_and_kept_apart(workshop: Workshop) -> None:
    made = workshop.deliver(
        workshop.register([who(1)], [who(2, c01_01_20=bsn(1))], [who(3)]),
        workshop.school(school_row(1), school_row(3)),
    )
    assert {row["person_id"] for row in made.rows("persons")} == {
        made.a_number_id(1),
        made.a_number_id(2),
        made.bsn_id(3),
    }
    assert made.result.findings.lines("bsn_ambiguous") == [2, 3]
    assert {row["person_id"] for row in made.rows("enrolments")} == {made.bsn_id(1), made.bsn_id(3)}
    assert made.result.findings.lines("ambiguous") == [2]


def test_a_wiped_list_does_not_make_a_bsn_ambiguous(workshop: Workshop) -> None:
    for reason in ("W", "F"):
        made = workshop.deliver(
            workshop.register([who(1, c07_67_20=reason)], [who(2, c01_01_20=bsn(1))]),
            workshop.school(school_row(1)),
        )
        assert made.person(made.a_number_id(1))["suspension_reason"] == reason
        assert made.person(made.bsn_id(1))["suspension_reason"] == ""
        assert made.rows("enrolments")[0]["person_id"] == made.bsn_id(1)
        assert made.result.findings.count("ambiguous") == 0


def test_a_wiped_list_alone_keeps_its_bsn_but_two_of_them_do_not(workshop: Workshop) -> None:
    alone = workshop.deliver(workshop.register([who(1, c07_67_20="W")]))
    assert [row["person_id"] for row in alone.rows("persons")] == [alone.bsn_id(1)]
    both = workshop.deliver(workshop.register([who(1, c07_67_20="W")], [who(2, c01_01_20=bsn(1), c07_67_20="F")]))
    assert {row["person_id"] for row in both.rows("persons")} == {both.a_number_id(1), both.a_number_id(2)}


def test_an_earlier_bsn_leads_to_the_present_one(workshop: Workshop) -> None:
    made = workshop.deliver(
        workshop.register([who(1), {"01.01.20": bsn(50), "01.01.10": a_number(1)}]),
        workshop.school(school_row(50)),
    )
    assert made.rows("enrolments")[0]["person_id"] == made.bsn_id(1)
    assert made.result.findings.lines("earlier_number_followed") == [2]


def test_a_number_that_was_entered_by_mistake_leads_nowhere(workshop: Workshop) -> None:
    made = workshop.deliver(
        workshop.register([who(1), {"01.01.20": bsn(50), "01.84.10": "O"}]), workshop.school(school_row(50))
    )
    assert made.rows("enrolments")[0]["person_id"] == made.bsn_id(50)


def test_an_earlier_number_of_two_persons_leads_to_neither(workshop: Workshop) -> None:
    earlier = {"01.01.20": bsn(50)}
    made = workshop.deliver(workshop.register([who(1), earlier], [who(2), earlier]), workshop.school(school_row(50)))
    assert made.rows("enrolments")[0]["person_id"] == made.bsn_id(50)
    assert made.result.findings.count("ambiguous") == 1


def test_a_number_in_use_today_never_leads_to_who_had_it_before(workshop: Workshop) -> None:
    made = workshop.deliver(workshop.register([who(1), {"01.01.20": bsn(2)}], [who(2)]), workshop.school(school_row(2)))
    assert made.rows("enrolments")[0]["person_id"] == made.bsn_id(2)
    assert made.result.findings.count("earlier_number_followed") == 0


def test_parents_are_found_by_a_number_bsn_or_an_earlier_number(workshop: Workshop) -> None:
    made = workshop.deliver(
        workshop.register(
            [who(1, c02_01_10=a_number(11), c03_01_20=bsn(12))],
            [who(2, c02_01_10=a_number(50), c03_01_10=a_number(51))],
            [who(11), {"01.01.10": a_number(50)}],
            [who(12, c01_20_10=a_number(51))],
        )
    )
    for child in (1, 2):
        person = made.person(made.bsn_id(child))
        assert (person["parent1_id"], person["parent2_id"]) == (made.bsn_id(11), made.bsn_id(12))


def test_a_parent_outside_the_set_gets_a_pseudonym_from_its_own_numbers(workshop: Workshop) -> None:
    made = workshop.deliver(
        workshop.register([who(1, c02_01_10=a_number(70), c02_01_20=bsn(70), c03_01_10=a_number(71))])
    )
    person = made.person(made.bsn_id(1))
    assert (person["parent1_id"], person["parent2_id"]) == (made.bsn_id(70), made.a_number_id(71))


def test_only_the_present_parents_count(workshop: Workshop) -> None:
    made = workshop.deliver(workshop.register([who(1, c02_01_10=a_number(70)), {"03.01.10": a_number(71)}]))
    person = made.person(made.bsn_id(1))
    assert (person["parent1_id"], person["parent2_id"]) == (made.a_number_id(70), "")


def test_a_parent_with_a_shared_bsn_is_found_by_a_number_only(workshop: Workshop) -> None:
    made = workshop.deliver(
        workshop.register(
            [who(1, c02_01_10=a_number(11), c02_01_20=bsn(11))],
            [who(2, c02_01_20=bsn(11))],
            [who(11)],
            [who(12, c01_01_20=bsn(11))],
        )
    )
    assert made.person(made.bsn_id(1))["parent1_id"] == made.a_number_id(11)
    assert made.person(made.bsn_id(2))["parent1_id"] == made.bsn_id(11)  # nobody in the set


def test_parent_numbers_of_two_persons_follow_the_a_number(workshop: Workshop) -> None:
    made = workshop.deliver(
        workshop.register([who(1, c02_01_10=a_number(11), c02_01_20=bsn(12))], [who(11)], [who(12)])
    )
    assert made.person(made.bsn_id(1))["parent1_id"] == made.bsn_id(11)
    assert made.result.findings.lines("parent_numbers_disagree") == [2]


def test_unknown_parents_are_filled_in_from_the_lists_that_name_the_child(workshop: Workshop) -> None:
    made = workshop.deliver(
        workshop.register(
            [who(1)],
            [who(11, c09_01_20=bsn(1), c09_85_10="20120505")],
            [who(12, c09_01_10=a_number(1), c09_85_10="20120505")],
        )
    )
    person = made.person(made.bsn_id(1))
    assert {person["parent1_id"], person["parent2_id"]} == {made.bsn_id(11), made.bsn_id(12)}
    assert made.result.findings.lines("parent_from_children") == [2]


def test_a_known_parent_is_never_replaced_and_a_crowd_is_not_guessed_from(workshop: Workshop) -> None:
    claim = {"09.01.20": bsn(1), "09.85.10": "20120505"}
    known = workshop.deliver(workshop.register([who(1, c02_01_20=bsn(11))], [who(11) | claim], [who(12) | claim]))
    person = known.person(known.bsn_id(1))
    assert (person["parent1_id"], person["parent2_id"]) == (known.bsn_id(11), known.bsn_id(12))
    crowd = workshop.deliver(workshop.register([who(1)], *([who(serial) | claim] for serial in (11, 12, 13))))
    person = crowd.person(crowd.bsn_id(1))
    assert (person["parent1_id"], person["parent2_id"]) == ("", "")
    assert crowd.result.findings.lines("parents_unclear") == [2]


def test_stillborn_incorrect_and_historic_child_entries_link_nobody(workshop: Workshop) -> None:
    claim = {"09.01.20": bsn(1), "09.85.10": "20120505"}
    made = workshop.deliver(
        workshop.register(
            [who(1)],
            [who(11) | claim | {"09.89.10": "L"}],
            [who(12) | claim | {"09.84.10": "O"}],
            [who(13, c09_01_20=bsn(2), c09_85_10="20120505", c09_H="59"), claim],
            [who(14), claim],
            [who(15) | claim | {"09.89.10": "20090101"}],
        )
    )
    person = made.person(made.bsn_id(1))
    assert (person["parent1_id"], person["parent2_id"]) == ("", "")
    assert made.result.findings.lines("stillborn_dropped") == [3]
    assert made.result.findings.lines("child_marker_mismatch") == [8]
    assert made.result.findings.lines("code_outside_domain") == [9]


def test_every_marker_09_starts_another_child(workshop: Workshop) -> None:
    made = workshop.deliver(
        workshop.register(
            [who(1)],
            [who(2)],
            [who(3)],
            [
                who(11, c09_01_20=bsn(1), c09_85_10="20120505", c09_H="59"),
                {"09.01.20": bsn(3), "09.85.10": "20110505", "09.H": "09"},
                {"09.01.20": bsn(2), "09.85.10": "20120505", "09.H": "09"},
            ],
        )
    )
    assert [made.person(made.bsn_id(child))["parent1_id"] for child in (1, 2, 3)] == [
        made.bsn_id(11),
        made.bsn_id(11),
        "",
    ]
    assert made.result.findings.count("child_marker_mismatch") == 1  # the last marker announces nothing


def test_a_second_list_with_the_same_a_number_is_set_aside(workshop: Workshop) -> None:
    made = workshop.deliver(
        workshop.register(
            [who(1, c07_67_20="W"), residence()],
            [who(1, c01_03_10="20130606", c09_01_20=bsn(2), c09_85_10="20120505")],
            [who(1)],
            [who(2)],
        )
    )
    assert made.person(made.bsn_id(1))["birth_date"] == "20130606"
    assert len(made.residences(made.bsn_id(1))) == 1
    assert made.person(made.bsn_id(2))["parent1_id"] == made.bsn_id(1)
    assert made.result.findings.lines("person_twice") == [2, 5]


def test_a_person_without_any_number_is_set_aside_and_counted(workshop: Workshop) -> None:
    made = workshop.deliver(
        workshop.register(
            [who(1, c01_01_10="", c01_01_20="")],
            [who(2)],
            [who(3)],
            [who(4, c01_01_10="", c01_01_20=bsn(3), c01_03_10="20130606")],
        )
    )
    assert {row["person_id"] for row in made.rows("persons")} == {made.bsn_id(2), made.a_number_id(3)}
    assert made.result.findings.lines("person_without_number") == [2]
    assert made.result.findings.lines("person_not_told_apart") == [5]


def test_number_spaces_never_meet(workshop: Workshop) -> None:
    """The same digits in two spaces have nothing in common, and another key changes everything."""
    made = workshop.deliver(workshop.register([who(1)]))
    folder = workshop.folder / "other"
    folder.mkdir()
    other = Workshop(folder)
    again = other.deliver(other.register([who(1)]))
    assert made.rows("persons")[0]["person_id"] != again.rows("persons")[0]["person_id"]
    assert made.result.key_id != again.result.key_id
    digits = "1" * 16
    pseudonymiser = read_key(workshop.key_file)
    assert len({pseudonymiser.pseudonym(space, digits) for space in Space}) == len(Space)
