"""One municipality in every format: the same delivery, whatever carried it. Purely synthetic persons."""

import random
from collections.abc import Callable

import pytest

from tests.gateway.rubric import Made, Workshop, bsn, school_row
from tests.gateway.writing import haal_centraal, lo_json
from tests.gateway.writing.gbav import gbav
from tests.gateway.writing.lg01 import lg01
from tests.gateway.writing.municipality import (
    CANARY,
    EARLIER,
    PersonList,
    canary,
    municipality,
    planted,
    present,
    serials,
)

pytestmark = pytest.mark.long

Writer = Callable[[list[PersonList]], bytes]

#: Formats that carry the whole list: (profile, file name, writer).
WITH_HISTORY: dict[str, tuple[str, str, Writer]] = {
    "rubric": ("gbav", "register.csv", gbav),
    "lg01": ("lg01", "register.gba", lg01),
    "sv01 in lines": ("lg01", "register.gba", lambda lists: lg01(lists, "Sv01", b"\r\n")),
    "rb01": ("lg01", "register.gba", lambda lists: lg01(lists, "Rb01", b"\n")),
    "json lines": ("lo-json", "register.jsonl", lo_json.lines),
    "bulk zip": ("lo-json", "register.zip", lambda lists: lo_json.bulk_zip(lo_json.lines(lists, "Lg01"))),
}
WITHOUT_HISTORY: dict[str, tuple[str, str, Writer]] = {
    "register side": ("haal-centraal", "register.json", haal_centraal.register_side),
    "answer side": ("haal-centraal", "register.json", haal_centraal.answer_side),
}
#: What Haal Centraal does not carry.
_NOT_CARRIED = ("declared_by", "recorded_on")
ALL = {**WITH_HISTORY, **WITHOUT_HISTORY}


def _deliver(workshop: Workshop, form: tuple[str, str, Writer], lists: list[PersonList]) -> Made:
    profile, name, write = form
    known = serials(lists)
    traces = [(bsn(known[5]), "leave", "verlof", "2026-05-01", "")]
    return workshop.deliver(
        (profile, workshop.file(name, write(lists))),
        workshop.school(*(school_row(serial) for one in known for serial in (one, EARLIER + one))),
        workshop.traces(*traces),
        delivery_id="round-trip",
    )


def _tables(made: Made) -> dict[str, bytes]:
    return {name: content for name, content in made.bytes().items() if name.endswith(".csv")}


@pytest.fixture(scope="module")
def lists() -> list[PersonList]:
    """The municipality, with a canary in every refused element of every block."""
    return planted(municipality(), canary)


@pytest.fixture
def reference(workshop: Workshop, lists: list[PersonList]) -> Made:
    """The delivery from the rubric CSV."""
    return _deliver(workshop, WITH_HISTORY["rubric"], lists)


def test_the_municipality_holds_what_a_register_holds(reference: Made) -> None:
    persons, residences = reference.rows("persons"), reference.rows("residences")
    assert {row["suspension_reason"] for row in persons} == {"", "E"}
    assert {row["is_confidential"] for row in persons} == {"0", "1"}
    assert {row["is_destination_unknown"] for row in residences} == {"", "0", "1"}
    assert {row["is_incorrect"] for row in residences} == {"0", "1"}
    assert {row["is_under_inquiry"] for row in residences} == {"0", "1"}
    assert max(int(row["seq"]) for row in residences) == 3
    assert reference.result.findings.counts().keys() >= {
        "bsn_absent",
        "earlier_number_followed",
        "date_impossible",
        "parent_from_children",
        "stillborn_dropped",
    }


