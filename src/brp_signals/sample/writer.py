"""Writing the sample: the delivery, the truth beside it, and a configuration that declares its sources.

Every byte depends on the arguments alone: files are UTF-8 with LF line ends, rows sorted by person.
"""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from brp_signals.base.errors import UsageProblem
from brp_signals.base.private_files import read_small
from brp_signals.delivery.contract import DELIVERY_SCHEMA, ENROLMENTS, PERSONS, RESIDENCES, TRACES
from brp_signals.sample import school_file
from brp_signals.sample.departures import BASE_RATE, CATALOGUE, tell_stories
from brp_signals.sample.dirt import BadRow, Row, a_night_later, bad_rows
from brp_signals.sample.households import RETENTION_DAYS, SOURCE_OF, populate
from brp_signals.sample.nights import News, next_night
from brp_signals.sample.people import Person
from brp_signals.sample.town import Town, Truth

#: The columns of the files as written; residences carry the optional start of an inquiry.
_COLUMNS = {
    "persons": PERSONS,
    "residences": (*RESIDENCES, "inquiry_from"),
    "enrolments": ENROLMENTS,
    "traces": TRACES,
}
TRUTH_COLUMNS = (
    "person_id",
    "departed_on",
    "what_really_happened",
    "was_here",
    "is_compulsory_age",
    "signs",
    "expected",
    "meaning_nl",
    "departures_multiplied_by",
)
NEWS_COLUMNS = ("night", "person_id", "departed_on", "what_happened", "expected", "meaning_nl")
PSEUDONYM_KEY_ID = "sample"
#: The years between which a town with its past and its children's future fits.
FIRST_YEAR, LAST_YEAR = 1900, 2100
#: A year and a day; every night is a whole delivery on disk.
MOST_NIGHTS = 366
#: A town in which a fifth of the people are departed children is no town any more.
_MOST_DEPARTURES = 0.2
_LARGEST_MANIFEST = 10_000_000
_FEWEST_PERSONS = 200

_CONFIGURATION = """\
# Configuration for the synthetic delivery beside it: the sources of traces that it uses, all invented.
# Every source is a decision of the municipality: legal basis, retention and, for its own provisions, a DPIA.

[enrolment_sources.leerplicht]
legal_basis = "Leerplichtwet 1969, artikelen 16 en 19"
file = "leerplicht"
"""
_SOURCES = {
    "absence_report": ("Leerplichtwet 1969, artikel 21a", ""),
    "school_result": ("Leerplichtwet 1969, artikel 4, tweede lid", ""),
    "exemption": ("Leerplichtwet 1969, artikelen 5 tot en met 9", 'file = "leerplicht"\n'),
    "leave": ("Leerplichtwet 1969, artikelen 11, 13a en 14", ""),
    "tmv_report": ("Wet basisregistratie personen, artikel 2.34", ""),
    "municipal_provision": (
        "Verordening zwemonderwijs (voorbeeld)",
        'dpia_reference = "DPIA-VOORBEELD-001"\n',
    ),
}


#: Reference date of the sample that is committed.
SAMPLE_DATE = date(2026, 11, 20)


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """What was written, in counts; `departures` are those of children of compulsory school age."""

    delivery: Path
    truth: Path
    configuration: Path
    delivery_id: str
    rows: dict[str, int]
    departures: int
    departures_with_sign: int
    bad_rows: dict[str, int]
    departure_factor: int


