"""What `explain` reads: the ordinary cases of the last run, kept in the state folder until the next run.

Cases of children under a secrecy indication are not among them; they are explained from the sealed list.
"""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from brp_signals.errors import UsageProblem
from brp_signals.night import Night
from brp_signals.publish.content import Case, Sign

_FILE = "last_run.json"


def remember(night: Night, cases: list[Case]) -> None:
    """Replace what the state folder knows about cases by those of this run."""
    content = {
        "delivery_id": night.delivered.delivery_id,
        "reference_date": night.reference_date.isoformat(),
        "cases": [{**vars(case), "signs": [vars(sign) for sign in case.signs]} for case in cases],
    }
    temporary = night.state / f".{_FILE}.next"
    temporary.write_text(json.dumps(content, default=str, ensure_ascii=False), encoding="utf-8")
    temporary.chmod(0o600)
    temporary.replace(night.state / _FILE)


def recall(state: Path, case_id: str) -> tuple[Case, date]:
    """One case of the last run and that run's reference date.

    Raises UsageProblem when there was no run, or no such case on its ordinary lists.
    """
    path = state / _FILE
    if not path.is_file():
        raise UsageProblem("No run has been published from this state folder yet; run first, or name another --state.")
    content = json.loads(path.read_text(encoding="utf-8"))
    for values in content["cases"]:
        if values["case_id"] == case_id.upper():
            return _case(values), date.fromisoformat(content["reference_date"])
    raise UsageProblem(
        f"Case {case_id.upper()} is not among the cases of the last run; check the number, or "
        "ask the sealed-list officer."
    )


def _case(values: dict[str, Any]) -> Case:
    dates = {
        "departed_on",
        "departed_latest_on",
        "recorded_on",
        "first_sign_on",
        "last_sign_on",
        "duty_from",
        "duty_until",
    }
    for name in dates:
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    return Case(
        **{
            **values,
            "rule_codes": tuple(values["rule_codes"]),
            "notes_nl": tuple(values["notes_nl"]),
            "score": Decimal(values["score"]),
            "score_parts": tuple((label, Decimal(points)) for label, points in values["score_parts"]),
            "signs": tuple(
                Sign(**{**sign, "event_on": date.fromisoformat(sign["event_on"])}) for sign in values["signs"]
            ),
        }
    )
