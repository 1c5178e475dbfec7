"""Departures of one person, read from the residence rows as they were known on the reference date."""

from dataclasses import dataclass
from datetime import date

from tests.reference.dates import UNBOUNDED, Interval, register_date
from tests.reference.shapes import Row

NOT_A_MUNICIPALITY = ("1999", "0000", "")
"""1999 is the register of non-residents, 0000 is unknown."""


@dataclass(frozen=True)
class Residence:
    """One correct row of category 08/58; `seq` 0 is the current one, a higher one is older."""

    seq: int
    municipality_code: str
    is_dutch: bool
    """It has a residential (W) or postal (B) address in the Netherlands."""
    departure_text: str
    departure: Interval | None
    is_destination_unknown: bool | None
    declared_by: str
    address_from: Interval | None
    valid_from: Interval | None
    recorded_on: Interval | None
    is_under_inquiry: bool
    inquiry_from: Interval | None

    @property
    def began(self) -> Interval:
        """Start of the address: `address_from`, else `valid_from`, else any day."""
        return self.address_from or self.valid_from or UNBOUNDED


@dataclass(frozen=True)
class Departure:
    """One end of residence: a row of the register together with its copies and corrections."""

    rows: tuple[Residence, ...]
    """Newest first."""
    date_text: str
    departed_on: Interval
    recorded_on: Interval | None
    declared_by: str
    is_destination_unknown: bool | None
    municipality_code: str | None
    return_row: Residence | None

    @property
    def is_returned(self) -> bool:
        """An address in the Netherlands came after it, whatever the suspension is now."""
        return self.return_row is not None

    @property
    def returned_on(self) -> Interval | None:
        """Start of the first Dutch address after it."""
        return self.return_row.began if self.return_row else None


def rows_as_of(rows: list[Row], reference_date: date) -> list[Residence]:
    """The correct rows of one person that are not certainly of after the reference date, newest first."""
    known = [_residence(row) for row in rows if row["is_incorrect"] != "1" and not _is_of_after(row, reference_date)]
    return sorted(known, key=lambda row: row.seq)


def _is_of_after(row: Row, reference_date: date) -> bool:
    dates = [register_date(row[name]) for name in ("valid_from", "recorded_on", "address_from", "departure_date")]
    return any(known is not None and known.earliest > reference_date for known in dates)


def _residence(row: Row) -> Residence:
    return Residence(
        seq=int(row["seq"]),
        municipality_code=row["municipality_code"],
        is_dutch=row["address_function"] in ("W", "B"),
        departure_text=row["departure_date"],
        departure=register_date(row["departure_date"]),
        is_destination_unknown={"1": True, "0": False}.get(row["is_destination_unknown"]),
        declared_by=row["declared_by"],
        address_from=register_date(row["address_from"]),
        valid_from=register_date(row["valid_from"]),
        recorded_on=register_date(row["recorded_on"]),
        is_under_inquiry=row["is_under_inquiry"] == "1",
        inquiry_from=register_date(row.get("inquiry_from", "")),
    )


def departures(rows: list[Residence]) -> list[Departure]:
    """All departures of a person from its rows (newest first); the newest departure comes first."""
    groups = _join_same_dates(_split_at_dutch_rows(rows))
    found = [_departure(sorted(group, key=lambda row: row.seq), rows) for group in groups]
    return sorted(found, key=lambda departure: departure.rows[0].seq)


def _split_at_dutch_rows(rows: list[Residence]) -> list[list[Residence]]:
    """Departure rows without a Dutch address between them are one departure."""
    groups: list[list[Residence]] = []
    lived_here = True
    for row in rows:
        if row.departure is not None:
            if lived_here:
                groups.append([])
            groups[-1].append(row)
            lived_here = False
        elif row.is_dutch:
            lived_here = True
    return groups


def _join_same_dates(groups: list[list[Residence]]) -> list[list[Residence]]:
    """Rows with the same departure date are one departure, whatever stands between them."""
    joined: list[list[Residence]] = []
    for group in groups:
        dates = {row.departure_text for row in group}
        same = [other for other in joined if dates & {row.departure_text for row in other}]
        joined = [other for other in joined if other not in same]
        joined.append([row for other in same for row in other] + group)
    return joined


def _departure(group: list[Residence], rows: list[Residence]) -> Departure:
    newest, oldest = group[0], group[-1]
    narrowest = min(group, key=lambda row: (_interval(row).width, row.seq))
    first_recorded = min(group, key=_recorded_order)
    return Departure(
        rows=tuple(group),
        date_text=narrowest.departure_text,
        departed_on=_interval(narrowest),
        recorded_on=first_recorded.recorded_on,
        declared_by=first_recorded.declared_by,
        is_destination_unknown=newest.is_destination_unknown,
        municipality_code=_municipality_left(oldest, rows),
        return_row=_first_dutch_row_after(newest, rows),
    )


def _interval(row: Residence) -> Interval:
    assert row.departure is not None
    return row.departure


def _recorded_order(row: Residence) -> tuple[bool, date, int]:
    """The copy recorded first; without a date of recording last; of equals the oldest row."""
    known = row.recorded_on
    return (known is None, known.earliest if known else date.max, -row.seq)


def _municipality_left(oldest: Residence, rows: list[Residence]) -> str | None:
    """The last municipality lived in before the departure, else the one that recorded it, else unknown."""
    before = [row for row in rows if row.seq > oldest.seq and row.is_dutch]
    for row in before:
        if row.municipality_code not in NOT_A_MUNICIPALITY:
            return row.municipality_code
    return oldest.municipality_code if oldest.municipality_code not in NOT_A_MUNICIPALITY else None


def _first_dutch_row_after(newest: Residence, rows: list[Residence]) -> Residence | None:
    after = [row for row in rows if row.seq < newest.seq and row.is_dutch]
    return after[-1] if after else None
