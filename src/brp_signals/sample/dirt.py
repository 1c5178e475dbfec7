"""Bad rows, a few of many kinds, so that the quarantine of the sample is not empty.

They stand beside the good rows and concern adults without children, pupils who did not leave, or people who
are nowhere else in the delivery. Two school rows alone (rule K-04) stand with children of the truth file, of
the story `gezin-vertrokken`: a run that believed them would find a sign where there is none. Numbers of 8 to
10 digits in place of a pseudonym are left out on purpose: one of those refuses a whole delivery.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from brp_signals.sample.people import Person
from brp_signals.sample.town import Town

Row = tuple[str, ...]

_STILL_TO_COME = "list of a day still to come"
_AHEAD = timedelta(days=9)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row to add to a table, and what is wrong with it."""

    table: str
    fault: str
    cells: Row


def bad_rows(town: Town, rows: dict[str, list[Row]]) -> list[BadRow]:
    """All bad rows for a town whose good rows are `rows`."""
    rng = town.stream("dirt")
    adults, pupils = _innocents(town)
    makers: tuple[Callable[[Town, Random, list[Person], list[Person], dict[str, list[Row]]], list[BadRow]], ...] = (
        _bad_persons,
        _bad_residences,
        _bad_enrolments,
        _bad_traces,
    )
    return [bad for make in makers for bad in make(town, rng, adults, pupils, rows)]


def a_night_later(bad: list[BadRow], today: date) -> list[BadRow]:
    """The same bad rows in a later delivery: nobody mended them, and a list of a day still to come lies ahead again."""
    ahead = (today + _AHEAD).isoformat()
    return [
        replace(entry, cells=(*entry.cells[:-1], ahead)) if entry.fault.endswith(_STILL_TO_COME) else entry
        for entry in bad
    ]


def _innocents(town: Town) -> tuple[list[Person], list[Person]]:
    """Adults without children in the delivery, and resident pupils who never left."""
    linked = {parent for person in town.people for parent in (person.parent1_id, person.parent2_id)}
    told = {truth.person_id for truth in town.truths}
    adults = [
        person
        for person in town.people
        if not (person.parent1_id or person.suspension_reason or person.away or person.person_id in linked)
    ]
    pupils = [
        person for person in town.people if person.enrolments and person.person_id not in told and not person.away
    ]
    return adults, pupils


def _bad_persons(
    town: Town, rng: Random, adults: list[Person], pupils: list[Person], rows: dict[str, list[Row]]
) -> list[BadRow]:
    code = town.municipality
    twin = rng.choice(adults).person_id
    same = next(row for row in rows["persons"] if row[0] == twin)
    return [
        BadRow("persons", "the same person twice", same),
        BadRow("persons", "impossible birth date", (town.new_id(), "20150231", "", "", code, "", "", "0")),
        BadRow("persons", "month 13", (town.new_id(), "19841301", "", "", code, "", "", "0")),
        BadRow(
            "persons",
            "unknown suspension code",
            (town.new_id(), "19700412", "Z", "20240101", code, "", "", "0"),
        ),
        BadRow(
            "persons",
            "id is not hexadecimal",
            (town.new_id()[:-1] + "g", "19660910", "", "", code, "", "", "0"),
        ),
        BadRow("persons", "id too short", (town.new_id()[:31], "19910305", "", "", code, "", "", "0")),
        BadRow(
            "persons",
            "parent is not a pseudonym",
            (town.new_id(), "20130607", "", "", code, "onbekend", "", "0"),
        ),
        BadRow("persons", "a cell is missing", (town.new_id(), "19580123", "", "", code, "", "")),
        BadRow("persons", "wholly unknown birth date", (town.new_id(), "00000000", "", "", code, "", "", "0")),
    ]


