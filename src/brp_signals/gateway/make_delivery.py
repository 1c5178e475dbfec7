"""From sources with identities to a delivery without: the work of `brp-signals pseudonymise`.

The register is read twice, person by person: once to learn which number leads to whom, once to write. Lists
of schools and traces are read once. Nothing but the named columns of a source is ever taken up.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from brp_signals.dates import Interval, add_months, parse_register_date
from brp_signals.errors import DeliveryRefused, InternalFailure, UsageProblem
from brp_signals.forbidden import is_forbidden
from brp_signals.gateway.canonical import ListedNumber, Person, Residence
from brp_signals.gateway.delivery_folder import DeliveryFolder
from brp_signals.gateway.findings import SET_ASIDE, Findings
from brp_signals.gateway.key_map import KeyMapPlace, KeyMapWriter
from brp_signals.gateway.links import PersonIndex, parents_of
from brp_signals.gateway.pseudonyms import Pseudonymiser, Space, read_key
from brp_signals.gateway.sorted_table import Row, SortedTable, WrittenFile
from brp_signals.gateway.sources import (
    EnrolmentReader,
    LinkReader,
    Reader,
    RegisterReader,
    TraceListReader,
    open_source,
    source_kind,
)
from brp_signals.tables import DELIVERY_SCHEMA, ENROLMENTS, OPTIONAL, PERSONS, RESIDENCES, TRACES

PROFILES: Final = {
    "gbav": "register extract with rubric columns (RvIG, GBA-V)",
    "haal-centraal": "persons of Haal Centraal / the BRP API, without history",
    "lg01": "messages of the register as bytes (Lg01, Sv01, Rb01)",
    "lo-json": "messages of the register as JSON, the bulk zip or its lines",
    "school-csv": "school list: " + ", ".join(("bsn", *ENROLMENTS[1:5], "seen_on")),
    "trace-csv": "traces: " + ", ".join(("bsn", *TRACES[1:])),
}
#: Kinds of source without which there is no delivery, each with the profile that a message names.
_REQUIRED_KINDS: Final = {"register": "gbav", "enrolments": "school-csv"}
_DELIVERY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_MUNICIPALITY = re.compile(r"[0-9]{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """How the lines of one source file divide; `kept` are persons of a register, rows of a list."""

    profile: str
    file: str
    lines: int
    empty: int
    kept: int


@dataclass(frozen=True, slots=True)
class PseudonymiseResult:
    """What was made and what was noticed; holds counts and places, no value of a person."""

    out: Path
    delivery_id: str
    reference_date: date
    key_id: str
    rows: dict[str, int]
    sources: tuple[SourceAccount, ...]
    findings: Findings
    key_map: KeyMapWriter | None = None

    @property
    def set_aside(self) -> dict[str, int]:
        """Counts of what did not come into the delivery, by kind."""
        return {kind: count for kind, count in self.findings.counts().items() if kind in SET_ASIDE}

    def sentences(self) -> Iterator[str]:
        """The result in lines for people."""
        yield f"Delivery {self.delivery_id} of {self.reference_date.isoformat()} in {self.out}"
        for source in self.sources:
            yield (
                f"{source.profile} {source.file}: {source.lines} lines, {source.empty} empty, {source.kept}"
                f" {'persons' if source_kind(source.profile) == 'register' else 'rows'} kept"
            )
        yield "Rows written: " + ", ".join(f"{table} {rows}" for table, rows in self.rows.items())
        if self.key_map:
            yield from self.key_map.sentences()
        yield from self.findings.sentences()

    def as_dict(self) -> dict[str, Any]:
        """The result for machines (`--json`)."""
        return {
            "delivery_id": self.delivery_id,
            "reference_date": self.reference_date.isoformat(),
            "pseudonym_key_id": self.key_id,
            "rows": self.rows,
            "sources": [
                {"profile": s.profile, "file": s.file, "lines": s.lines, "empty": s.empty, "kept": s.kept}
                for s in self.sources
            ],
            "findings": self.findings.counts(),
            "set_aside": self.set_aside,
            "key_map": self.key_map.as_dict() if self.key_map else None,
        }


def pseudonymise(
    sources: list[tuple[str, Path]],
    key_file: Path,
    out: Path,
    reference_date: date | None = None,
    delivery_id: str | None = None,
    scope: list[str] | None = None,
    key_id: str | None = None,
    key_map: KeyMapPlace | None = None,
) -> PseudonymiseResult:
    """Write the delivery `out` from `sources`, pairs of a profile name and a file, and its key map if it has a place.

    Without a reference date today's (in the Netherlands) holds; without a scope the delivery is national.
    Raises UsageProblem for a wrong call or key file, DeliveryRefused for a source that cannot be read and
    InternalFailure when the machine fails; no delivery is left behind then.
    """
    _check_profiles([profile for profile, _ in sources])
    municipalities = _checked_scope(scope)
    day = reference_date or datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    name = _checked_delivery_id(delivery_id or f"{day.isoformat()}-{(municipalities or ['all'])[0]}")
    pseudonymiser = read_key(key_file)
    if key_map:
        key_map.check(out)
    written_map = key_map.writer(key_id or pseudonymiser.key_id, name, day) if key_map else None
    findings = Findings()
    try:
        with DeliveryFolder(out) as folder:
            passage = _Passage(sources, pseudonymiser, folder.path, findings, written_map, day)
            files = passage.write()
            if written_map:
                # Before the delivery: a map without its delivery helps nobody, a delivery without its map harms.
                written_map.close()
            folder.publish(
                {
                    "schema": DELIVERY_SCHEMA,
                    "delivery_id": name,
                    "reference_date": day.isoformat(),
                    "scope": {"municipalities": municipalities} if municipalities else {"national": True},
                    "pseudonym_key_id": key_id or pseudonymiser.key_id,
                    "tables": {table: {"files": [_entry(file)]} for table, file in files.items()},
                }
            )
    except OSError as problem:
        raise InternalFailure(
            f"The delivery could not be written ({problem.strerror}); nothing was left behind:"
            " check disk space and rights, then start again."
        ) from problem
    return PseudonymiseResult(
        out=out,
        delivery_id=name,
        reference_date=day,
        key_id=key_id or pseudonymiser.key_id,
        rows={table: file.rows for table, file in files.items()},
        sources=tuple(passage.accounts),
        findings=findings,
        key_map=written_map,
    )


class _Passage:
    """One passage of all sources through the gateway."""

    def __init__(
        self,
        sources: Iterable[tuple[str, Path]],
        pseudonymiser: Pseudonymiser,
        folder: Path,
        findings: Findings,
        key_map: KeyMapWriter | None,
        reference_date: date,
    ) -> None:
        self._key_map, self._reference_date = key_map, reference_date
        self._pseudonymiser = pseudonymiser
        self._findings = findings
        self._registers: list[tuple[str, RegisterReader]] = []
        self._schools: list[tuple[str, EnrolmentReader]] = []
        self._traces: list[tuple[str, TraceListReader]] = []
        self._links: list[tuple[str, LinkReader]] = []
        self._bsn_of: dict[str, str] = {}
        self.accounts: list[SourceAccount] = []
        for profile, path in sources:
            self._open(profile, path)
        self._index = PersonIndex(pseudonymiser)
        self._persons = SortedTable("persons", PERSONS, _by_person, folder)
        self._residences = SortedTable("residences", (*RESIDENCES, *OPTIONAL["residences"]), _by_person_and_seq, folder)
        self._enrolments = SortedTable("enrolments", ENROLMENTS, _by_all, folder)
        self._trace_table = SortedTable("traces", TRACES, _by_all, folder)

    def write(self) -> dict[str, WrittenFile]:
        """Read everything, write the tables; a table that ends without a row refuses the sources."""
        self._learn_numbers()
        self._write_persons()
        self._learn_links()
        self._write_enrolments()
        self._write_traces()
        files = {"persons": self._persons.write()[0], "residences": self._residences.write()[0]}
        files["enrolments"] = self._distinct(self._enrolments)
        for table, what in (("persons", "person"), ("residences", "residence"), ("enrolments", "school row")):
            if not files[table].rows:
                raise DeliveryRefused(f"The sources hold no usable {what}, so there is nothing to deliver.")
        traces = self._distinct(self._trace_table)
        if traces.rows:
            files["traces"] = traces
        else:
            self._trace_table.remove()
        return files

    def _open(self, profile: str, path: Path) -> None:
        reader = open_source(profile, path)
        match reader.kind:
            case "register":
                self._registers.append((profile, reader))
            case "enrolments":
                self._schools.append((profile, reader))
            case "traces":
                self._traces.append((profile, reader))
            case "links":
                self._links.append((profile, reader))
        for column in reader.unread:
            kind = "forbidden_column_not_read" if is_forbidden(column) else "column_not_read"
            self._findings.add(kind, reader.file, 1)

    def _learn_numbers(self) -> None:
        unheard = Findings()
        for _, register in self._registers:
            for person in register.persons(unheard):
                self._index.add(person)
        self._index.close()

    def _write_persons(self) -> None:
        ordinal = -1
        for profile, register in self._registers:
            kept = 0
            for person in register.persons(self._findings):
                ordinal += 1
                if not self._index.is_same(ordinal, person):
                    raise UsageProblem(f"{person.file} changed while it was read; start again when it is complete.")
                kept += self._write_person(ordinal, person)
            self._account(profile, register, kept)

    def _write_person(self, ordinal: int, person: Person) -> bool:
        person_id = self._index.person_id(ordinal)
        if self._index.is_twice(ordinal):
            self._note("person_twice", person)
            return False
        if not person_id:
            self._note("person_without_number", person)
            return False
        if self._index.has_ambiguous_bsn(ordinal):
            self._note("bsn_ambiguous", person)
        self._persons.add(
            (
                person_id,
                person.birth_date,
                person.suspension_reason,
                person.suspension_date,
                person.municipality_code,
                *self._parents(ordinal, person),
                "1" if person.is_confidential else "0",
            )
        )
        for residence in person.residences:
            self._residences.add(self._residence_row(person_id, residence))
        if self._key_map and _is_mapped(person, self._reference_date):
            self._key_map.add(person_id, *person.numbers, is_confidential=person.is_confidential)
        return True

    def _parents(self, ordinal: int, person: Person) -> tuple[str, str]:
        for numbers in person.parents:
            if self._index.disagree(numbers):
                self._note("parent_numbers_disagree", person)
        links = [self._index.relative_id(numbers) for numbers in person.parents]
        (first, second), finding = parents_of(self._index, ordinal, links)
        if finding:
            self._note(finding, person)
        return first, second

    def _residence_row(self, person_id: str, residence: Residence) -> Row:
        address_id = residence.address_number and self._pseudonymiser.pseudonym(Space.ADDRESS, residence.address_number)
        return (
            person_id,
            str(residence.seq),
            residence.municipality_code,
            residence.address_function,
            address_id,
            residence.address_from,
            residence.departure_date,
            residence.is_destination_unknown,
            residence.declared_by,
            residence.valid_from,
            residence.recorded_on,
            residence.is_under_inquiry,
            residence.is_incorrect,
            residence.inquiry_from,
        )

    def _learn_links(self) -> None:
        for profile, reader in self._links:
            kept = 0
            for link in reader.rows(self._findings):
                self._bsn_of[link.education_number] = link.bsn
                kept += 1
            self._account(profile, reader, kept)

    def _write_enrolments(self) -> None:
        for profile, reader in self._schools:
            kept = 0
            for row in reader.rows(self._findings):
                self._enrolments.add((self._listed_person(row.number, reader, row.line), *row[2:]))
                kept += 1
            self._account(profile, reader, kept)

    def _write_traces(self) -> None:
        for profile, reader in self._traces:
            kept = 0
            for row in reader.rows(self._findings):
                self._trace_table.add((self._listed_person(row.number, reader, row.line), *row[2:]))
                kept += 1
            self._account(profile, reader, kept)

    def _listed_person(self, number: ListedNumber, reader: Reader, line: int) -> str:
        bsn = number.number if number.space is Space.BSN else self._bsn_of.get(number.number)
        if bsn is None:
            return self._pseudonymiser.pseudonym(number.space, number.number)
        if self._index.is_ambiguous_bsn(bsn):
            self._findings.add("ambiguous", reader.file, line)
        elif self._index.is_earlier_bsn(bsn):
            self._findings.add("earlier_number_followed", reader.file, line)
        return self._index.bsn_id(bsn)

    def _distinct(self, table: SortedTable) -> WrittenFile:
        file, left_out = table.write(distinct=True)
        for _ in range(left_out):
            self._findings.add("row_twice", file.name, 0)
        return file

    def _account(self, profile: str, reader: Reader, kept: int) -> None:
        self.accounts.append(SourceAccount(profile, reader.file, reader.lines_read, reader.empty_lines, kept))

    def _note(self, kind: str, person: Person) -> None:
        self._findings.add(kind, person.file, person.line)


def _is_mapped(person: Person, today: date) -> bool:
    """Whether the person is 4 to 19 years, or left in the last 36 months, on any day that a vague date may be."""
    born = _interval(person.birth_date)
    if born and born.latest > add_months(today, -12 * 20) and born.earliest <= add_months(today, -12 * 4):
        return True
    departures = (_interval(residence.departure_date) for residence in person.residences)
    return any(left and left.latest >= add_months(today, -36) and left.earliest <= today for left in departures)


def _interval(text: str) -> Interval | None:
    try:
        return parse_register_date(text)
    except ValueError:
        return None


def _by_person(row: Row) -> str:
    return row[0]


def _by_person_and_seq(row: Row) -> tuple[str, int]:
    return row[0], int(row[1])


def _by_all(row: Row) -> Row:
    return row


def _entry(file: WrittenFile) -> dict[str, Any]:
    return {"name": file.name, "format": "csv", "rows": file.rows, "sha256": file.sha256, "sorted": True}


def _check_profiles(profiles: list[str]) -> None:
    kinds = {source_kind(profile) for profile in profiles}
    for kind, profile in _REQUIRED_KINDS.items():
        if kind not in kinds:
            raise UsageProblem(
                f"A delivery needs at least one {profile} source ({PROFILES[profile]}), or another profile for {kind};"
                f" add --source {profile}=FILE."
            )


def _checked_scope(scope: list[str] | None) -> list[str]:
    for code in scope or []:
        if not _MUNICIPALITY.fullmatch(code):
            raise UsageProblem("The scope is a list of municipality codes of four digits, such as 0363,0518.")
    return sorted(set(scope or []))


def _checked_delivery_id(delivery_id: str) -> str:
    if delivery_id == "latest" or not _DELIVERY_ID.fullmatch(delivery_id):
        raise UsageProblem(
            "A delivery id has at most 64 letters, digits, dots, dashes and underscores, starts with a letter"
            " or digit, and is not 'latest'."
        )
    return delivery_id
