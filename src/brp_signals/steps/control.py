"""Control: a few departures without a sign, and a few cases that are too weak to ask about, drawn by chance once a
month, for people to look at as well.

Only so can anybody tell what the rules miss, and what the threshold of level B hides. The two are strata that are drawn
apart, and of each draw is kept out of how many of its stratum. The draw is seeded, labelled "steekproef", and never
among the signals.
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Sequence
from math import ceil
from typing import Any

from brp_signals.base.case_ids import number_cases
from brp_signals.base.statuses import NO_SIGN, WEAK
from brp_signals.steps.night import Night

DRAWN = {
    "case_id": "VARCHAR",
    "person_id": "VARCHAR",
    "departure_date": "VARCHAR",
    "municipality_code": "VARCHAR",
    "is_sealed": "BOOLEAN",
    "n_drawn": "INTEGER",
    "n_frame": "INTEGER",
    "stratum": "VARCHAR",
}

Row = dict[str, Any]
#: Stratum, municipality and side of secrecy: what is drawn from apart.
Place = tuple[str, str, bool]


def run(night: Night) -> dict[str, int]:
    """Make `control_drawn`, what this run draws, `control_rows`, what it shows of this draw and earlier ones, and
    `control_left`, what it shows no more, and `control_families`, which cases and draws are of one family.

    A municipality is drawn from by the first run of a calendar month in which it has a departure of the stratum.
    """
    night.create("control_frame", "control/frame.sql")
    drawn = _draw(night)
    night.warehouse.load("control_drawn", DRAWN, [[row[name] for name in DRAWN] for row in drawn])
    night.create("control_rows", "control/rows.sql")
    night.create("control_left", "control/left.sql")
    night.create("control_families", "control/families.sql")
    shown = night.warehouse.query("SELECT count(*) AS n FROM control_rows WHERE NOT is_sealed", "control/rows")[0]["n"]
    ordinary = [row["stratum"] for row in drawn if not row["is_sealed"]]
    settings = night.configuration.control_sample
    night.account["control_sample"] = {
        "seed": _seed(night),
        "share_of_cases": str(settings.share),
        "least": settings.least,
        "least_weak": settings.least_weak,
        "drawn": len(ordinary),
        "drawn_weak": ordinary.count(WEAK),
        "shown": shown,
    }
    return {"drawn": len(ordinary), "shown": shown}


def _draw(night: Night) -> list[Row]:
    """The departures that this run draws, each with its number and how many were drawn from how many."""
    frames: dict[Place, list[Row]] = defaultdict(list)
    for row in night.warehouse.query("SELECT * FROM control_frame", "control/frame"):
        frames[_place(row)].append(row)
    done = {_place(row) for row in _this_month(night)}
    listed = {
        (row["municipality_code"], row["is_sealed"]): row["n_listed"]
        for row in night.warehouse.fetch("control/cases.sql")
    }
    settings = night.configuration.control_sample
    least = {NO_SIGN: settings.least, WEAK: settings.least_weak}
    found: list[Row] = []
    for place, frame in sorted(frames.items()):
        if place not in done:
            stratum, code, is_sealed = place
            n_wanted = max(least[stratum], ceil(settings.share * listed.get((code, is_sealed), 0)))
            drawn = sorted(frame, key=lambda row: _lot(night, row))[:n_wanted]
            found += [{**row, "n_drawn": len(drawn), "n_frame": len(frame)} for row in drawn]
    return _numbered(night, found)


def _place(row: Row) -> Place:
    return row["stratum"], row["municipality_code"], row["is_sealed"]


def _this_month(night: Night) -> list[Row]:
    return night.warehouse.query(
        "SELECT DISTINCT stratum, municipality_code, is_sealed FROM recall_draws "
        "WHERE date_trunc('month', drawn_on) = date_trunc('month', CAST($reference_date AS DATE))",
        "control/draws",
        reference_date=night.reference_date,
    )


def _seed(night: Night) -> str:
    return f"steekproef {night.reference_date:%Y-%m}"


def _lot(night: Night, row: Row) -> bytes:
    """The lot of a child for this month and municipality; nobody can foresee it, since nobody can foresee a pseudonym.

    It hangs on nothing but these three, so that neither the order of rows nor who else left changes it.
    """
    key = f"{_seed(night)} {row['municipality_code']}".encode()
    return hmac.digest(key, row["person_id"].encode(), hashlib.sha256)


def _numbered(night: Night, drawn: Sequence[Row]) -> list[Row]:
    """Give each the number that it keeps if it ever becomes a case; a weak case has its own already."""
    taken = {
        row["case_id"]
        for row in night.warehouse.query(
            "SELECT case_id FROM recall_cases UNION SELECT case_id FROM recall_draws "
            "UNION SELECT case_id FROM cases_numbers UNION SELECT case_id FROM cases_absence_numbers",
            "control/numbers",
        )
    }
    numbers = number_cases(
        "departure", [(row["case_id"], row["person_id"], row["departure_date"]) for row in drawn], taken
    )
    return [{**row, "case_id": number} for row, number in zip(drawn, numbers, strict=True)]
