"""Rules: every file under `sql/rules/` that is switched on yields its evidence into `rules_evidence`."""

from brp_signals.night import Night
from brp_signals.rule_files import Rule, load_rules
from brp_signals.warehouse import resource

EVIDENCE = {
    "departure_id": "VARCHAR",
    "rule_code": "VARCHAR",
    "source": "VARCHAR",
    "event_on": "DATE",
    "facts": "VARCHAR",
}


def active_rules(night: Night) -> tuple[Rule, ...]:
    """The rules of this run: all files, without those that the municipality switched off."""
    overrides = night.warehouse.overrides_below("rules")
    rules = load_rules(resource("sql") / "rules", overrides)
    return tuple(rule for rule in rules if rule.code not in night.configuration.disabled_rules)


def run(night: Night) -> dict[str, int]:
    """Fill `rules_evidence`; returns the number of rows per rule."""
    night.warehouse.load("rules_evidence", EVIDENCE, [])
    rules = active_rules(night)
    night.warehouse.load(
        "settings_rules",
        {"rule_code": "VARCHAR", "level": "VARCHAR", "priority": "INTEGER", "sha256": "VARCHAR"},
        [(rule.code, rule.level, rule.priority, rule.sha256) for rule in rules],
    )
    for rule in rules:
        night.warehouse.execute(
            f"INSERT INTO rules_evidence BY NAME\n{rule.sql}", f"rules/{rule.file}", **night.parameters
        )
    found = night.warehouse.query(
        "SELECT rule_code, count(*) AS n FROM rules_evidence GROUP BY rule_code", "rules/counts"
    )
    counts = {row["rule_code"]: row["n"] for row in found}
    night.account["rules"] = {rule.code: {"evidence": counts.get(rule.code, 0)} for rule in rules}
    return {rule.code: counts.get(rule.code, 0) for rule in rules}
