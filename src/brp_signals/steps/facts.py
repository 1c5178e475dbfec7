"""Facts: what happened in a child's life, said once (departures, windows, spells, signs, household)."""

from brp_signals.base.config import Configuration
from brp_signals.steps.night import Night

#: Tables in the order they are made, one SQL file each; each may read only earlier ones and `valid_*`.
TABLES = (
    "persons",
    "residences",
    "windows",
    "days",
    "departure_rows",
    "departures",
    "silent_children",
    "set_aside_secrecy",
    "departures_in_view",
    "enrolment_states",
    "spell_states",
    "spells",
    "spell_sightings",
    "still_enrolled",
    "silent_pupils",
    "remembered_enrolments",
    "silent_sources",
    "telling_sources",
    "traces",
    "signs",
    "lists_after",
    "left_school",
    "parents",
    "school_gaps",
)

#: Kind of sign, the rule that speaks of it, whether it is active, and the days that S-09 waits.
SIGN_KINDS = (
    ("still_enrolled", "L-01", False, 30),
    ("new_enrolment", "L-02", True, 30),
    ("absence_report", "L-03", True, 14),
    ("school_result", "L-04", True, 30),
    ("exemption", "L-05", False, 30),
    ("leave", "L-05", False, 30),
    ("tmv_report", "M-01", True, 30),
    ("municipal_provision", "M-02", True, 30),
)
#: An exemption can be claimed for residents only, so it counts from the day after the departure.
EXEMPTION_GRACE_DAYS = 1


def run(night: Night) -> dict[str, int]:
    """Make every `facts_*` table; returns how many departures are in view."""
    _load_settings(night)
    for table in TABLES:
        night.create(f"facts_{table}", f"facts/{table}.sql")
    if night.configuration.absence:
        for table in ("residents", "silent_absences", "absences"):
            night.create(f"facts_{table}", f"facts/{table}.sql")
    counts = night.warehouse.fetch("facts/counts.sql", **night.parameters)[0]
    night.account["silent_sources"] = night.warehouse.query(
        "SELECT source_code, kind, coalesce(silent_since_on, CAST($today AS DATE)) AS silent_since_on "
        "FROM facts_silent_sources INNER JOIN recall_sources USING (source_code, kind) "
        # What the watch holds did deliver, and has an alarm of its own.
        "WHERE (source_code, kind) NOT IN (SELECT (subject, source) FROM watch_held WHERE subject_kind = 'source') "
        "ORDER BY source_code, kind",
        "facts/silent_sources",
        today=night.reference_date,
    )
    night.account["departures"] = {
        **{name: counts[name] for name in ("in_view", "returned", "out_of_scope", "municipality_unknown")},
        "out_of_view": {"S-05": counts["suspended_otherwise"]},
    }
    return {"departures_in_view": counts["in_view"]}


def _load_settings(night: Night) -> None:
    warehouse, configuration = night.warehouse, night.configuration
    warehouse.load(
        "settings_sign_kinds",
        {
            "kind": "VARCHAR",
            "rule_code": "VARCHAR",
            "is_active": "BOOLEAN",
            "grace_days": "INTEGER",
            "too_recent_days": "INTEGER",
        },
        [
            (kind, rule, active, _grace_days(configuration, kind, rule), wait)
            for kind, rule, active, wait in SIGN_KINDS
            if rule not in configuration.disabled_rules
        ],
    )
    warehouse.load(
        "settings_first_school_days",
        {"start_month_on": "DATE", "first_day_on": "DATE"},
        [(f"{month}-01", day) for month, day in configuration.calendars.first_school_days.items()],
    )
    warehouse.load(
        "settings_successors",
        {"municipality_code": "VARCHAR", "successor_code": "VARCHAR"},
        configuration.municipality_successors.items(),
    )
    warehouse.load(
        "settings_scope",
        {"municipality_code": "VARCHAR"},
        [(code,) for code in night.delivered.municipalities],
    )


def _grace_days(configuration: Configuration, kind: str, rule: str) -> int:
    if kind == "exemption":
        return EXEMPTION_GRACE_DAYS
    return int(getattr(configuration.grace_days, rule.lower().replace("-", "_")))
