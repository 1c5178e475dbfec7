"""Delivery: open the folder, hold it against its manifest, refuse it with one sentence when it breaks the contract."""

import codecs
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from brp_signals.base import dates
from brp_signals.base.errors import DeliveryRefused, UsageProblem
from brp_signals.base.reason_text import looks_like_number
from brp_signals.delivery import plain_csv
from brp_signals.delivery.contract import DELIVERY_SCHEMA, OPTIONAL, OPTIONAL_TABLES, REQUIRED
from brp_signals.delivery.files import DataFile, Delivery
from brp_signals.delivery.forbidden import is_forbidden
from brp_signals.steps.night import Night

_DELIVERY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
#: DuckDB would read `*`, `?` and `[` as a pattern over other files.
_PLAIN_NAME = re.compile(r"[^./\\*?\[\]{}][^/\\*?\[\]{}]{0,99}")
#: Outside these years a date is a slip, and arithmetic with it leaves the calendar.
_YEARS = range(1900, 2200)
_LARGEST_MANIFEST = 10_000_000
#: The reader's own name for the number of a row.
_RESERVED = "file_row_number"


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _File(_Part):
    name: str
    format: Literal["csv", "parquet"]
    rows: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Table(_Part):
    files: Annotated[list[_File], Field(min_length=1)]


class _LostSchool(_Part):
    school_id: Annotated[str, Field(pattern=r"^[0-9]{2}[A-Z]{2}[0-9]{2}$")]
    rows: Annotated[int, Field(ge=1)]


class _Scope(_Part):
    municipalities: list[Annotated[str, Field(pattern=r"^[0-9]{4}$")]] = Field(default_factory=list)
    national: bool = False


class _Manifest(_Part):
    delivery_schema: Annotated[str, Field(alias="schema")]
    delivery_id: str
    reference_date: date
    scope: _Scope
    pseudonym_key_id: str | int | float
    tables: dict[str, _Table]
    schools_lost: list[_LostSchool] = Field(default_factory=list)


#: What a message may name; any other key was chosen by whoever made the manifest and could hold anything.
_KEYS = {
    "schema",
    *REQUIRED,
    *(name for part in (_Manifest, _Table, _Scope, _File, _LostSchool) for name in part.model_fields),
}


def run(night: Night) -> dict[str, int]:
    """Verify the delivery in `night.folder`; returns rows per table.

    Raises DeliveryRefused for anything that breaks the contract, UsageProblem when there is no such folder.
    """
    manifest, manifest_sha256 = _read_manifest(night.folder)
    _check_identity(manifest)
    _check_successors(manifest, night.configuration.municipality_successors)
    files = tuple(_open_file(night, table, file) for table, entry in manifest.tables.items() for file in entry.files)
    if night.requested_date and night.requested_date.year not in _YEARS:
        raise UsageProblem(f"--reference-date: give a date from {_YEARS.start} to {_YEARS.stop - 1}.")
    if night.requested_date and dates.lies_ahead(night.requested_date):
        raise UsageProblem("--reference-date: this day is later than tomorrow; give one that has come.")
    night.delivery = Delivery(
        delivery_id=manifest.delivery_id,
        reference_date=manifest.reference_date,
        is_national=manifest.scope.national,
        municipalities=tuple(sorted(set(manifest.scope.municipalities))),
        pseudonym_key_id=str(manifest.pseudonym_key_id),
        manifest_sha256=manifest_sha256,
        files=files,
    )
    night.account.update(
        delivery_id=manifest.delivery_id,
        reference_date=night.reference_date.isoformat(),
        municipalities=list(night.delivery.municipalities) or ["national"],
    )
    night.account["schools_lost"] = [
        {"school_id": school.school_id, "n_rows": school.rows} for school in manifest.schools_lost
    ]
    night.account["hashes"] = {
        "manifest": manifest_sha256,
        "inputs": {file.name: file.sha256 for file in files},
        "configuration": night.configuration.fingerprint,
    }
    return {table: sum(file.n_rows for file in files if file.table == table) for table in manifest.tables}


def _read_manifest(folder: Path) -> tuple[_Manifest, str]:
    path = folder / "manifest.json"
    if not folder.is_dir():
        raise UsageProblem(f"There is no delivery folder {folder.name}; check the path.")
    if not path.is_file() or path.resolve().parent != folder.resolve():
        raise DeliveryRefused(f"{folder.name} holds no manifest.json; a delivery needs one, have it sent again.")
    if path.stat().st_size > _LARGEST_MANIFEST:
        raise DeliveryRefused(
            "manifest.json is far larger than the names of its files need; have the delivery made again."
        )
    try:
        manifest = _Manifest.model_validate_json(path.read_bytes().removeprefix(codecs.BOM_UTF8))
    except ValidationError as problem:
        error = problem.errors()[0]
        key = ".".join(str(part) if isinstance(part, int) or part in _KEYS else "…" for part in error["loc"])
        key = key or "as a whole"
        raise DeliveryRefused(f"manifest.json, {key}: {_reason(error)}; have the delivery made again.") from None
    return manifest, plain_csv.hash_file(path)


