"""Make a delivery without identities from sources with them: the work of `brp-signals pseudonymise`.

Every source is read once and its numbers become pseudonyms a batch at a time. Which records are of one person is then
decided on pseudonyms, in a database that lasts as long as the conversion. Memory does not grow with the number of
persons. Only the named elements of a source are ever read.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from brp_signals.base.dates import today
from brp_signals.base.errors import InternalFailure, UsageProblem
from brp_signals.base.warehouse import Warehouse
from brp_signals.delivery.contract import DELIVERY_SCHEMA, ENROLMENTS, TRACES
from brp_signals.gateway.conversion import Conversion, SourceAccount
from brp_signals.gateway.dated_sources import Source, delivery_date
from brp_signals.gateway.delivery_files import Format, WrittenFile
from brp_signals.gateway.delivery_folder import DeliveryFolder
from brp_signals.gateway.findings import SET_ASIDE, Findings
from brp_signals.gateway.formats.open_source import source_kind
from brp_signals.gateway.pseudonyms import Pseudonymiser, read_key
from brp_signals.gateway.way_back.key_map import KeyMapPlace, KeyMapWriter
from brp_signals.gateway.way_back.mapped_persons import MappedPersons

PROFILES: Final = {
    "gbav": "register extract with rubric columns (RvIG, GBA-V)",
    "haal-centraal": "persons of Haal Centraal / the BRP API, without history",
    "lg01": "messages of the register as bytes (Lg01, Sv01, Rb01)",
    "lo-json": "messages of the register as JSON, the bulk zip or its lines",
    "school-csv": "school list: " + ", ".join(("bsn", *ENROLMENTS[1:5], "seen_on")),
    "trace-csv": "traces: " + ", ".join(("bsn", *TRACES[1:])),
}
#: Kinds of source that every delivery needs, each with the profile that a message names.
_REQUIRED_KINDS: Final = {"register": "gbav", "enrolments": "school-csv"}
#: The memory of the database of a conversion; the rest spills to disk. With more threads each would get too little of
#: it.
_MEMORY_LIMIT: Final = "448MB"
_MOST_THREADS: Final = 4
_DELIVERY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_MUNICIPALITY = re.compile(r"[0-9]{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PseudonymiseResult:
    """What was made and what was noticed; holds counts and places, no value of a person."""

    out: Path
    delivery_id: str
    reference_date: date
    key_id: str
    rows: dict[str, int]
    sources: tuple[SourceAccount, ...]
    warnings: tuple[str, ...]
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
                f" {'persons' if source.kind == 'register' else 'rows'} kept"
            )
        yield "Rows written: " + ", ".join(f"{table} {rows}" for table, rows in self.rows.items())
        if self.key_map:
            yield from self.key_map.sentences()
        yield from self.warnings
        yield from self.findings.sentences()

    def as_dict(self) -> dict[str, Any]:
        """The result for machines (`--json`)."""
        return {
            "delivery_id": self.delivery_id,
            "reference_date": self.reference_date.isoformat(),
            "pseudonym_key_id": self.key_id,
            "rows": self.rows,
            "sources": [
                {
                    "profile": source.profile,
                    "file": source.file,
                    "reference_date": source.reference_date.isoformat(),
                    "lines": source.lines,
                    "empty": source.empty,
                    "kept": source.kept,
                }
                for source in self.sources
            ],
            "warnings": list(self.warnings),
            "findings": self.findings.counts(),
            "set_aside": self.set_aside,
            "schools_lost": [school._asdict() for school in self.findings.readability.lost_schools()],
            "key_map": self.key_map.as_dict() if self.key_map else None,
        }


def pseudonymise(
    sources: Sequence[Source | tuple[str, Path]],
    key_file: Path,
    out: Path,
    reference_date: date | None = None,
    delivery_id: str | None = None,
    scope: list[str] | None = None,
    key_id: str | None = None,
    file_format: Format = "parquet",
    key_map: KeyMapPlace | None = None,
) -> PseudonymiseResult:
    """Write the delivery `out` from `sources`: profile name, file, and its reference date if it has one of its own.

    Without a reference date that of the newest source holds, or today's (in the Netherlands); without a scope the
    delivery is national. `key_map` is the place for the numbers behind the pseudonyms of those who can be on a list.
    Raises UsageProblem for a wrong call or key file, DeliveryRefused for a source that cannot be read and
    InternalFailure when the machine fails; no delivery is left behind then.
    """
    given = [Source(*source) for source in sources]
    _check_profiles([source.profile for source in given])
    municipalities = _checked_scope(scope)
    day = delivery_date(given, reference_date, today())
    name = _checked_delivery_id(delivery_id or f"{day.isoformat()}-{(municipalities or ['all'])[0]}")
    pseudonymiser = read_key(key_file)
    key_id = key_id or pseudonymiser.key_id
    if key_map:
        key_map.check(out)
    written_map = key_map.writer(key_id, name, day) if key_map else None
    try:
        with DeliveryFolder(out) as folder:
            conversion, files = _pass(given, day, pseudonymiser, folder, file_format, written_map)
            accounts = conversion.accounts()
            if written_map:
                # Before the delivery: a map without its delivery helps nobody, a delivery without its map harms.
                written_map.close()
            folder.publish(
                {
                    "schema": DELIVERY_SCHEMA,
                    "delivery_id": name,
                    "reference_date": day.isoformat(),
                    "scope": {"municipalities": municipalities} if municipalities else {"national": True},
                    "pseudonym_key_id": key_id,
                    "sources": [_source_entry(account) for account in accounts],
                    **_schools_lost(conversion.findings),
                    "tables": {table: {"files": [_file_entry(file)]} for table, file in files.items()},
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
        key_id=key_id,
        rows={table: file.rows for table, file in files.items()},
        sources=accounts,
        warnings=tuple(conversion.warnings()),
        findings=conversion.findings,
        key_map=written_map,
    )


def _pass(
    sources: list[Source],
    day: date,
    pseudonymiser: Pseudonymiser,
    folder: DeliveryFolder,
    file_format: Format,
    key_map: KeyMapWriter | None,
) -> tuple[Conversion, dict[str, WrittenFile]]:
    """Convert the sources into files in `folder`; the temporary database is gone when this returns."""
    threads = min(os.cpu_count() or 1, _MOST_THREADS)
    mapped = MappedPersons(day) if key_map else None
    with Warehouse(folder.work, memory_limit=_MEMORY_LIMIT, threads=threads, on_disk=True) as warehouse:
        conversion = Conversion(sources, day, pseudonymiser, warehouse)
        conversion.read(mapped)
        conversion.decide()
        files = conversion.write(folder.path, file_format)
        if key_map and mapped:
            conversion.give_to(key_map, mapped)
    return conversion, files


def _source_entry(account: SourceAccount) -> dict[str, Any]:
    return {
        "profile": account.profile,
        "file": account.file,
        "reference_date": account.reference_date.isoformat(),
        "rows": account.kept,
    }


def _schools_lost(findings: Findings) -> dict[str, Any]:
    """The schools of which no row came through; a manifest without any does not speak of them."""
    lost = [{"school_id": school.school_id, "rows": school.n_rows} for school in findings.readability.lost_schools()]
    return {"schools_lost": lost} if lost else {}


def _file_entry(file: WrittenFile) -> dict[str, Any]:
    return {"name": file.name, "format": file.format, "rows": file.rows, "sha256": file.sha256, "sorted": True}


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