def _bad_residences(
    town: Town, rng: Random, adults: list[Person], pupils: list[Person], rows: dict[str, list[Row]]
) -> list[BadRow]:
    def row(**cells: str) -> Row:
        """An old address of an adult, with some cells replaced."""
        good = {
            "person_id": rng.choice(adults).person_id,
            "seq": "9",
            "municipality_code": town.municipality,
            "address_function": "W",
            "address_id": town.new_id(),
            "address_from": "19990301",
            "departure_date": "",
            "is_destination_unknown": "",
            "declared_by": "I",
            "valid_from": "19990301",
            "recorded_on": "19990302",
            "is_under_inquiry": "0",
            "is_incorrect": "0",
            "inquiry_from": "",
        }
        return tuple((good | cells).values())

    return [
        BadRow("residences", "30 February", row(address_from="20010230")),
        BadRow("residences", "date of seven digits", row(valid_from="1999031")),
        BadRow("residences", "unknown address function", row(address_function="X")),
        BadRow("residences", "flag is neither 0 nor 1", row(is_incorrect="2")),
        BadRow("residences", "municipality of two digits", row(municipality_code="36")),
        BadRow("residences", "sequence is not a number", row(seq="oud")),
        BadRow("residences", "a cell too many", (*row(), "extra")),
        BadRow("residences", "nobody has this pseudonym", row(person_id=town.new_id(), seq="0")),
    ]


def _bad_enrolments(
    town: Town, rng: Random, adults: list[Person], pupils: list[Person], rows: dict[str, list[Row]]
) -> list[BadRow]:
    today = town.reference_date
    school = town.schools.open[0]
    seen_on = school.last_two[1].isoformat()

    def row(**cells: str) -> Row:
        """A row on the newest list of a school, with some cells replaced."""
        good = {
            "person_id": rng.choice(pupils).person_id,
            "school_id": school.school_id,
            "education_type": "OTHER",
            "enrolled_on": (today - timedelta(days=400)).isoformat(),
            "withdrawn_on": "",
            "source": "school",
            "seen_on": seen_on,
        }
        return tuple((good | cells).values())

    gone = [truth.person_id for truth in town.truths if truth.what_really_happened == "gezin-vertrokken"]
    before, after = (today - timedelta(days=500)).isoformat(), (today + _AHEAD).isoformat()
    return [
        BadRow("enrolments", "withdrawn before enrolled", row(withdrawn_on=before)),
        BadRow("enrolments", _STILL_TO_COME, row(seen_on=after)),
        BadRow("enrolments", "enrolled before the third birthday", row(enrolled_on="2000-09-01")),
        BadRow(
            "enrolments",
            "vocational school at five",
            row(person_id=_youngest(pupils).person_id, education_type="MBO", enrolled_on=before),
        ),
        *(
            BadRow("enrolments", f"departed child: {fault}", row(person_id=child, education_type="PO", **cells))
            for child, (fault, cells) in zip(
                gone,
                (
                    (_STILL_TO_COME, {"seen_on": after}),
                    ("enrolled before the third birthday", {"enrolled_on": "2000-09-01"}),
                ),
                strict=False,
            )
        ),
        BadRow("enrolments", "unknown source", row(source="internet")),
        BadRow("enrolments", "not a school number", row(school_id="1AB")),
        BadRow("enrolments", "date without dashes", row(enrolled_on="20250901")),
        BadRow("enrolments", "a cell is missing", row()[:-1]),
        BadRow("enrolments", "nobody has this pseudonym", row(person_id=town.new_id())),
        BadRow("enrolments", "nobody has this pseudonym", row(person_id=town.new_id())),
    ]


def _bad_traces(
    town: Town, rng: Random, adults: list[Person], pupils: list[Person], rows: dict[str, list[Row]]
) -> list[BadRow]:
    today = town.reference_date
    recent, old = today - timedelta(days=80), today - timedelta(days=1500)

    def row(kind: str, source_code: str, event_on: date | str) -> Row:
        return (rng.choice(pupils).person_id, kind, source_code, str(event_on), "")

    return [
        BadRow("traces", "undeclared source", row("municipal_provision", "bibliotheek", recent)),
        BadRow("traces", "undeclared source", row("leave", "oudersysteem", recent)),
        BadRow("traces", "source of another kind", row("leave", "verzuim", recent)),
        BadRow("traces", "kept longer than its source may", row("absence_report", "verzuim", old)),
        BadRow("traces", "unknown kind", row("hearsay", "verzuim", recent)),
        BadRow("traces", "impossible date", row("school_result", "toetsen", f"{recent.year}-02-30")),
        BadRow("traces", "no date", row("absence_report", "verzuim", "")),
        BadRow(
            "traces",
            "nobody has this pseudonym",
            (town.new_id(), "absence_report", "verzuim", recent.isoformat(), ""),
        ),
    ]


def _youngest(pupils: list[Person]) -> Person:
    return max(pupils, key=lambda pupil: (pupil.birth, pupil.person_id))
