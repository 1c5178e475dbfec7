"""Cases: evidence about one departure becomes a case with a level, a number, and perhaps a suppressor."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from brp_signals.base.case_ids import number_cases
from brp_signals.base.errors import InternalFailure
from brp_signals.base.outcomes import EVERY_OUTCOME
from brp_signals.base.statuses import LISTED, OPEN, OVER
from brp_signals.steps.night import Night, hundredths

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
    """Make `cases_current`, one row a case with evidence, `cases_signs`, what each shows, and `cases_outcomes`.

    Raises InternalFailure when a case that the ledger knows has not exactly one outcome.
    """
    _load_settings(night)
    for table in (
        "terms",
        "evidence",
        "levels",
        "matches",
        "against",
        "weighable",
        "weighed",
        "signs",
        "keyed_signs",
        "newer_signs",
        *SUPPRESSORS,
        "suppressors",
        "found",
    ):
        night.create(f"cases_{table}", f"cases/{table}.sql")
    _number_cases(night)
    _find_absences(night)
    for table in (
        "known",
        "sign_keys",
        "sign_changes",
        "changed_signs",
        "decided",
        "comparison",
        "outcomes",
        "current",
        "inquiries",
        "silences",
        "held",
        "remembered",
        "secrecy",
    ):
        night.create(f"cases_{table}", f"cases/{table}.sql")
        if night.configuration.absence and (file := _OF_ABSENCES.get(table)):
            night.warehouse.insert(f"cases_{table}", f"cases/{file}.sql", **night.parameters)
    if night.configuration.absence:
        night.create("cases_absence_current", "cases/absence_current.sql")
    _check_outcomes(night)
    if night.configuration.absence:
        _count_absences(night)
    return _count(night)


#: What absences add to the tables that the life of every case follows from.
_OF_ABSENCES = {
    "known": "absence_known",
    "sign_keys": "absence_sign_keys",
    "comparison": "absence_comparison",
    "inquiries": "absence_inquiries",
    "silences": "absence_silences",
    "remembered": "absence_remembered",
}


def _find_absences(night: Night) -> None:
    """Absences that are cases, with their numbers; without the configuration's table there is none."""
    if night.configuration.absence is None:
        night.warehouse.load("cases_absence_numbers", _ABSENCE_NUMBERS, [])
        return
    for table in ("absence_suppressors", "absence_matches", "absences_found", "absences_withheld"):
        night.create(f"cases_{table}", f"cases/{table}.sql")
    _number_absences(night)


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
    night.warehouse.load(
        "settings_weights",
        {"piece": "VARCHAR", "points": "INTEGER"},
        [(piece, hundredths(points)) for piece, points in sorted(configuration.weights.pieces.items())],
    )
    night.warehouse.load(
        "settings_outcomes",
        {"outcome_code": "VARCHAR", "holds": "VARCHAR", "suppressor_code": "VARCHAR"},
        [(outcome.code, outcome.holds.value, outcome.suppressor_code) for outcome in EVERY_OUTCOME],
    )


def _number_cases(night: Night) -> None:
    """Give every case its number: the one the ledger knows it by, else a new one that no case has."""
    rows = night.warehouse.query(
        "SELECT found.departure_id, found.person_id, found.departure_date, matches.case_id FROM cases_found AS found "
        "LEFT JOIN cases_matches AS matches ON found.departure_id = matches.departure_id ORDER BY found.departure_id",
        "cases/numbers",
    )
    taken = _taken(night, "SELECT case_id FROM recall_cases UNION SELECT case_id FROM recall_draws")
    numbers = number_cases(
        "departure", [(row["case_id"], row["person_id"], row["departure_date"]) for row in rows], taken
    )
    night.warehouse.load(
        "cases_numbers",
        {"departure_id": "VARCHAR", "case_id": "VARCHAR"},
        zip((row["departure_id"] for row in rows), numbers, strict=True),
    )


_ABSENCE_NUMBERS = {"absence_id": "VARCHAR", "case_id": "VARCHAR"}


def _number_absences(night: Night) -> None:
    """The same for absences, which come after the departures of tonight."""
    rows = night.warehouse.query(
        "SELECT found.absence_id, found.person_id, found.absence_date, matches.case_id "
        "FROM cases_absences_found AS found LEFT JOIN cases_absence_matches AS matches "
        "ON found.absence_id = matches.absence_id ORDER BY found.absence_id",
        "cases/absence_numbers",
    )
    taken = _taken(
        night,
        "SELECT case_id FROM recall_cases UNION SELECT case_id FROM recall_draws "
        "UNION SELECT case_id FROM cases_numbers",
    )
    numbers = number_cases("absence", [(row["case_id"], row["person_id"], row["absence_date"]) for row in rows], taken)
    night.warehouse.load(
        "cases_absence_numbers", _ABSENCE_NUMBERS, zip((row["absence_id"] for row in rows), numbers, strict=True)
    )


def _taken(night: Night, statement: str) -> set[str]:
    return {row["case_id"] for row in night.warehouse.query(statement, "cases/numbers")}


