"""The SQL that decides who is who comes to what plain Python comes to, whatever the muddle. Synthetic numbers."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from brp_signals.gateway import Source
from brp_signals.gateway.formats.records import Numbers, Person
from brp_signals.gateway.pseudonyms import Space, read_key
from tests.gateway.linking_reference import Reference
from tests.gateway.memory_readers import MemoryReader, enrolment, link, person, residence, serve
from tests.gateway.rubric import Made, Workshop, a_number, bsn

pytestmark = pytest.mark.long

_NOT_BUILT = [HealthCheck.function_scoped_fixture]
#: Few numbers, so that they meet; empty ones too.
_NUMBERS = st.builds(
    Numbers,
    st.sampled_from(["", *map(a_number, range(5))]),
    st.sampled_from(["", *map(bsn, range(5))]),
)
_HERE, _MOVED = residence(0), residence(0)._replace(municipality_code="0518")
_GONE = residence(0, departure_date="20260302")._replace(municipality_code="1999", address_function="")
_LINES = st.fixed_dictionaries(
    {
        "numbers": _NUMBERS,
        "earlier": st.lists(_NUMBERS.filter(bool), max_size=2).map(tuple),
        "birth_date": st.sampled_from(["20120505"] * 4 + ["20120000", "00000000", "20130606", "19660013"]),
        "suspension_reason": st.sampled_from(["", "", "", "E", "O", "F", "W"]),
        "is_confidential": st.booleans(),
        "parents": st.tuples(_NUMBERS, _NUMBERS),
        "children": st.lists(_NUMBERS.filter(bool), max_size=2).map(tuple),
        "residences": st.sampled_from([(_HERE,), (_GONE,), (_MOVED,), (_GONE, _HERE._replace(seq=1))]),
    }
)
_DAYS = st.tuples(*[st.sampled_from([date(2026, 6, 10), date(2026, 6, 14)])] * 3)
_REGISTERS = ("gbav", "lg01", "haal_centraal")
_CHILD: dict[str, object] = {
    "numbers": Numbers("", bsn(0)),
    "earlier": (),
    "birth_date": "20120505",
    "suspension_reason": "",
    "is_confidential": False,
    "parents": (Numbers("", ""), Numbers("", "")),
    "children": (),
    "residences": (_GONE,),
}


@settings(max_examples=60, deadline=None, suppress_health_check=_NOT_BUILT)
@given(lines=st.lists(st.tuples(st.integers(0, 2), _LINES), min_size=1, max_size=9), days=_DAYS)
@example(  # called emigrated by a newer source that shows no departure
    lines=[(0, _CHILD), (2, _CHILD | {"suspension_reason": "E", "residences": (_HERE,)})],
    days=(date(2026, 6, 10), date(2026, 6, 10), date(2026, 6, 14)),
)
def test_sql_and_python_agree(
    workshop: Workshop,
    monkeypatch: pytest.MonkeyPatch,
    lines: list[tuple[int, dict[str, object]]],
    days: tuple[date, date, date],
) -> None:
    registers = _registers(lines)
    reference = Reference(list(zip(days, registers, strict=True)), read_key(workshop.key_file))
    made = _deliver(workshop, monkeypatch, registers, days)
    expected = {reference.person_id(one): one for one in reference.people if reference.person_id(one)}
    assert {row["person_id"]: (row["parent1_id"], row["parent2_id"]) for row in made.rows("persons")} == {
        person_id: reference.parents(one) for person_id, one in expected.items()
    }
    cells = ("birth_date", "suspension_reason", "municipality_code", "is_confidential")
    assert {row["person_id"]: tuple(row[cell] for cell in cells) for row in made.rows("persons")} == {
        person_id: one.today() for person_id, one in expected.items()
    }
    assert Counter((row["person_id"], row["seq"], row["municipality_code"]) for row in made.rows("residences")) == (
        Counter(
            (person_id, str(block.seq), block.municipality_code)
            for person_id, one in expected.items()
            for block in one.residences()
        )
    )
    assert {row["person_id"] for row in made.rows("enrolments")} == {reference.listed(bsn(line)) for line in range(7)}
    findings = made.result.findings
    assert Counter(findings.lines("person_twice")) == Counter(
        other.line for one in reference.people for other in one.others
    )
    assert set(findings.lines("ambiguous")) == {line for line in range(7) if reference.is_ambiguous(bsn(line))}
    disagreements = {one.counting.line: reference.disagreements(one) for one in expected.values()}
    assert Counter(findings.lines("parent_numbers_disagree")) == Counter(disagreements)


def _registers(lines: list[tuple[int, dict[str, object]]]) -> list[list[Person]]:
    """Three registers, the last one of a source without history; somebody is in each, so that there is a delivery."""
    registers = [[person(990 + number, Numbers(a_number(90 + number), bsn(90 + number)))] for number in range(3)]
    for line, (register, cells) in enumerate(lines):
        changes = {**cells, "is_snapshot": register == 2}
        if register == 2:
            changes["residences"] = cells["residences"][:1]  # type: ignore[index]
        registers[register].append(person(line, **changes))  # type: ignore[arg-type]
    return registers


def _deliver(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, registers: list[list[Person]], days: tuple[date, ...]
) -> Made:
    rows = [enrolment(line, bsn(line)) for line in range(7)]
    readers = dict(zip(_REGISTERS, (MemoryReader("register", persons) for persons in registers), strict=True))
    *sources, school = serve(monkeypatch, **readers, school_csv=MemoryReader("enrolments", rows, "school"))
    dated = [Source(*source, day) for source, day in zip(sources, days, strict=True)]
    return workshop.deliver(*dated, school)


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
