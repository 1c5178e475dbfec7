"""Rules: every file under `sql/rules/` that is switched on yields its evidence into `rules_evidence`."""

from brp_signals.base.rule_files import ABSENCE, AGAINST, Rule
from brp_signals.steps.night import Night

EVIDENCE = {
    "departure_id": "VARCHAR",
    "rule_code": "VARCHAR",
    "source": "VARCHAR",
    "event_on": "DATE",
    "facts": "VARCHAR",
}
#: The same about a child on no school list, which has no departure.
EVIDENCE_OF_ABSENCE = {"absence_id": "VARCHAR", **{name: EVIDENCE[name] for name in list(EVIDENCE)[1:]}}

_TABLES = {ABSENCE: "rules_absences", AGAINST: "rules_against"}


def active_rules(night: Night) -> tuple[Rule, ...]:
    """The rules of this run: all files, without those that the municipality switched off."""
    return tuple(rule for rule in night.rules if rule.code not in night.configuration.disabled_rules)


def run(night: Night) -> dict[str, int]:
    """Fill `rules_evidence`, `rules_against` and, about absence, `rules_absences`; returns rows per rule."""
    night.warehouse.load("rules_evidence", EVIDENCE, [])
    night.warehouse.load("rules_against", EVIDENCE, [])
    night.warehouse.load("rules_absences", EVIDENCE_OF_ABSENCE, [])
    rules = active_rules(night)
    night.warehouse.load(
        "settings_rules",
        {"rule_code": "VARCHAR", "level": "VARCHAR", "priority": "INTEGER", "sha256": "VARCHAR"},
        [(rule.code, rule.level, rule.priority, rule.sha256) for rule in rules],
    )
    for rule in rules:
        table = _TABLES.get(rule.level, "rules_evidence")
        night.warehouse.execute(f"INSERT INTO {table} BY NAME\n{rule.sql}", f"rules/{rule.file}", **night.parameters)
    found = night.warehouse.query(
        "SELECT rule_code, count(*) AS n FROM rules_evidence GROUP BY rule_code "
        "UNION ALL SELECT rule_code, count(*) AS n FROM rules_against GROUP BY rule_code "
        "UNION ALL SELECT rule_code, count(*) AS n FROM rules_absences GROUP BY rule_code",
        "rules/counts",
    )
    counts = {rule.code: 0 for rule in rules} | {row["rule_code"]: row["n"] for row in found}
    night.account["rules"] = {rule.code: {"evidence": counts[rule.code]} for rule in rules if rule.level != ABSENCE}
    return counts
