"""Watch: hold the numbers of tonight against those of earlier nights, and tell the steward what changed.

No person is in it: what is compared are sizes, shares and days of lists, sources and the register. A change may only
be shown (`warn`), keep the cases as they were that rest on what changed (`hold`), or refuse the delivery (`block`);
which of them stands with the limit in `expectations/watch/`.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from brp_signals.base.errors import DeliveryRefused, InternalFailure
from brp_signals.base.warehouse import resource
from brp_signals.steps.night import Night
from brp_signals.watch.alarms import KEY, Alarm, Key, Scored, settle
from brp_signals.watch.nights import DAYS_BACK, MOST
from brp_signals.watch.telling import CONSEQUENCES, told

TABLES: Final = (
    "list_series",
    "list_flags",
    "supplier_series",
    "source_series",
    "history_series",
    "register_series",
    "child_series",
    "code_series",
    "fault_series",
)
#: What holding keeps apart: a list or a source; other subjects hold no case of their own.
_HELD: Final = ("school", "source")
_SHARE: Final = 0.05

Checks = dict[str, dict[str, Any]]
#: What is held: kind, subject and source, from its first day until the day before its last one.
Held = tuple[str, str, str, date, date]


@dataclass(frozen=True)
class Found:
    """The alarms of tonight, and the highest score of each check over all series."""

    alarms: list[Alarm]
    highest: dict[str, float]


@dataclass(frozen=True)
class Scores:
    """The series that stand out, and the highest score of each check over all series."""

    series: list[Scored]
    highest: dict[str, float]


def run(night: Night) -> dict[str, int]:
    """Make the `watch_*` tables that facts read, and the account's `watch`; returns how many changes are new and stand.

    Raises DeliveryRefused when a change is one that blocks, and InternalFailure when a check could not be evaluated.
    """
    checks = load_checks()
    found = look(night, checks)
    night.account["watch_checks"] = _judged(night, checks, found.highest)
    _refuse_if_blocked(night, [alarm for alarm in found.alarms if checks[alarm.check]["meta"]["severity"] == "block"])
    told_of = night.account["watch"]
    return {"new": sum(alarm["is_new"] for alarm in told_of), "standing": len(told_of)}


def look(night: Night, checks: Checks) -> Found:
    """Find what changed, tell it in the account and hold what rests on it; everything but the judgement."""
    measure(night)
    limits = _limits(checks)
    consequences = {name: check["meta"]["severity"] for name, check in checks.items()}
    standing = _standing(night)
    scores = _score(night, min(limits.values()))
    scored = {each.key: each for each in scores.series}
    alarms, over = settle(standing, scored, limits, night.reference_date, night.scope)
    night.create("watch_cases", "watch/cases.sql")
    night.account["watch"] = told(alarms, consequences, _cases(night))
    _load_alarms(night, alarms, over)
    holding = {name for name, consequence in consequences.items() if consequence == "hold"}
    hold(night, [*_held(alarms, holding), *_passed_over(night, over, scored, holding)])
    return Found(alarms, scores.highest)


def load_checks() -> Checks:
    """The expectations on changes, by the name of their check.

    Raises InternalFailure when one is incomplete.
    """
    checks: Checks = {}
    for path in sorted((resource("expectations") / "watch").glob("*.json")):
        for item in json.loads(path.read_text(encoding="utf-8"))["expectations"]:
            if item["meta"].get("severity") not in CONSEQUENCES:
                raise InternalFailure(f"{path.name}: severity must be one of {', '.join(CONSEQUENCES)}.")
            checks[item["meta"]["check"]] = item
    return checks


def _limits(checks: Checks) -> dict[str, float]:
    """The score from which each check fails."""
    return {name: float(check["kwargs"]["max_value"]) for name, check in checks.items()}


def measure(night: Night) -> None:
    """Make `watch_series`, the series of tonight, and `watch_earlier`, their earlier points."""
    municipalities = () if night.delivered.is_national else night.delivered.municipalities
    of = ("municipality", municipalities[0]) if len(municipalities) == 1 else ("table", "residences")
    night.create("watch_measures", "watch/measures.sql")
    night.create("watch_remembered", "watch/remembered.sql")
    for table in TABLES:
        night.create(f"watch_{table}", f"watch/{table}.sql", departures_kind=of[0], departures_of=of[1])
    night.create("watch_series", "watch/series.sql")
    night.create("watch_earlier", "watch/earlier.sql", most=MOST)
    night.create("watch_changes", "watch/changes.sql", days_back=DAYS_BACK)


def hold(night: Night, held: Iterable[Held]) -> None:
    """Make `watch_held`, and the views of what may be relied on without it, which facts read."""
    columns = {**dict.fromkeys(KEY[:3], "VARCHAR"), "from_on": "DATE", "until_on": "DATE"}
    night.warehouse.load("watch_held", columns, sorted(set(held)))
    for view in ("school_deliveries", "enrolments", "sign_days", "traces"):
        night.warehouse.view(f"watch_{view}", f"watch/{view}.sql")


def _held(alarms: Iterable[Alarm], holding: set[str]) -> list[Held]:
    """What nobody acknowledged of the changes that hold: by kind, subject and source its first and its last day."""
    return [
        _held_until(alarm, date.max)
        for alarm in alarms
        if alarm.check in holding and alarm.key[0] in _HELD and not alarm.is_acknowledged
    ]


def _passed_over(night: Night, over: Iterable[Alarm], scored: Mapping[Key, Scored], holding: set[str]) -> list[Held]:
    """School lists that were held until one came that is as usual: they count no more than they did.

    Otherwise a child who is missing from half a list would be gone as soon as the list is whole again.
    """
    ended = [
        _held_until(alarm, scored[alarm.key].seen_on)
        for alarm in over
        if alarm.check in holding and alarm.key[0] == "school" and alarm.key in scored and not alarm.is_acknowledged
    ]
    earlier = night.warehouse.query("SELECT * FROM recall_alarms WHERE over_on IS NOT NULL", "watch/passed over")
    return ended + [
        (row["subject_kind"], row["subject"], row["source"], row["list_on"], row["over_on"])
        for row in earlier
        if row["check_name"] in holding
    ]


def _held_until(alarm: Alarm, day: date) -> Held:
    kind, subject, source, _ = alarm.key
    return kind, subject, source, alarm.list_on, day


def _score(night: Night, least: float) -> Scores:
    """The series of tonight that stand out by a score above `least` or of which an alarm stands, and the highest score
    of each check; makes `watch_bands`, what is usual of every series.
    """
    import polars

    from brp_signals.watch.scores import judge_all

    series = night.warehouse.arrays(night.warehouse.sql("watch/judged.sql"), "watch/judged")
    earlier = night.warehouse.arrays(
        "SELECT position, steps_back, value, is_of_year FROM watch_earlier", "watch/earlier"
    )
    judged = judge_all(series, earlier)
    bands = polars.DataFrame({"position": range(len(judged.usual)), "usual": judged.usual, "noise": judged.noise})
    night.warehouse.make("watch_bands", {"position": "INTEGER", "usual": "DOUBLE", "noise": "DOUBLE"})
    night.warehouse.append("watch_bands", bands.fill_nan(None))
    highest: dict[str, float] = {}
    for check, number in zip(series["check_name"], judged.scores.tolist(), strict=True):
        highest[check] = max(number, highest.get(check, 0.0))
    positions = [at for at, number in enumerate(judged.scores.tolist()) if number > least]
    rows = night.warehouse.fetch("watch/chosen.sql", positions=positions)
    found = [
        Scored(
            tuple(row[name] for name in KEY),
            row["check_name"],
            row["unit"],
            row["is_told"],
            row["seen_on"],
            row["value"],
            row["usual"],
            float(judged.scores[row["position"]]),
            str(judged.detectors[row["position"]]),
            row["other"],
            None if math.isnan(row["n"]) else row["n"],
        )
        for row in rows
    ]
    return Scores(found, highest)


def _standing(night: Night) -> list[Alarm]:
    """The alarms that stood on the night before."""
    return [
        Alarm(
            row["alarm_id"],
            row["detector"],
            (row["subject_kind"], row["subject"], row["source"], row["measure"]),
            row["check_name"],
            row["first_on"],
            row["list_on"],
            row["value"],
            row["usual"],
            is_acknowledged=row["is_acknowledged"],
        )
        for row in night.warehouse.query("SELECT * FROM recall_alarms ORDER BY alarm_id", "watch/alarms")
        if row["is_open"]
    ]


def _cases(night: Night) -> dict[tuple[str, str, str], int]:
    rows = night.warehouse.query("SELECT * FROM watch_cases", "watch/cases")
    return {(row["subject_kind"], row["subject"], row["source"]): row["n_cases"] for row in rows}


def _load_alarms(night: Night, alarms: list[Alarm], over: list[Alarm]) -> None:
    """Make `watch_alarms` and `watch_over`: what the ledger writes of tonight's alarms."""
    night.warehouse.load(
        "watch_alarms",
        {
            "alarm_id": "VARCHAR",
            "detector": "VARCHAR",
            **dict.fromkeys(("subject_kind", "subject", "source", "measure", "check_name"), "VARCHAR"),
            "first_on": "DATE",
            "list_on": "DATE",
            "value": "DOUBLE",
            "usual": "DOUBLE",
        },
        [
            (each.alarm_id, each.detector, *each.key, each.check, each.first_on, each.list_on, each.value, each.usual)
            for each in alarms
            if each.is_new
        ],
    )
    night.warehouse.load("watch_over", {"alarm_id": "VARCHAR"}, [(each.alarm_id,) for each in over])


