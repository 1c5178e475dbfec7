"""Case numbers: stable, and safe to type."""

from hypothesis import given
from hypothesis import strategies as st

from brp_signals.base.case_ids import ALPHABET, case_id, is_case_id, typed_case_id

bodies = st.tuples(st.text("0123456789abcdef", min_size=32, max_size=32), st.dates()).map(
    lambda pair: case_id("departure", pair[0], pair[1].strftime("%Y%m%d"))
)


def test_the_number_of_a_case_never_changes() -> None:
    assert case_id("departure", "0" * 32, "20260302") == "S-B4ZQ-W23N"


def test_kind_person_and_date_each_make_another_case() -> None:
    made = {
        case_id(kind, person, day)
        for kind in ("departure", "absence")
        for person in ("0" * 32, "1" * 32)
        for day in ("20260302", "20260300")
    }
    assert len(made) == 8


@given(bodies)
def test_it_is_recognised_however_it_is_typed(number: str) -> None:
    for typed in (number, number.lower(), number.removeprefix("S-"), f"S-{number[2:].replace('-', '')}"):
        assert is_case_id(typed)


@given(bodies, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(number: str, place: int, character: str) -> None:
    body = number.removeprefix("S-").replace("-", "")
    wrong = body[:place] + character + body[place + 1 :]
    assert is_case_id(f"S-{wrong[:4]}-{wrong[4:]}") == (wrong == body)


@given(bodies, st.integers(0, 6))
def test_two_neighbours_that_changed_places_are_noticed(number: str, place: int) -> None:
    body = number.removeprefix("S-").replace("-", "")
    wrong = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    assert is_case_id(f"S-{wrong[:4]}-{wrong[4:]}") == (wrong == body)


def test_a_number_that_is_taken_goes_to_the_next() -> None:
    first = case_id("departure", "0" * 32, "20260302")
    second = case_id("departure", "0" * 32, "20260302", {first})
    third = case_id("departure", "0" * 32, "20260302", {first, second})
    assert len({first, second, third}) == 3
    assert is_case_id(second)
    assert is_case_id(third)


def test_what_is_no_number() -> None:
    assert not any(map(is_case_id, ("", "S-", "S-AAAA-AAA", "S-AAAA-AAAAA", "S-0OIL-1111", "é" * 8)))


@given(st.text(alphabet="0123456789abcdef", min_size=32, max_size=32))
def test_what_people_type_is_understood(person_id: str) -> None:
    number = case_id("departure", person_id, "20260302")
    for typed in (
        number,
        number.lower(),
        number.replace("-", ""),
        number[2:],
        f" {number}\xa0",
        number.replace("-", " – "),
    ):
        assert typed_case_id(typed) == number


def test_what_is_no_number_is_not_made_one() -> None:
    assert not any(map(typed_case_id, ("", "S-", "S-2222-222", "S-2222-22222", "999990019", "é" * 8, "ﬀ" * 4)))
