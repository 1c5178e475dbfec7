"""Cases: evidence about one departure becomes a case with a level, a number, and perhaps a suppressor."""

from collections import Counter
from collections.abc import Iterable

from brp_signals.case_ids import case_id
from brp_signals.night import Night

#: Below this number, children under a secrecy indication are not counted in reports meant for others.
SMALLEST_SEALED_COUNT = 5

SUPPRESSORS = (
    "s_01_border_pupil",
    "s_02_registered_again",
    "s_03_open_inquiry",
    "s_04_recently_explained",
    "s_07_no_duty_left",
    "s_08_stale_delivery",
)


def run(night: Night) -> dict[str, int]:
    """Make `cases_current`, one row a case, and `cases_signs`, what each case shows."""
    _load_settings(night)
    for table in ("evidence", "levels"):
        night.create(f"cases_{table}", f"cases/{table}.sql")
    for name in SUPPRESSORS:
        night.create(f"cases_{name}", f"cases/{name}.sql")
    for table in ("signs", "suppressors", "current"):
        night.create(f"cases_{table}", f"cases/{table}.sql")
    _number_cases(night)
    return _count(night)


def _load_settings(night: Night) -> None:
    configuration = night.configuration
    night.warehouse.load(
        "settings_origins",
        {"source": "VARCHAR", "origin": "VARCHAR"},
        sorted(
            {
                **{source.code: source.file for source in configuration.sources if source.file},
                **{name: source.file for name, source in configuration.enrolment_sources if source.file},
            }.items()
        ),
    )


def _number_cases(night: Night) -> None:
    """Give every case its number; the same person and date get the same number every night."""
    rows = night.warehouse.query(
        "SELECT departure_id, person_id, departure_date FROM cases_current ORDER BY departure_id",
        "cases/numbers",
    )
    taken: set[str] = set()
    numbers = []
    for row in rows:
        number = case_id("departure", row["person_id"], row["departure_date"], taken)
        taken.add(number)
        numbers.append((row["departure_id"], number))
    night.warehouse.load("cases_numbers", {"departure_id": "VARCHAR", "case_id": "VARCHAR"}, numbers)


def _count(night: Night) -> dict[str, int]:
    cases = night.warehouse.query(
        "SELECT is_sealed, status, level, suppressor_code, rule_codes FROM cases_current", "cases/counts"
    )
    ordinary = [case for case in cases if not case["is_sealed"]]
    listed = [case for case in ordinary if case["status"] == "new"]
    n_sealed = len(cases) - len(ordinary)
    night.account["cases"] = {
        "new": len(listed),
        "suppressed": _tally(case["suppressor_code"] for case in ordinary if case["suppressor_code"]),
        "level": _tally(case["level"] for case in listed),
        "sealed": n_sealed if n_sealed >= SMALLEST_SEALED_COUNT else f"<{SMALLEST_SEALED_COUNT}",
    }
    per_rule = _tally(code for case in listed for code in case["rule_codes"].split("|"))
    for code, counts in night.account["rules"].items():
        counts["cases"] = per_rule.get(code, 0)
    departures = night.account["departures"]
    elsewhere = departures["out_of_scope"] + departures["municipality_unknown"]
    departures["without_sign"] = departures["in_view"] - elsewhere - len(ordinary)
    return {"new": len(listed), "suppressed": len(ordinary) - len(listed)}


def _tally(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))