def _judged(night: Night, checks: Checks, found: dict[str, float]) -> list[dict[str, Any]]:
    """What Great Expectations says of the highest score of each check, held against our own."""
    from brp_signals.steps.judging import Suite, judge

    highest = {name: found.get(name, 0.0) for name in checks}
    night.warehouse.load("watch_profile", dict.fromkeys(highest, "DOUBLE"), [tuple(highest.values())])
    snapshot = night.work / f"watched-{night.account['run_id']}.duckdb"
    snapshot.unlink(missing_ok=True)
    night.warehouse.export(snapshot, ["watch_profile"], highest)
    expectations = [
        {
            "type": check["type"],
            "kwargs": {**check["kwargs"], "max_value": {"$PARAMETER": name}},
            "meta": {"check": name},
        }
        for name, check in checks.items()
    ]
    limits = _limits(checks)
    memory = night.configuration.memory_share(_SHARE)
    verdicts = judge(snapshot, [Suite("watch", "watch_profile", expectations)], limits, memory)
    if any(verdicts[name] != (highest[name] <= limits[name]) for name in checks):
        raise InternalFailure(
            "The watch stopped: a check gave a verdict that its own score contradicts; nothing is published and the "
            "data is not to blame, pass this sentence to the maintainers."
        )
    return [
        {
            "check": name,
            "severity": check["meta"]["severity"],
            "meaning_nl": check["meta"]["meaning_nl"],
            "outcome": "passed" if verdicts[name] else "failed",
            "observed": round(highest[name], 2),
            "limit": limits[name],
        }
        for name, check in checks.items()
    ]


def _refuse_if_blocked(night: Night, alarms: list[Alarm]) -> None:
    """Refuse a delivery that changed in a way that blocks, unless a person accepted that with a reason."""
    blocking = [alarm for alarm in alarms if not alarm.is_acknowledged]
    if not blocking:
        return
    names = sorted({alarm.check for alarm in blocking})
    if night.accepted_drift:
        accepted = night.account.setdefault("accepted_drift", {"reason": night.accepted_drift, "checks": []})
        accepted["checks"] = [*accepted["checks"], *names]
        return
    raise DeliveryRefused(
        f"Delivery {night.delivered.delivery_id} refused: the watch found a change that must not pass "
        f"({', '.join(names)}); nothing was published: have it sent again, or accept it with --accept-drift and the "
        "reason."
    )