def _check_outcomes(night: Night) -> None:
    """Every case of tonight and every known one has exactly one outcome; anything else is our own fault."""
    (counts,) = night.warehouse.query(
        "SELECT (SELECT count(*) FROM cases_outcomes) AS outcomes, "
        "(SELECT count(DISTINCT case_id) FROM cases_outcomes) AS cases, "
        "(SELECT count(*) FROM cases_current) AS shown, "
        "(SELECT count(*) FROM cases_found) AS found, "
        "(SELECT count(*) FROM (SELECT case_id FROM cases_numbers UNION SELECT case_id FROM cases_absence_numbers "
        "UNION SELECT case_id FROM cases_known)) AS expected",
        "cases/outcomes",
    )
    if not counts["outcomes"] == counts["cases"] == counts["expected"] or counts["shown"] != counts["found"]:
        raise InternalFailure(
            "The cases of this run and those of the ledger do not add up; nothing is published, pass this sentence "
            "to the maintainers."
        )


def _count(night: Night) -> dict[str, int]:
    """Counts for run.json, over ordinary cases; those of children under secrecy are one coarse number."""
    cases = night.warehouse.query(
        "SELECT is_sealed, status, level, suppressor_code, rule_codes FROM cases_current", "cases/counts"
    )
    outcomes = night.warehouse.query(
        "SELECT is_sealed, status_before, status FROM cases_outcomes WHERE kind = 'departure'", "cases/counts"
    )
    ordinary = [case for case in cases if not case["is_sealed"]]
    listed = [case for case in ordinary if case["status"] in LISTED]
    n_sealed = len(cases) - len(ordinary)
    flow = case_flow([(row["status_before"], row["status"]) for row in outcomes if not row["is_sealed"]])
    night.account["cases"] = {
        "listed": len(listed),
        **flow["after"],
        "flow": flow,
        "suppressed": _tally(case["suppressor_code"] for case in ordinary if case["status"] == "suppressed"),
        "level": _tally(case["level"] or "" for case in listed),
        "sealed": _told(n_sealed),
    }
    per_rule = _tally(code for case in listed for code in case["rule_codes"].split("|"))
    per_rule |= _tally(row["rule_code"] for row in _against_listed(night))
    for code, counts in night.account["rules"].items():
        counts["cases"] = per_rule.get(code, 0)
    departures = night.account["departures"]
    elsewhere = departures["out_of_scope"] + departures["municipality_unknown"]
    departures["without_sign"] = departures["in_view"] - elsewhere - len(ordinary)
    return {"listed": len(listed), **{status: flow["after"][status] for status in ("new", "changed", *OVER)}}


def _against_listed(night: Night) -> list[dict[str, Any]]:
    """What speaks against an ordinary case on a list, a row for each case and rule."""
    return night.warehouse.query(
        "SELECT DISTINCT against.departure_id, against.rule_code FROM cases_against AS against "
        "INNER JOIN cases_current AS cases ON against.departure_id = cases.departure_id "
        "WHERE NOT cases.is_sealed AND cases.status IN ('new', 'ongoing', 'changed')",
        "cases/counts",
    )


def _count_absences(night: Night) -> None:
    """The same counts for absences, and of how many children a reason was known from the start: no case began."""
    cases = night.warehouse.query(
        "SELECT is_sealed, status, suppressor_code, rule_code FROM cases_absence_current", "cases/counts"
    )
    outcomes = night.warehouse.query(
        "SELECT status_before, status FROM cases_outcomes WHERE kind = 'absence' AND NOT is_sealed", "cases/counts"
    )
    withheld = night.warehouse.query(
        "SELECT suppressor_code FROM cases_absences_withheld WHERE NOT is_sealed", "cases/counts"
    )
    ordinary = [case for case in cases if not case["is_sealed"]]
    listed = [case for case in ordinary if case["status"] in LISTED]
    flow = case_flow([(row["status_before"], row["status"]) for row in outcomes])
    night.account["absence"] |= {
        "listed": len(listed),
        **flow["after"],
        "flow": flow,
        "rules": _tally(case["rule_code"] for case in listed),
        "suppressed": _tally(case["suppressor_code"] for case in ordinary if case["status"] == "suppressed"),
        "withheld": _tally(row["suppressor_code"] for row in withheld),
        "sealed": _told(len(cases) - len(ordinary)),
    }


def _told(n_sealed: int) -> int | str:
    return n_sealed if n_sealed >= SMALLEST_SEALED_COUNT else f"<{SMALLEST_SEALED_COUNT}"


def case_flow(statuses: Iterable[tuple[str | None, str]]) -> dict[str, Any]:
    """Where cases came from and went, from their statuses before and after a run.

    Cases that were listed, suppressed or weak before, and those that came in, end up in one of the statuses `after`;
    cases that were over and stay so are left out. Raises InternalFailure when the two sides are not equal.
    """
    moving = [(before, after) for before, after in statuses if before not in OVER or after in OPEN]
    after = dict.fromkeys((*OPEN, *OVER), 0) | _tally(status for _, status in moving)
    flow = {
        "listed_before": sum(before in LISTED for before, _ in moving),
        "suppressed_before": sum(before == "suppressed" for before, _ in moving),
        "weak_before": sum(before == "weak" for before, _ in moving),
        "came_in": sum(before is None for before, _ in moving),
        "came_back": sum(before in OVER for before, _ in moving),
        "after": after,
    }
    if sum(number for name, number in flow.items() if isinstance(number, int)) != sum(after.values()):
        raise InternalFailure(
            "The flow of cases does not add up; nothing is published, pass this sentence to the maintainers."
        )
    return flow


def _tally(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))
