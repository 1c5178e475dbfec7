"""Invariants I-2 and I-12 at the door: what is refused changes nothing and shows nowhere. Synthetic persons."""

import logging
import random
import re
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brp_signals.gateway.findings import MEANINGS, Findings
from brp_signals.gateway.formats import gbav
from tests.gateway.rubric import (
    HEADER,
    SCHOOL_HEADER,
    Line,
    Workshop,
    a_number,
    bsn,
    departed,
    residence,
    rubric,
    school_row,
    table,
    who,
)

pytestmark = pytest.mark.long

#: The reader's own list says what is taken; everything else in the header is refused.
_TAKEN = frozenset(gbav.TAKEN_ELEMENTS)
_REFUSED = sorted({name for name in HEADER if name and name not in _TAKEN})
#: Read, but only to become a yes or no.
_REDUCED = ("08.13.10", "08.13.30", "08.13.40", "08.13.50")


def _persons() -> list[list[dict[str, str]]]:
    return [
        [who(1, c02_01_20=bsn(3), c07_67_20="E") | departed("20260302"), residence()],
        [who(2, c02_01_10=a_number(3)) | departed("20260302", c08_13_10="5010"), residence(c08_09_10="0518")],
        [who(4, c09_01_20=bsn(2), c09_85_10="20120505", c09_H="09"), {}, {"09.01.20": bsn(1), "09.85.10": "20120505"}],
        [who(3, c09_01_20=bsn(1), c09_85_10="20120505", c09_H="09"), {"09.01.20": bsn(2), "09.85.10": "20120505"}],
    ]


def _deliver(workshop: Workshop, persons: Sequence[Sequence[Line]], header: Sequence[str] = HEADER) -> dict[str, bytes]:
    source = ("gbav", workshop.file("register.csv", rubric(persons, header)))
    return workshop.deliver(source, workshop.school(school_row(1), school_row(2))).bytes()


def test_what_is_refused_includes_everything_that_tells_of_origin() -> None:
    origin = {
        "01.02.10",
        "01.03.20",
        "01.03.30",
        "02.03.30",
        "03.03.30",
        "04.05.10",
        "08.12.10",
        "08.14.10",
        "10.39.10",
    }
    assert origin <= set(_REFUSED)
    assert not _TAKEN & origin


def test_canaries_in_every_refused_element_show_nowhere(
    workshop: Workshop, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    planted = _persons()
    for lines in planted:
        for line in lines:
            line.update({name: f"Kanarie{name}" for name in _REFUSED})
            line.update(dict.fromkeys(_REDUCED[1:], "Kanarie"))
    plain = _persons()
    for lines in plain:
        for line in lines:
            line.update(dict.fromkeys(_REDUCED[1:], "x"))
    source = ("gbav", workshop.file("register.csv", rubric(planted)))
    made = workshop.deliver(source, workshop.school(school_row(1), school_row(2)))
    assert made.bytes() == _deliver(workshop, plain)
    said = "\n".join([*made.result.sentences(), str(made.result), str(made.result.as_dict()), caplog.text])
    said += "".join(capfd.readouterr())
    assert "Kanarie" not in said
    assert not any(b"Kanarie" in content for content in made.bytes().values())


def test_the_country_of_departure_makes_no_difference_beyond_known_or_unknown(workshop: Workshop) -> None:
    deliveries = []
    for country in ("5010", "9089", "6024", "7024"):
        persons = _persons()
        persons[1][0]["08.13.10"] = country
        deliveries.append(_deliver(workshop, persons))
    assert all(delivery == deliveries[0] for delivery in deliveries)
    # A pseudonym may hold these four digits by chance, so they are sought as a whole value.
    told = re.compile(rb"(?<![0-9a-f])9089(?![0-9a-f])")
    assert not any(told.search(content) for content in deliveries[0].values())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_permuting_adding_and_removing_refused_columns_changes_nothing(workshop: Workshop, seed: int) -> None:
    chance = random.Random(seed)
    expected = _deliver(workshop, _persons())
    persons = _persons()
    for lines in persons:
        for line in lines:
            line.update({name: str(chance.random()) for name in _REFUSED if chance.random() < 0.5})
    kept = [name for name in HEADER[1:-1] if name in _TAKEN or chance.random() < 0.7]
    header = ["", *dict.fromkeys([*kept, "etniciteit", "08.14.10", "land_vader"]), ""]
    for name in header:
        if name not in HEADER:
            persons[0][0][name] = "Kanarie"
    inner = header[1:-1]
    chance.shuffle(inner)
    names = {"", *inner}
    persons = [[{k: v for k, v in line.items() if k in names} for line in lines] for lines in persons]
    assert _deliver(workshop, persons, ["", *inner, ""]) == expected


def test_no_number_of_a_person_shows_in_delivery_result_or_output(
    workshop: Workshop, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    persons = [*_persons(), [who(5, c01_01_20=bsn(1))], [who(7, c01_01_20=""), {"01.01.20": bsn(6)}]]
    source = ("gbav", workshop.file("register.csv", rubric(persons)))
    rows = [school_row(serial) for serial in range(1, 8)]
    made = workshop.deliver(
        source,
        workshop.school(*rows, school_row(1, school_id=bsn(1))),
        workshop.traces((bsn(1), "leave", "verlof", "2026-05-01", ""), (bsn(2), bsn(2), a_number(2), "x", "")),
    )
    shown = b"".join(made.bytes().values()).decode()
    shown += "\n".join([*made.result.sentences(), repr(made.result), str(made.result.as_dict()), caplog.text])
    shown += "".join(capfd.readouterr())
    for serial in range(1, 8):
        assert bsn(serial) not in shown
        assert a_number(serial) not in shown
    assert workshop.key_file.read_text().strip() not in shown


def test_extra_columns_of_a_school_list_change_nothing(workshop: Workshop) -> None:
    def deliver(name: str, content: bytes) -> dict[str, bytes]:
        source = ("school-csv", workshop.file(name, content))
        return workshop.deliver(workshop.register(*_persons()), source).bytes()

    extra = ("Volledige Naam", "Eerste Nationaliteit", "Datum in Nederland", "gewicht", "opmerkingen")
    plain = deliver("plain", table(SCHOOL_HEADER, [school_row(1), school_row(2)]))
    canaries = ["Kanarie"] * len(extra)
    planted = deliver("planted", table((*extra, *SCHOOL_HEADER), [(*canaries, *school_row(s)) for s in (1, 2)]))
    assert planted == plain


def test_a_finding_has_no_room_for_a_value() -> None:
    findings = Findings()
    with pytest.raises(KeyError):
        findings.add("Jansen", "register.csv", 1)
    for kind in MEANINGS:
        findings.add(kind, "register.csv", 7)
    assert list(findings.counts()) == list(MEANINGS)
    assert len(list(findings.sentences())) == len(MEANINGS)