def write_sample(
    out: Path,
    persons: int = 6000,
    seed: int = 1,
    reference_date: date = SAMPLE_DATE,
    departure_factor: int = 1,
    municipality: str = "0363",
    nights: int = 1,
) -> SampleSummary:
    """Write a synthetic municipality of `persons` people as a delivery folder `out`.

    Beside it come `<out>.truth.csv`, which says what really happened behind every departure of a child and is never
    read by the pipeline, `<out>.brp-signals.toml`, which declares the trace sources, and `<out>.schools.csv`, which
    names the schools as DUO's open files do. With
    `departure_factor` 1 children leave as often as in reality; a larger one multiplies that and makes every
    story occur. With more than one of `nights`, `out` holds a delivery folder for each of as many days, named after
    its date, of which the last is the reference date; the truth is that of the first night, and `<out>.news.csv`
    says what each later one brought. The same arguments give the same bytes; the summary is about the last night.
    Raises UsageProblem for arguments that make no town and for a folder that holds anything but an earlier sample.
    """
    first = _first_night(reference_date, nights)
    folders = [out] if nights == 1 else [out / str(first + timedelta(days=number)) for number in range(nights)]
    _check(out, folders, persons, departure_factor, municipality)
    town = _town(seed, first, municipality, persons, departure_factor)
    truth, configuration = _beside(out, ".truth.csv"), _beside(out, ".brp-signals.toml")
    truth_rows = _truth_rows(town.truths, departure_factor)
    rows = _rows(town)
    bad = bad_rows(town, rows)
    _write_delivery(folders[0], town, rows, bad)
    _keep_out_of_the_news(town, bad)
    news: list[News] = []
    for number, folder in enumerate(folders[1:], start=2):
        news += next_night(town, departure_factor, number)
        rows, bad = _rows(town), a_night_later(bad, town.reference_date)
        _write_delivery(folder, town, rows, bad)
    _write(truth, _csv(TRUTH_COLUMNS, truth_rows))
    _write(configuration, _configuration_text().encode())
    _write(_beside(out, ".schools.csv"), _csv(school_file.COLUMNS, school_file.school_rows(town.schools), ";"))
    if nights > 1:
        _write(_beside(out, ".news.csv"), _csv(NEWS_COLUMNS, _news_rows(news)))
    compulsory = [entry for entry in town.truths if entry.is_compulsory_age]
    return SampleSummary(
        delivery=folders[-1],
        truth=truth,
        configuration=configuration,
        delivery_id=_delivery_id(town),
        rows={table: len(rows[table]) + sum(entry.table == table for entry in bad) for table in _COLUMNS},
        departures=len(compulsory),
        departures_with_sign=sum(entry.shows_sign for entry in compulsory),
        bad_rows=dict(Counter(entry.table for entry in bad)),
        departure_factor=departure_factor,
    )


def _first_night(last: date, nights: int) -> date:
    """The day of the first delivery: the last one is of the reference date, since none may lie ahead of the clock."""
    if not FIRST_YEAR < last.year < LAST_YEAR:
        raise UsageProblem(f"Reference date: a day after {FIRST_YEAR} and before {LAST_YEAR}.")
    if not 1 <= nights <= MOST_NIGHTS:
        raise UsageProblem(f"Nights: a number from 1 to {MOST_NIGHTS}.")
    return last - timedelta(days=nights - 1)


def _town(seed: int, today: date, municipality: str, persons: int, factor: int) -> Town:
    """The town on its first night: the departures with their stories, and everybody else."""
    town = Town(seed, today, municipality, persons)
    tell_stories(town, factor)
    if len(town.people) > persons:
        raise UsageProblem(
            f"Sample of {persons} persons: too few for the families of its departures; "
            f"ask for at least {len(town.people) + persons // 2} persons."
        )
    populate(town, persons)
    return town


def _keep_out_of_the_news(town: Town, bad: list[BadRow]) -> None:
    """Of families with a bad row nothing more is told: what became of them would be hard to say."""
    spoilt = {entry.cells[0] for entry in bad}
    town.families = [
        household for household in town.families if spoilt.isdisjoint(person.person_id for person in household.members)
    ]


def story_codes() -> tuple[str, ...]:
    """The codes of all stories, as they stand in the column `what_really_happened`."""
    return tuple(CATALOGUE)


def _check(out: Path, folders: list[Path], persons: int, factor: int, municipality: str) -> None:
    if persons < _FEWEST_PERSONS:
        raise UsageProblem(f"Sample: ask for at least {_FEWEST_PERSONS} persons; fewer make no town.")
    if factor < 1:
        raise UsageProblem("Departure factor: must be 1 or more; 1 is as often as in reality.")
    if persons * BASE_RATE * factor > persons * _MOST_DEPARTURES:
        raise UsageProblem("Departure factor: so many children leave that no town is left; ask for at most 125.")
    if not (len(municipality) == 4 and municipality.isascii() and municipality.isdigit()):
        raise UsageProblem("Municipality: a code of four digits, such as 0363.")
    if out.exists() and not (_is_earlier_sample(out) if folders == [out] else _are_earlier_nights(out, folders)):
        raise UsageProblem(f"{out.name}: exists and is no earlier sample; choose another folder or empty it.")


def _is_earlier_sample(out: Path) -> bool:
    if not out.is_dir():
        return False
    if not any(out.iterdir()):
        return True
    try:
        manifest = json.loads(read_small(out / "manifest.json", _LARGEST_MANIFEST))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("pseudonym_key_id") == PSEUDONYM_KEY_ID