def _reason(error: Any) -> str:
    return "is missing" if error["type"] == "missing" else str(error["msg"]).lower().rstrip(".")


def _check_identity(manifest: _Manifest) -> None:
    if manifest.delivery_schema != DELIVERY_SCHEMA:
        raise DeliveryRefused(f"manifest.json, schema: this version reads {DELIVERY_SCHEMA} only; have it made so.")
    if not _DELIVERY_ID.fullmatch(manifest.delivery_id) or manifest.delivery_id == "latest":
        raise DeliveryRefused(
            "manifest.json, delivery_id: use 1 to 64 letters, digits, dots, dashes or underscores, not starting with a "
            "sign, and not 'latest'."
        )
    if manifest.reference_date.year not in _YEARS:
        raise DeliveryRefused("manifest.json, reference_date: this year cannot be meant; have the delivery made again.")
    if dates.lies_ahead(manifest.reference_date):
        raise DeliveryRefused(
            "manifest.json, reference_date: this day is later than tomorrow; have the delivery made again with the day "
            "on which its sources were right."
        )
    key_id = str(manifest.pseudonym_key_id)
    if not key_id.strip() or looks_like_number(key_id):
        raise UsageProblem(
            "manifest.json, pseudonym_key_id: it is empty or a number, which could be that of a person; "
            "have the delivery made under a name with letters, as the gateway gives."
        )
    if not manifest.scope.national and not manifest.scope.municipalities:
        raise DeliveryRefused("manifest.json, scope: name the municipalities, or say national: true.")
    if missing := [table for table in REQUIRED if table not in (*manifest.tables, *OPTIONAL_TABLES)]:
        raise DeliveryRefused(f"manifest.json, tables: {missing[0]} is missing; have the delivery made again.")
    if unknown := sorted(set(manifest.tables) - set(REQUIRED)):
        raise DeliveryRefused(
            f"manifest.json, tables: a table is not known ({len(unknown)} of {len(manifest.tables)}); "
            f"known are {', '.join(REQUIRED)}."
        )
    names = [file.name for table in manifest.tables.values() for file in table.files]
    if len(set(names)) < len(names):
        raise DeliveryRefused("manifest.json, tables: one file is named twice; have the delivery made again.")


def _check_successors(manifest: _Manifest, successors: Mapping[str, str]) -> None:
    """Refuse a configuration that would take cases away from every list of this delivery."""
    if manifest.scope.national:
        return
    for old, new in successors.items():
        if new not in manifest.scope.municipalities:
            raise UsageProblem(
                f"Configuration, municipality_successors.{old}: {new} is not in the scope of this delivery, so its "
                "cases would be on no list; correct the value, or have the delivery made for that municipality too."
            )


def _open_file(night: Night, table: str, file: _File) -> DataFile:
    if not _PLAIN_NAME.fullmatch(file.name) or not file.name.isprintable():
        raise DeliveryRefused(f"manifest.json, tables.{table}: a file name must be a plain name within the folder.")
    path = night.folder / file.name
    if not path.is_file() or path.resolve().parent != night.folder.resolve():
        raise DeliveryRefused(f"{file.name} is named in manifest.json but is not in the delivery; have it sent again.")
    return _open_csv(night, table, file, path) if file.format == "csv" else _open_parquet(night, table, file, path)


@contextmanager
def _byte_pass(night: Night) -> Iterator[None]:
    """Count what hashing and looking at every byte costs, apart."""
    started = time.process_time()
    yield
    spent = night.account.setdefault("cpu_seconds", {})
    spent["byte_pass"] = round(spent.get("byte_pass", 0.0) + time.process_time() - started, 3)


