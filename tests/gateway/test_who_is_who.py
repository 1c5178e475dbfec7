"""The SQL that decides who is who comes to what plain Python comes to, whatever the muddle. Synthetic numbers."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brp_signals.gateway.canonical import Numbers, Person
from brp_signals.gateway.pseudonyms import Space, read_key
from tests.gateway.memory_readers import MemoryReader, enrolment, link, person, serve
from tests.gateway.rubric import Made, Workshop, a_number, bsn
from tests.gateway.who_is_who_reference import Reference

_NOT_BUILT = [HealthCheck.function_scoped_fixture]
#: Few numbers, so that they meet; empty ones too.
_NUMBERS = st.builds(
    Numbers,
    st.sampled_from(["", *map(a_number, range(5))]),
    st.sampled_from(["", *map(bsn, range(5))]),
)
_LINES = st.fixed_dictionaries(
    {
        "numbers": _NUMBERS,
        "earlier": st.lists(_NUMBERS.filter(bool), max_size=2).map(tuple),
        "suspension_reason": st.sampled_from(["", "", "", "E", "F", "W"]),
        "parents": st.tuples(_NUMBERS, _NUMBERS),
        "children": st.lists(_NUMBERS.filter(bool), max_size=2).map(tuple),
    }
)


def _deliver(workshop: Workshop, monkeypatch: pytest.MonkeyPatch, persons: list[Person]) -> Made:
    rows = [enrolment(line, bsn(line)) for line in range(7)]
    sources = serve(
        monkeypatch, gbav=MemoryReader("register", persons), school_csv=MemoryReader("enrolments", rows, "school")
    )
    return workshop.deliver(*sources)


@settings(max_examples=60, deadline=None, suppress_health_check=_NOT_BUILT)
@given(lines=st.lists(_LINES, min_size=1, max_size=9))
def test_sql_and_python_agree(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, lines: list[dict[str, object]]
) -> None:
    persons = [person(999, Numbers(a_number(99), bsn(99)))]  # somebody, so that there is a delivery
    persons += [person(number, **line) for number, line in enumerate(lines)]  # type: ignore[arg-type]
    reference = Reference(persons, read_key(workshop.key_file))
    made = _deliver(workshop, monkeypatch, persons)
    expected = {reference.person_id(one): reference.parents(one) for one in persons if reference.person_id(one)}
    assert {row["person_id"]: (row["parent1_id"], row["parent2_id"]) for row in made.rows("persons")} == expected
    assert {row["person_id"] for row in made.rows("residences")} == set(expected)
    assert {row["person_id"] for row in made.rows("enrolments")} == {reference.listed(bsn(line)) for line in range(7)}
    findings = made.result.findings
    assert Counter(findings.lines("person_twice")) == Counter(
        one.line for one in persons if one not in reference.counting
    )
    assert set(findings.lines("ambiguous")) == {line for line in range(7) if reference.is_ambiguous(bsn(line))}
    disagreements = {one.line: reference.disagreements(one) for one in persons if reference.person_id(one)}
    assert Counter(findings.lines("parent_numbers_disagree")) == Counter(disagreements)


def _with_links(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, *links: tuple[str, str], earlier: tuple[Numbers, ...] = ()
) -> Made:
    register = [person(2, Numbers(a_number(1), bsn(1)), earlier=earlier), person(3, Numbers(a_number(2), bsn(2)))]
    rows = [enrolment(2, bsn(91), Space.EDUCATION_NUMBER), enrolment(3, bsn(1), Space.EDUCATION_NUMBER)]
    sources = serve(
        monkeypatch,
        gbav=MemoryReader("register", register),
        school_csv=MemoryReader("enrolments", rows, "school"),
        links=MemoryReader("links", [link(line, *pair) for line, pair in enumerate(links, start=2)], "links"),
    )
    return workshop.deliver(*sources)


def _education_id(made: Made, number: str) -> str:
    return read_key(made.key_file).pseudonym(Space.EDUCATION_NUMBER, number)


def test_an_education_number_leads_to_the_person_of_its_bsn(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _with_links(workshop, monkeypatch, (bsn(1), bsn(91)))
    # The other education number has the digits of a BSN, and must not be taken for it.
    assert [row["person_id"] for row in made.rows("enrolments")] == sorted(
        [made.bsn_id(1), _education_id(made, bsn(1))]
    )
    assert made.result.findings.lines("education_number_unlinked") == [3]
    assert made.result.findings.count("link_ambiguous") == 0


def test_a_link_on_an_earlier_bsn_leads_to_the_present_person(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _with_links(workshop, monkeypatch, (bsn(50), bsn(91)), earlier=(Numbers("", bsn(50)),))
    assert made.bsn_id(1) in {row["person_id"] for row in made.rows("enrolments")}


@pytest.mark.parametrize("pairs", [((1, 91), (2, 91)), ((1, 91), (1, 92))], ids=["two persons", "two numbers"])
def test_an_ambiguous_link_is_followed_for_neither(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, pairs: tuple[tuple[int, int], ...]
) -> None:
    made = _with_links(workshop, monkeypatch, *((bsn(one), bsn(other)) for one, other in pairs))
    assert {row["person_id"] for row in made.rows("enrolments")} == {
        _education_id(made, bsn(91)),
        _education_id(made, bsn(1)),
    }
    assert made.result.findings.lines("link_ambiguous") == [2, 3]
    assert made.result.findings.lines("education_number_unlinked") == [2, 3]
