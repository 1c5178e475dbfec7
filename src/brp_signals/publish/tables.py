"""The lists as tables for other systems: as CSV and as Parquet."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from brp_signals.base.outcomes import ONLY_CLOSED
from brp_signals.base.statuses import LISTED
from brp_signals.publish.columns import SIGNALS
from brp_signals.publish.list_content import Listed

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def table_row(case: Listed, suppressor_code: str | None) -> dict[str, Any]:
    """One case as the columns of its tables; what is not listed has no rank, and an empty text is none."""
    values = {
        **vars(case),
        "rule_codes": "|".join(case.rule_codes),
        "rank": case.rank if case.status in LISTED else None,
        "suppressor_code": suppressor_code,
    }
    return {name: None if value == "" else value for name, value in values.items()}


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
