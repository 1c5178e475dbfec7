"""The machine-readable lists: signals.csv, signals.parquet and cases.parquet."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from brp_signals.base.outcomes import ONLY_CLOSED
from brp_signals.base.statuses import LISTED
from brp_signals.publish.columns import SIGNALS
from brp_signals.publish.list_content import Absence, Case, Drawn
from brp_signals.publish.wording import SAMPLE

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def signal_row(case: Case, suppressor_code: str | None) -> dict[str, Any]:
    """One case as the contract's columns; what is not listed has no rank."""
    is_listed = case.status in LISTED
    return {
        "case_id": case.case_id,
        "municipality_code": case.municipality_code,
        "person_id": case.person_id,
        "departed_on": case.departed_on,
        "recorded_on": case.recorded_on,
        "is_destination_unknown": case.is_destination_unknown,
        "level": case.level or None,
        "status": case.status,
        "rule_codes": "|".join(case.rule_codes),
        "first_sign_on": case.first_sign_on,
        "last_sign_on": case.last_sign_on,
        "rank": case.rank if is_listed else None,
        "score": case.score,
        "reason_nl": case.reason_nl,
        "next_step_nl": case.next_step_nl,
        "organisation_nl": case.organisation_nl,
        "chance_pct": case.chance_pct,
        "suppressor_code": suppressor_code,
    }


def sample_row(drawn: Drawn) -> dict[str, Any]:
    """One drawn departure as the columns of sample.parquet; its label says openly what it is."""
    return {**vars(drawn), "label": SAMPLE.lower()}


def absence_row(case: Absence, suppressor_code: str | None) -> dict[str, Any]:
    """One absence as the columns of its own lists; what is not listed has no rank."""
    return {
        "case_id": case.case_id,
        "municipality_code": case.municipality_code,
        "person_id": case.person_id,
        "since_on": case.since_on,
        "withdrawn_on": case.withdrawn_on,
        "is_leerplicht": case.is_leerplicht,
        "status": case.status,
        "rule_codes": "|".join(case.rule_codes),
        "rank": case.rank if case.status in LISTED else None,
        "reason_nl": case.reason_nl,
        "next_step_nl": case.next_step_nl,
        "organisation_nl": case.organisation_nl,
        "suppressor_code": suppressor_code,
    }


def shown_suppressor(row: Mapping[str, Any]) -> str | None:
    """Why a case is kept off the list; S-04 would tell one outcome from the others that read `Afgesloten`."""
    is_only_closed = row["status"] == "closed" and row["outcome_code"] in ONLY_CLOSED
    return None if is_only_closed else row["suppressor_code"]


def csv_bytes(rows: Sequence[dict[str, Any]], columns: Sequence[str] = SIGNALS) -> bytes:
    """signals.csv or, with the columns `ABSENCES`, absences.csv: UTF-8, LF, ISO dates, true/false, empty for absent."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return file.getvalue().encode()


def parquet_bytes(rows: Sequence[dict[str, Any]], columns: Sequence[str] = SIGNALS) -> bytes:
    """signals.parquet, or another list with the columns that it has: each in its natural type."""
    import polars

    kinds: dict[str, Any] = {
        "departed_on": polars.Date,
        "recorded_on": polars.Date,
        "is_destination_unknown": polars.Boolean,
        "first_sign_on": polars.Date,
        "last_sign_on": polars.Date,
        "since_on": polars.Date,
        "withdrawn_on": polars.Date,
        "is_leerplicht": polars.Boolean,
        "rank": polars.Int32,
        "score": polars.Decimal(9, 2),
        "chance_pct": polars.Int32,
        "drawn_on": polars.Date,
        "n_drawn": polars.Int32,
        "n_frame": polars.Int32,
    }
    frame = polars.DataFrame(
        [[row[name] for name in columns] for row in rows],
        schema={name: kinds.get(name, polars.String) for name in columns},
        orient="row",
    )
    file = io.BytesIO()
    frame.write_parquet(file, compression="zstd", statistics=False)
    return file.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | Decimal):
        return str(value)
    return spreadsheet_text(str(value))


def spreadsheet_text(text: str) -> str:
    """A text as a cell of a CSV file, which a spreadsheet must never take for a formula, nor its end for a row's."""
    safe = text.replace("\r", " ")  # the writer quotes a line feed, not this
    return f"'{safe}" if text.startswith(_FORMULA_STARTS) else safe
