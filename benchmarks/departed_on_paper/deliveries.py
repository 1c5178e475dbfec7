"""What reaches a tool: twelve monthly deliveries in the form of the delivery contract, and the truth beside them.

The form is that of docs/detection.md, written here without any code of brp-signals: CSV files with a header, sorted by
person, and a manifest with their hashes.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from benchmarks.departed_on_paper.chances import number_of
from benchmarks.departed_on_paper.life import Child, Family
from benchmarks.departed_on_paper.register import Departure
from benchmarks.departed_on_paper.schools import School
from benchmarks.departed_on_paper.traces import SOURCES, Trace
from benchmarks.departed_on_paper.world import NIGHTS, Town

Row = tuple[str, ...]
COLUMNS: dict[str, Sequence[str]] = {
    "persons": [
        "person_id",
        "birth_date",
        "suspension_reason",
        "suspension_date",
        "municipality_code",
        "parent1_id",
        "parent2_id",
        "is_confidential",
    ],
    "residences": [
        "person_id",
        "seq",
        "municipality_code",
        "address_function",
        "address_id",
        "address_from",
        "departure_date",
        "is_destination_unknown",
        "declared_by",
        "valid_from",
        "recorded_on",
        "is_under_inquiry",
        "is_incorrect",
    ],
    "enrolments": ["person_id", "school_id", "education_type", "enrolled_on", "withdrawn_on", "source", "seen_on"],
    "traces": ["person_id", "kind", "source_code", "event_on", "ended_on"],
}
TRUTH = [
    "town",
    "person_id",
    "family",
    "departed_on",
    "recorded_on",
    "is_destination_unknown",
    "born",
    "registered_again_on",
    "wrong_from",
    "wrong_until",
    "kind",
    "children_of_family",
    "school_carefulness",
]
#: Traces are delivered for a year.
_TRACES_KEPT = timedelta(days=365)
#: Of each school a night holds its newest list and all that came since the night before.
_FIRST_LISTS = timedelta(days=62)
_SCHOOL_AGE = range(5, 18)
#: A family that is still packing in the fortnight after its legal departure is not wrongly registered.
_PACKING = timedelta(days=14)


def write_world(towns: Sequence[Town], out: Path) -> list[Path]:
    """Write the nights of a world as folders `out/<night>`, and `out/truth.csv`; returns the folders, oldest first."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "truth.csv").write_bytes(_csv(TRUTH, truth_rows(towns)))
    return [_write_night(towns, nth, out) for nth in range(len(NIGHTS))]