def _are_earlier_nights(out: Path, folders: list[Path]) -> bool:
    """Whether a folder holds nothing but earlier deliveries of the nights that come now."""
    return out.is_dir() and all(inner in folders and _is_earlier_sample(inner) for inner in out.iterdir())


def _rows(town: Town) -> dict[str, list[Row]]:
    """The good rows of every table, sorted by person, a person's own rows in the order of the contract."""
    people = sorted(town.people, key=lambda person: person.person_id)
    return {
        "persons": [_person_row(person) for person in people],
        "residences": [row for person in people for row in _residence_rows(person)],
        "enrolments": [row for person in people for row in sorted(town.schools.rows(person))],
        "traces": [row for person in people for row in _trace_rows(person)],
    }


def _person_row(person: Person) -> Row:
    return (
        person.person_id,
        person.birth_date,
        person.suspension_reason,
        person.suspension_date,
        person.municipality_code,
        person.parent1_id,
        person.parent2_id,
        str(int(person.is_confidential)),
    )


def _residence_rows(person: Person) -> list[Row]:
    return [
        (
            person.person_id,
            str(seq),
            row.municipality_code,
            row.address_function,
            row.address_id,
            row.address_from,
            row.departure_date,
            row.is_destination_unknown,
            row.declared_by,
            row.valid_from,
            row.recorded_on,
            row.is_under_inquiry,
            row.is_incorrect,
            row.inquiry_from,
        )
        for seq, row in enumerate(reversed(person.residences))
    ]


def _trace_rows(person: Person) -> list[Row]:
    return sorted(
        (
            person.person_id,
            trace.kind,
            trace.source_code,
            trace.event_on.isoformat(),
            trace.ended_on.isoformat() if trace.ended_on else "",
        )
        for trace in person.traces
    )


def _truth_rows(truths: list[Truth], factor: int) -> list[Row]:
    rows = (
        (
            truth.person_id,
            truth.departed_on,
            truth.what_really_happened,
            truth.was_here,
            str(truth.is_compulsory_age).lower(),
            "|".join(sorted(truth.signs)),
            truth.expected,
            truth.meaning_nl,
            str(factor),
        )
        for truth in truths
    )
    return sorted(rows)


def _news_rows(news: list[News]) -> list[Row]:
    return sorted(
        (
            item.night.isoformat(),
            item.person_id,
            item.departed_on,
            item.what_happened,
            item.expected,
            item.meaning_nl,
        )
        for item in news
    )


def _write_delivery(out: Path, town: Town, rows: dict[str, list[Row]], bad: list[BadRow]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    tables = {}
    for table, columns in _COLUMNS.items():
        # Sorting is stable, so a person's own rows keep their order.
        extra = [entry.cells for entry in bad if entry.table == table]
        lines = sorted([*rows[table], *extra], key=lambda row: row[0])
        content = _csv(columns, lines)
        _write(out / f"{table}.csv", content)
        digest = hashlib.sha256(content).hexdigest()
        file = {"name": f"{table}.csv", "format": "csv", "rows": len(lines), "sha256": digest, "sorted": True}
        tables[table] = {"files": [file]}
    manifest = {
        "schema": DELIVERY_SCHEMA,
        "delivery_id": _delivery_id(town),
        "reference_date": town.reference_date.isoformat(),
        "scope": {"municipalities": [town.municipality]},
        "pseudonym_key_id": PSEUDONYM_KEY_ID,
        "tables": tables,
    }
    _write(out / "manifest.json", (json.dumps(manifest, indent=2) + "\n").encode())


def _delivery_id(town: Town) -> str:
    return f"{town.reference_date.isoformat()}-{town.municipality}"


def _configuration_text() -> str:
    parts = [_CONFIGURATION]
    for kind, code in SOURCE_OF.items():
        legal_basis, more = _SOURCES[kind]
        parts.append(
            f'\n[[sources]]\ncode = "{code}"\nkind = "{kind}"\nlegal_basis = "{legal_basis}"\n'
            f"retention_days = {RETENTION_DAYS[kind]}\n{more}"
        )
    return "".join(parts)


def _csv(columns: tuple[str, ...], rows: Iterable[Row], separator: str = ",") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _beside(out: Path, suffix: str) -> Path:
    return out.parent / (out.name + suffix)
