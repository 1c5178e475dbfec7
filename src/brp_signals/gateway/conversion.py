"""One conversion of all sources through the gateway: read once, decide once, write sorted.

Only `Intake` holds numbers of people, a batch at a time. The database of the conversion holds pseudonyms, only its
owner can read it, and it is removed at the end.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

from tqdm import tqdm

from brp_signals.base.errors import DeliveryRefused
from brp_signals.base.warehouse import Warehouse
from brp_signals.delivery.forbidden import is_forbidden
from brp_signals.delivery.unreadable import impossible_part
from brp_signals.gateway import linking
from brp_signals.gateway.dated_sources import Source, stale_sentence
from brp_signals.gateway.delivery_files import ROWS_IN_GROUP, Format, WrittenFile, write_file
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats.open_source import (
    EnrolmentReader,
    LinkReader,
    Reader,
    RegisterReader,
    TraceListReader,
    open_source,
)
from brp_signals.gateway.formats.records import Enrolment
from brp_signals.gateway.pseudonymised_batches import Intake
from brp_signals.gateway.pseudonyms import Pseudonymiser
from brp_signals.gateway.way_back.key_map import KeyMapWriter
from brp_signals.gateway.way_back.mapped_persons import MappedPersons

_NEEDED: Final = {"persons": "person", "residences": "residence", "enrolments": "school row"}
_ADVICE: Final = {
    "register": "ask for the extract anew, with these elements as the register writes them",
    "list": "export the file again, or correct the profile (see brp-signals profile check)",
}
_LISTS: Final = ("enrolments", "traces")

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """How the lines of one source file divide; `kept` are persons of a register, rows of a list."""

    profile: str
    kind: str
    file: str
    reference_date: date
    lines: int
    empty: int
    kept: int


@dataclass(slots=True)
class _Opened:
    """A source, its reader, and how many of its records were kept."""

    source: Source
    reader: Reader
    kept: int = 0


class Conversion:
    """A conversion of opened sources: call `read`, `decide`, `write` in this order, then `accounts` and `warnings`."""

    def __init__(
        self, sources: Iterable[Source], reference_date: date, pseudonymiser: Pseudonymiser, warehouse: Warehouse
    ) -> None:
        self._reference_date = reference_date
        self._warehouse = warehouse
        self._intake = Intake(pseudonymiser, warehouse)
        self._opened = sorted(
            [_Opened(source, open_source(source.profile, source.path)) for source in sources],
            key=self._order_of_reading,
        )
        self._files: dict[str, int] = {}
        self._rows_read = dict.fromkeys(_LISTS, 0)
        self._overlapping = 0
        self.findings = Findings()

    def read(self, mapped: MappedPersons | None) -> None:
        """Read every source to its end, once. With a key map, its persons are kept in `mapped`."""
        for number, opened in enumerate(self._opened):
            match opened.reader.kind:
                case "register":
                    self._read_register(number, self._date_of(opened), opened.reader, mapped)
                case "enrolments":
                    opened.kept = self._read_enrolments(opened.reader)
                case "traces":
                    opened.kept = self._read_traces(opened.reader)
                case "links":
                    opened.kept = self._read_links(opened.reader)
            refuse_unreadable(opened.reader, self.findings)
            for column in opened.reader.unread:
                kind = "forbidden_column_not_read" if is_forbidden(column) else "column_not_read"
                self.findings.add(kind, opened.reader.file, 1)
        self._intake.close()

    def decide(self) -> None:
        """Decide which records are of one person, and count what is odd about them."""
        with tqdm(desc="deciding who is who", unit=" steps", leave=False, disable=None) as bar:
            for _ in linking.decide(self._warehouse):
                bar.update()
        linking.count_findings(self._warehouse, list(self._files), self.findings)
        kept = linking.kept_persons(self._warehouse)
        for number, opened in enumerate(self._opened):
            if opened.reader.kind == "register":
                opened.kept = kept.get(number, 0)
        self._overlapping = linking.n_overlapping(self._warehouse)

    def write(self, folder: Path, form: Format) -> dict[str, WrittenFile]:
        """Write the tables of the delivery. Refuses sources that leave a required one without a row."""
        written: dict[str, WrittenFile] = {}
        for table in ("persons", "residences", "enrolments", "traces"):
            statement = self._warehouse.sql(f"gateway/{table}.sql")
            batches = self._warehouse.batches(statement, f"gateway/{table}.sql", ROWS_IN_GROUP)
            file = write_file(folder, table, form, _with_progress(batches, f"writing {table}", " batches"))
            if file:
                written[table] = file
            elif table in _NEEDED:
                raise DeliveryRefused(self._nothing_left(_NEEDED[table]))
            if file and table in _LISTS and (left_out := self._rows_read[table] - file.rows):
                self.findings.add_many("row_twice", left_out, [(file.name, 0)] * left_out)
        return written

    def _nothing_left(self, what: str) -> str:
        """Return the refusal of sources that leave no row, with the counted reasons and the first place of each."""
        reasons = self.findings.reasons().replace(";", ":", 1)
        return f"The sources hold no usable {what}, so there is nothing to deliver{reasons}."

    def give_to(self, key_map: KeyMapWriter, mapped: MappedPersons) -> None:
        """Give the key map its persons."""
        statement = self._warehouse.sql("gateway/mapped.sql")
        batches = self._warehouse.batches(statement, "gateway/mapped.sql", ROWS_IN_GROUP)
        rows = (row for batch in batches for row in batch.to_pylist())
        for row in rows:
            numbers = mapped.numbers(row["a_ordinal"], row["b_ordinal"])
            key_map.add(row["person_id"].hex, *numbers, row["is_confidential"] == "1")

    def accounts(self) -> tuple[SourceAccount, ...]:
        """How the lines of each source divide, in the order of reading."""
        return tuple(
            SourceAccount(
                profile=opened.source.profile,
                kind=opened.reader.kind,
                file=opened.reader.file,
                reference_date=self._date_of(opened),
                lines=opened.reader.lines_read,
                empty=opened.reader.empty_lines,
                kept=opened.kept,
            )
            for opened in self._opened
        )

    def warnings(self) -> Iterator[str]:
        """What users of the delivery must know about its sources together, a sentence each."""
        for opened in self._opened:
            if sentence := stale_sentence(opened.reader.file, self._date_of(opened), self._reference_date):
                yield sentence
        if self._overlapping:
            yield (
                f"The register sources overlap: {self._overlapping} persons stand in more than one of them; the newest"
                " list with history counts, and what a newer one without history says comes on top of it."
            )

    def _order_of_reading(self, opened: _Opened) -> tuple[int, int]:
        """Order sources: registers first, the newest of them ahead, so that it counts; then links, schools, traces;
        otherwise as given.
        """
        if opened.reader.kind == "register":
            return 0, -self._date_of(opened).toordinal()
        return ("links", "enrolments", "traces").index(opened.reader.kind) + 1, 0

    def _date_of(self, opened: _Opened) -> date:
        return opened.source.reference_date or self._reference_date

    def _read_register(self, number: int, day: date, reader: RegisterReader, mapped: MappedPersons | None) -> None:
        for person in _with_progress(reader.persons(self.findings), reader.file, " persons"):
            is_mapped = mapped is not None and mapped.belongs(person)
            ordinal = self._intake.person(person, number, day, self._file(person.file), is_mapped)
            if mapped is not None and is_mapped:
                mapped.add(ordinal, person)

    def _read_enrolments(self, reader: EnrolmentReader) -> int:
        file, kept = self._file(reader.file), 0
        for row in _with_progress(enrolments(reader, self._reference_date, self.findings), reader.file, " rows"):
            self._intake.enrolment(row, file)
            kept += 1
        self._rows_read["enrolments"] += kept
        return kept

    def _read_traces(self, reader: TraceListReader) -> int:
        file, kept = self._file(reader.file), 0
        for row in _with_progress(reader.rows(self.findings), reader.file, " rows"):
            self._intake.trace(row, file)
            kept += 1
        self._rows_read["traces"] += kept
        return kept

    def _read_links(self, reader: LinkReader) -> int:
        file, kept = self._file(reader.file), 0
        for row in _with_progress(reader.rows(self.findings), reader.file, " rows"):
            self._intake.link(row, file)
            kept += 1
        return kept

    def _file(self, name: str) -> int:
        return self._files.setdefault(name, len(self._files))


def enrolments(reader: EnrolmentReader, reference_date: date, findings: Findings) -> Iterator[Enrolment]:
    """Yield the usable rows of a school list. A row with impossible dates is passed on, since a run must know whose it
    was, and is counted: when many are impossible, the list is refused here, as a run would refuse it.
    """
    day = reference_date.isoformat()
    for row in reader.rows(findings):
        if part := impossible_part(row.enrolled_on, row.withdrawn_on, row.seen_on, day):
            findings.readability.impossible(reader.file, *part, row.line, row.school_id)
        yield row


def refuse_unreadable(reader: Reader, findings: Findings) -> None:
    """Refuse a source, read to its end, of which a column cannot be read as a whole."""
    is_register = reader.kind == "register"
    findings.refuse_unreadable(reader.file, _ADVICE["register" if is_register else "list"])


def _with_progress(items: Iterable[Item], what: str, unit: str) -> Iterable[Item]:
    """The items, with their number and rate on a terminal."""
    shown: Iterable[Item] = tqdm(items, desc=what, unit=unit, unit_scale=True, leave=False, disable=None)
    return shown