def _write_night(towns: Sequence[Town], nth: int, out: Path) -> Path:
    night = NIGHTS[nth]
    since = NIGHTS[nth - 1] if nth else night - _FIRST_LISTS
    folder = out / night.isoformat()
    folder.mkdir(exist_ok=True)
    tables: dict[str, Iterator[Row]] = {
        "persons": (row for town in towns for row in _person_rows(town, night)),
        "residences": (row for town in towns for row in _residence_rows(town, night)),
        "enrolments": (row for town in towns for row in _enrolment_rows(town, since, night)),
        "traces": (row for town in towns for row in _trace_rows(town, night)),
    }
    files = {
        table: _write_table(folder / f"{table}.csv", COLUMNS[table], sorted(rows)) for table, rows in tables.items()
    }
    manifest = {
        "schema": "brp-signals/delivery/1",
        "delivery_id": f"paper-{night.isoformat()}",
        "reference_date": night.isoformat(),
        "scope": {"municipalities": [town.code for town in towns]},
        "pseudonym_key_id": "departed-on-paper",
        "tables": {table: {"files": [file]} for table, file in files.items()},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return folder


def _write_table(file: Path, columns: Sequence[str], rows: Sequence[Row]) -> dict[str, object]:
    data = _csv(columns, rows)
    file.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    return {"name": file.name, "format": "csv", "rows": len(rows), "sha256": digest, "sorted": True}


def _csv(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def _known(departure: Departure | None, night: date) -> Departure | None:
    return departure if departure and departure.recorded_on <= night else None


def _is_registered(departure: Departure | None, night: date) -> bool:
    return departure is None or bool(departure.registered_again_on and departure.registered_again_on <= night)


def _person_rows(town: Town, night: date) -> Iterator[Row]:
    for family in town.families:
        departure = _known(town.departures[family.number], night)
        is_registered = _is_registered(departure, night)
        suspension = (
            ("", "", town.code) if is_registered or departure is None else ("E", _day(departure.departed_on), "1999")
        )
        first, second = (*family.parents, "")[:2]
        for child in family.children:
            yield child.person_id, _day(child.born), *suspension, first, second, "0"
        for nth, parent in enumerate(family.parents):
            yield parent, f"19{80 + nth}0101", *suspension, "", "", "0"


def _residence_rows(town: Town, night: date) -> Iterator[Row]:
    for family in town.families:
        departure = _known(town.departures[family.number], night)
        for person, moved_in in _people(family):
            rows = [_address(town, family, moved_in, "old")]
            if departure:
                rows.insert(0, _departure_row(departure))
                if departure.registered_again_on and departure.registered_again_on <= night:
                    rows.insert(0, _address(town, family, departure.registered_again_on, "new"))
            for seq, row in enumerate(rows):
                yield person, str(seq), *row


def _people(family: Family) -> Iterator[tuple[str, date]]:
    """Everybody of the family with the day from which the address holds."""
    oldest = min(child.born for child in family.children)
    yield from ((child.person_id, child.born) for child in family.children)
    yield from ((parent, oldest) for parent in family.parents)


def _address(town: Town, family: Family, since: date, which: str) -> Row:
    day = _day(since)
    return (
        town.code,
        "W",
        number_of(family.number, which),
        day,
        "",
        "",
        "G",
        day,
        _day(since + timedelta(days=2)),
        "0",
        "0",
    )


def _departure_row(departure: Departure) -> Row:
    day, by = _day(departure.departed_on), "A" if departure.is_destination_unknown else "I"
    unknown = "1" if departure.is_destination_unknown else "0"
    return "1999", "", "", "", day, unknown, by, day, _day(departure.recorded_on), "0", "0"


def _enrolment_rows(town: Town, since: date, night: date) -> Iterator[Row]:
    sent = {school: list(_lists_of(school, since, night)) for school in town.schools.all}
    for person_id, spells in town.spells.items():
        for spell in spells:
            for seen_on, as_of in sent[spell.school]:
                row = spell.row(as_of)
                if row:
                    kind = spell.school.education_type
                    enrolled_on, withdrawn_on = row[0].isoformat(), row[1].isoformat() if row[1] else ""
                    yield (
                        person_id,
                        spell.school.school_id,
                        kind,
                        enrolled_on,
                        withdrawn_on,
                        "school",
                        seen_on.isoformat(),
                    )


def _lists_of(school: School, since: date, night: date) -> Iterator[tuple[date, date]]:
    """The lists that came since the night before, and in any case the newest one."""
    until_now = [sent for sent in school.lists if sent[0] <= night]
    return (sent for nth, sent in enumerate(reversed(until_now)) if nth == 0 or sent[0] > since)


def _trace_rows(town: Town, night: date) -> Iterator[Row]:
    for trace in town.traces:
        if trace.known_on <= night and trace.event_on >= night - _TRACES_KEPT:
            yield _trace_row(trace)


def _trace_row(trace: Trace) -> Row:
    ended_on = trace.ended_on.isoformat() if trace.ended_on else ""
    return trace.person_id, trace.kind, SOURCES[trace.kind], trace.event_on.isoformat(), ended_on


def truth_rows(towns: Sequence[Town]) -> list[Row]:
    """One row for each recorded departure of a child of 5 to 17 years, in the columns of `TRUTH`."""
    rows = []
    for town in towns:
        for family, child in town.children():
            departure = _known(town.departures[family.number], NIGHTS[-1])
            if departure and child.age(departure.departed_on) in _SCHOOL_AGE:
                rows.append(_truth_row(town, family, child, departure))
    return sorted(rows)


def _truth_row(town: Town, family: Family, child: Child, departure: Departure) -> Row:
    wrong_from, wrong_until, kind = _wrong(child, departure)
    last = max(town.spells[child.person_id], key=lambda spell: spell.told_from, default=None)
    return (
        town.code,
        child.person_id,
        family.number,
        departure.departed_on.isoformat(),
        departure.recorded_on.isoformat(),
        "1" if departure.is_destination_unknown else "0",
        child.born.isoformat(),
        _iso(departure.registered_again_on),
        _iso(wrong_from),
        _iso(wrong_until),
        kind,
        str(len(family.children)),
        f"{last.school.carefulness:.2f}" if last else "",
    )


def _wrong(child: Child, departure: Departure) -> tuple[date | None, date | None, str]:
    """From and until when the registration was wrong, and where the child was: here, elsewhere or gone."""
    lived = [("here", date.min), *((stay.place, stay.since) for stay in child.stays)]
    ends = [since for _, since in lived[1:]] + [date.max]
    for (place, since), end in zip(lived, ends, strict=True):
        if place != "gone" and end - _PACKING > departure.departed_on:
            wrong_from = max(since, departure.departed_on)
            if wrong_from <= NIGHTS[-1]:
                return wrong_from, None if end == date.max else end, place
    return None, None, "gone"


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")