def _open_csv(night: Night, table: str, file: _File, path: Path) -> DataFile:
    with _byte_pass(night):
        seen = plain_csv.survey(path)
    _check_hash(file, seen.sha256)
    header = plain_csv.read_header(path)
    columns = _check_columns(table, file.name, header)
    n_rows, readable, names = seen.n_lines - 1, path, header
    faults: tuple[tuple[int, str, str], ...] = ()
    shifts: tuple[tuple[int, int], ...] = ((1, 1),)
    if not seen.is_plain:
        copy = plain_csv.write_plain_copy(path, night.work / f"plain-{file.name}", columns)
        n_rows, readable, names = copy.n_rows, copy.path, list(columns)
        faults = tuple((fault.line, fault.column, fault.reason_code) for fault in copy.faults)
        shifts = tuple(copy.shifts) or shifts
    _check_rows(file, n_rows)
    return DataFile(
        table=table,
        name=file.name,
        format="csv",
        readable=readable,
        columns=tuple(name if name in columns else f"extra {index}" for index, name in enumerate(names)),
        n_rows=n_rows,
        sha256=seen.sha256,
        n_extra_columns=len(header) - len(columns),
        faults=faults,
        shifts=shifts,
    )


def _open_parquet(night: Night, table: str, file: _File, path: Path) -> DataFile:
    import pyarrow.parquet
    from pyarrow import ArrowException

    with _byte_pass(night):
        sha256 = plain_csv.hash_file(path)
    _check_hash(file, sha256)
    try:
        opened = pyarrow.parquet.ParquetFile(path)
    except (ArrowException, OSError):
        raise DeliveryRefused(f"{file.name} is not a readable Parquet file; have it sent again.") from None
    header = opened.schema_arrow.names
    columns = _check_columns(table, file.name, header)
    _check_nested(file.name, opened.schema_arrow)
    if _RESERVED in (name.lower() for name in header):
        raise DeliveryRefused(f"{file.name}: a column may not be named {_RESERVED}; take it out and send it again.")
    _check_rows(file, opened.metadata.num_rows)
    return DataFile(
        table=table,
        name=file.name,
        format="parquet",
        readable=path,
        columns=columns,
        n_rows=opened.metadata.num_rows,
        sha256=sha256,
        n_extra_columns=len(header) - len(columns),
        shifts=((1, 0),),
    )


def _check_hash(file: _File, sha256: str) -> None:
    if sha256 != file.sha256:
        raise DeliveryRefused(
            f"{file.name} is not the file that manifest.json describes (another sha256); have it sent again."
        )


def _check_rows(file: _File, n_rows: int) -> None:
    if n_rows < 1:
        raise DeliveryRefused(f"{file.name} holds a header but no row; leave the table out or have it sent again.")
    if n_rows != file.rows:
        raise DeliveryRefused(
            f"{file.name} holds {n_rows} rows but manifest.json promises {file.rows}; the copy is incomplete or a "
            "quote swallowed rows, have it sent again."
        )


def _check_columns(table: str, name: str, header: list[str]) -> tuple[str, ...]:
    """The contract's columns that are there, in file order."""
    if not any(header):
        raise DeliveryRefused(f"{name}, line 1: there is no header; name the columns and send it again.")
    known = (*REQUIRED[table], *OPTIONAL[table])
    for column in REQUIRED[table]:
        if column not in header:
            raise DeliveryRefused(f"{name}, line 1: column {column} is missing; have it sent again with it.")
    if repeated := [column for column in known if header.count(column) > 1]:
        raise DeliveryRefused(f"{name}, line 1: column {repeated[0]} stands there twice; keep one and send it again.")
    if len({column.lower() for column in header}) < len(header):
        raise DeliveryRefused(f"{name}, line 1: a column name stands there twice; keep one and send it again.")
    for place, column in enumerate(header, 1):
        if column not in known and is_forbidden(column):
            raise DeliveryRefused(
                f"{name}, line 1, column {place}: this column is on the forbidden list and may never be delivered; "
                "take it out at the source and send the delivery again."
            )
    return tuple(column for column in header if column in known)


def _check_nested(name: str, schema: Any) -> None:
    """Look into columns that hold columns, at any depth: structs, lists of them, maps."""
    for place, field in enumerate(schema, 1):
        for path in _inner_names(field.type):
            if is_forbidden(path[-1]) or is_forbidden("_".join((field.name, *path))):
                raise DeliveryRefused(
                    f"{name}, column {place}: a column inside this one is on the forbidden list and may never be "
                    "delivered; take it out at the source and send the delivery again."
                )


def _inner_names(kind: Any) -> Iterator[tuple[str, ...]]:
    """The path of names to every column inside a column of this type; the format's own names are left out."""
    from pyarrow import types

    if types.is_struct(kind):
        for field in kind:
            yield (field.name,)
            yield from ((field.name, *path) for path in _inner_names(field.type))
    elif types.is_map(kind):
        yield from _inner_names(kind.key_type)
        yield from _inner_names(kind.item_type)
    elif types.is_nested(kind) and hasattr(kind, "value_type"):
        yield from _inner_names(kind.value_type)
    elif types.is_union(kind):
        for index in range(kind.num_fields):
            yield from _inner_names(kind.field(index).type)