@pytest.mark.parametrize("form", WITH_HISTORY.values(), ids=WITH_HISTORY)
def test_the_same_persons_in_any_format_give_the_same_bytes(
    workshop: Workshop, lists: list[PersonList], reference: Made, form: tuple[str, str, Writer]
) -> None:
    made = _deliver(workshop, form, lists)
    assert _tables(made) == _tables(reference)
    assert len(made.rows("persons")) == len(lists)
    assert made.result.set_aside == {}
    counts, expected = made.result.findings.counts(), reference.result.findings.counts()
    unread = ("column_not_read", "forbidden_column_not_read")
    assert {kind: count for kind, count in counts.items() if kind not in unread} == {
        kind: count for kind, count in expected.items() if kind not in unread
    }
    assert all(counts[kind] > 0 for kind in unread)


@pytest.mark.parametrize("form", WITHOUT_HISTORY.values(), ids=WITHOUT_HISTORY)
def test_haal_centraal_is_equal_in_what_it_carries_and_empty_in_the_rest(
    workshop: Workshop, lists: list[PersonList], reference: Made, form: tuple[str, str, Writer]
) -> None:
    made = _deliver(workshop, form, lists)
    expected = [{**row, **dict.fromkeys(_NOT_CARRIED, "")} for row in reference.rows("residences") if row["seq"] == "0"]
    assert made.rows("residences") == expected
    assert made.result.findings.count("history_absent") == len(lists)
    by_a_number_alone = {
        reference.bsn_id(serial)
        for serial, person in zip(serials(lists), lists, strict=True)
        if "02" in person and "01.10" in present(person, "02") and "01.20" not in present(person, "02")
    }
    assert by_a_number_alone
    differing = {
        row["person_id"]
        for row, other in zip(made.rows("persons"), reference.rows("persons"), strict=True)
        if row != other
    }
    assert differing <= by_a_number_alone
    assert made.result.set_aside == {}


@pytest.mark.parametrize(
    "form", [*WITH_HISTORY.values(), *WITHOUT_HISTORY.values()], ids=[*WITH_HISTORY, *WITHOUT_HISTORY]
)
def test_refused_elements_change_nothing_and_show_nowhere(
    workshop: Workshop,
    lists: list[PersonList],
    form: tuple[str, str, Writer],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    profile, name, write = form
    if form in WITHOUT_HISTORY.values():
        form = (profile, name, lambda lists: write(lists, f"{CANARY}é"))  # type: ignore[call-arg]
    made = _deliver(workshop, form, lists)
    assert CANARY.encode() in (workshop.folder / name).read_bytes() or "zip" in name
    said = "\n".join([*made.result.sentences(), repr(made.result), str(made.result.as_dict()), caplog.text])
    said += "".join(capfd.readouterr())
    assert CANARY not in said
    assert not any(CANARY.encode() in content for content in made.bytes().values())
    bare = _deliver(workshop, (profile, name, write), municipality())
    assert _tables(bare) == _tables(made)
    chance = random.Random(3)
    shuffled = _deliver(workshop, (profile, name, write), planted(municipality(), lambda _: str(chance.random())))
    assert _tables(shuffled) == _tables(made)


@pytest.mark.parametrize(
    "form", [*WITH_HISTORY.values(), *WITHOUT_HISTORY.values()], ids=[*WITH_HISTORY, *WITHOUT_HISTORY]
)
def test_another_known_country_is_the_same_to_us(
    workshop: Workshop, lists: list[PersonList], form: tuple[str, str, Writer]
) -> None:
    elsewhere = [
        {
            **person,
            "08": [
                [
                    {**block, "13.10": "9089", "13.40": "Köln"} if block.get("13.10", "0000") != "0000" else block
                    for block in entry
                ]
                for entry in person["08"]
            ],
        }
        for person in lists
    ]
    assert elsewhere != lists
    assert _tables(_deliver(workshop, form, elsewhere)) == _tables(_deliver(workshop, form, lists))


def test_the_order_of_persons_makes_no_difference(workshop: Workshop, lists: list[PersonList], reference: Made) -> None:
    for form in WITH_HISTORY.values():
        tables = _tables(_deliver(workshop, form, [*reversed(lists)]))
        assert tables["residences.csv"] == _tables(reference)["residences.csv"]
        assert tables["persons.csv"] == _tables(reference)["persons.csv"]
