"""What `explain` reads: the ordinary cases of the last run, kept in the state folder until the next run.

A run that encrypts its lists keeps them encrypted for the same recipients, in `last_run-<run id>.json.age`.

Cases of children under a secrecy indication are not among them; they are explained from the sealed list.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from brp_signals.base.config import Configuration
from brp_signals.base.errors import UsageProblem
from brp_signals.base.sealing import AGE_SUFFIX, Identities, unseal
from brp_signals.publish.commit import write_list
from brp_signals.publish.kinds import ABSENCES, KINDS, Kind
from brp_signals.publish.list_content import Absence, Case, Circumstance, Listed, Piece, Sign
from brp_signals.state.ledger import last_run
from brp_signals.state.schools import School, school_of
from brp_signals.steps.night import Night


class CaseNotInLastRun(UsageProblem):
    """The last run has no such ordinary case; the ledger may still know it."""


def remember(night: Night, cases: Mapping[str, Sequence[Listed]]) -> None:
    """Keep the cases of this run, by their kind, for `explain`; they count once the ledger names the run."""
    content = {
        "delivery_id": night.delivered.delivery_id,
        "reference_date": night.reference_date.isoformat(),
        "look_back_months": night.configuration.look_back_months,
        "legal_bases": _legal_bases(night.configuration),
        **{kind.every: cases.get(kind.code, ()) for kind in KINDS},
    }
    plain = json.dumps(content, default=_kept, ensure_ascii=False).encode()
    path = _path(night.state, night.account["run_id"])
    write_list(path, plain, night.handover.recipients)
    path.with_name(path.name + (AGE_SUFFIX if night.handover.recipients else "")).chmod(0o600)


def _kept(part: Any) -> Any:
    """What a part becomes that JSON does not know: a case and its signs their fields, the rest text."""
    if isinstance(part, Sign):
        return {name: value for name, value in vars(part).items() if value is not None}
    return vars(part) if isinstance(part, Listed | Circumstance | Piece | School) else str(part)


def forget_others(state: Path, run_id: str | None) -> int:
    """Remove what other runs than `run_id` kept, or with None all of it; returns the number of files that went."""
    kept = _path(state, run_id).name if run_id else ""
    others = [file for file in state.glob("last_run*.json*") if file.name not in (kept, kept + AGE_SUFFIX)]
    for other in others:
        other.unlink(missing_ok=True)
    return len(others)


def _path(state: Path, run_id: str) -> Path:
    """Named by its run, so that the ledger's commit changes which one counts."""
    return state / f"last_run-{run_id}.json"


def _legal_bases(configuration: Configuration) -> dict[str, str]:
    """On what ground each declared source is used, as the municipality gave it."""
    found: dict[str, list[str]] = {name: [source.legal_basis] for name, source in configuration.enrolment_sources}
    for source in configuration.sources:
        found.setdefault(source.code, []).append(source.legal_basis)
    return {name: "; ".join(dict.fromkeys(bases)) for name, bases in found.items()}


@dataclass(frozen=True)
class Recalled:
    """One case of the last run, with what that run looked at: delivery, date, look-back, the ground of each source."""

    case: Case | Absence
    delivery_id: str
    reference_date: date
    look_back_months: int
    legal_bases: Mapping[str, str]


def recall(state: Path, case_id: str, identities: Identities = ()) -> Recalled:
    """One case of the last run; `identities` open what an encrypting run kept.

    Raises UsageProblem when there was no run, no such case on its ordinary lists, or no identity that opens them.
    """
    kept = recall_all(state, identities)
    for kind, values in kept.rows:
        if values["case_id"] == case_id.upper():
            return Recalled(
                restored(kind, values), kept.delivery_id, kept.reference_date, kept.look_back_months, kept.legal_bases
            )
    raise CaseNotInLastRun(
        f"Case {case_id.upper()} is not among the cases of the last run; check the number, or "
        "ask the sealed-list officer."
    )


@dataclass(frozen=True)
class LastRun:
    """Every ordinary case of the last run as `rows`, each of which `restored` makes a case again."""

    delivery_id: str
    reference_date: date
    look_back_months: int
    legal_bases: Mapping[str, str]
    rows: Sequence[tuple[Kind, dict[str, Any]]]


def recall_all(state: Path, identities: Identities = ()) -> LastRun:
    """What the last run kept. Raises UsageProblem when there was no run, or no identity opens what it kept."""
    content = _content(state, identities)
    # The version before kept no absences, look-back or grounds; the next run does.
    return LastRun(
        content.get("delivery_id", ""),
        date.fromisoformat(content.get("reference_date", date.min.isoformat())),
        content.get("look_back_months", Configuration().look_back_months),
        content.get("legal_bases", {}),
        [(kind, values) for kind in KINDS for values in content.get(kind.every, ())],
    )


def _content(state: Path, identities: Identities) -> dict[str, Any]:
    """What the last run kept."""
    last = last_run(state)
    path = _path(state, last.run_id if last else "")
    encrypted = path.with_name(path.name + AGE_SUFFIX)
    kept: dict[str, Any] = {"cases": []}  # over its term
    if encrypted.is_file():
        if not identities:
            raise UsageProblem("The last run encrypted its lists; name the file that opens them with --identity.")
        kept = json.loads(unseal(encrypted.read_bytes(), identities, str(encrypted)))
    elif path.is_file():
        kept = json.loads(path.read_bytes())
    elif last is None:
        raise UsageProblem("No run has been published from this state folder yet; run first, or name another --state.")
    return kept


_DATES: Final = (
    *("departed_on", "departed_latest_on", "recorded_on", "first_sign_on", "last_sign_on", "duty_from", "duty_until"),
    *("due_on", "since_on", "withdrawn_on"),
)


def _sign(values: dict[str, Any]) -> Sign:
    # The version before kept no circumstances; the next run does.
    circumstances = tuple(Circumstance(**each) for each in values.get("circumstances", ()))
    school = school_of(values["school"]) if "school" in values else None
    event_on = date.fromisoformat(values["event_on"])
    return Sign(**values | {"event_on": event_on, "circumstances": circumstances, "school": school})


def restored(kind: Kind, values: dict[str, Any]) -> Case | Absence:
    """The case that a row of the last run is about."""
    fields = values | {
        "rule_codes": tuple(values["rule_codes"]),
        "notes_nl": tuple(values["notes_nl"]),
        "signs": tuple(_sign(sign) for sign in values["signs"]),
    }
    for name in _DATES:
        if fields.get(name):
            fields[name] = date.fromisoformat(fields[name])
    if kind is ABSENCES:
        return Absence(**fields)
    # The version before weighed in another way; the next run does.
    fields.pop("score_parts", None)
    fields["score"] = Decimal(values["score"]) if values["score"] and "pieces" in values else None
    fields["pieces"] = tuple(
        Piece(each["code"], each["text_nl"], Decimal(each["points"])) for each in values.get("pieces", ())
    )
    fields.setdefault("chance_pct", None)
    return Case(**fields)
