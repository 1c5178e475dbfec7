"""From ranked rows to what a list shows: sentences, next step, cautions and what weighs for and against."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from brp_signals.base.config import piece_texts
from brp_signals.base.dates import dutch
from brp_signals.base.rule_files import Rule
from brp_signals.publish import wording
from brp_signals.publish.changes import Changed
from brp_signals.publish.follow_ups import follow_up, next_step
from brp_signals.publish.list_content import Case, Circumstance, Piece, Sign
from brp_signals.publish.one_sign import gathered
from brp_signals.steps.night import Night

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_HUNDREDTH = Decimal("0.01")


def read_cases(night: Night, rules: Sequence[Rule], changed: Changed) -> list[tuple[Case, dict[str, Any]]]:
    """Every case of the run, in the order of municipality and rank, with its row of `rank_order`."""
    by_code = {rule.code: rule for rule in rules}
    signs: dict[str, list[dict[str, Any]]] = {}
    for row in night.warehouse.query(
        "SELECT * FROM cases_signs ORDER BY departure_id, is_context, event_on, priority, source",
        "cases/signs",
    ):
        signs.setdefault(row["departure_id"], []).append(row)
    rows = night.warehouse.query(
        "SELECT * FROM rank_order ORDER BY municipality_code, rank NULLS LAST, case_id", "rank/order"
    )
    silences, day_numbers = read_silences(night), read_day_numbers(night)
    pieces = _read_pieces(night)
    return [
        (
            _case(
                night,
                row,
                signs[row["departure_id"]],
                pieces.get(row["departure_id"], ()),
                by_code,
                changed.of_case(row["case_id"]),
                silences.get(row["case_id"], ()),
                day_numbers.get(row["case_id"], 1),
            ),
            row,
        )
        for row in rows
    ]


def _read_pieces(night: Night) -> dict[str, tuple[Piece, ...]]:
    """By departure what weighs for and against it, the heaviest first."""
    found: dict[str, tuple[Piece, ...]] = {}
    texts = piece_texts()
    for row in night.warehouse.query(
        "SELECT weighable.departure_id, weighable.piece, weights.points FROM cases_weighable AS weighable "
        "INNER JOIN settings_weights AS weights ON weighable.piece = weights.piece "
        "ORDER BY weighable.departure_id, abs(weights.points) DESC, weighable.piece",
        "cases/weighable",
    ):
        piece = Piece(row["piece"], texts[row["piece"]], _points(row["points"]))
        found[row["departure_id"]] = (*found.get(row["departure_id"], ()), piece)
    return found


def read_silences(night: Night) -> dict[str, tuple[str, ...]]:
    """By case number the sentences about what is silent about the child tonight."""
    found: dict[str, tuple[str, ...]] = {}
    for row in night.warehouse.query(
        "SELECT case_id, source, since_on FROM cases_silences WHERE NOT is_heard ORDER BY case_id, source",
        "cases/silences",
    ):
        text = wording.silence(row["source"], row["since_on"])
        found[row["case_id"]] = (*found.get(row["case_id"], ()), text)
    return found


def read_day_numbers(night: Night) -> dict[str, int]:
    """By case number, where it is not the first, which decision of its day is in force."""
    rows = night.warehouse.query("SELECT case_id, day_no FROM recall_repeats", "recall/repeats")
    return {row["case_id"]: row["day_no"] for row in rows}


def _case(
    night: Night,
    row: dict[str, Any],
    signs: list[dict[str, Any]],
    pieces: tuple[Piece, ...],
    rules: Mapping[str, Rule],
    change_nl: str,
    silences_nl: tuple[str, ...],
    day_no: int,
) -> Case:
    shown = _signs([_sign(sign, row, rules[sign["rule_code"]]) for sign in signs], rules)
    making = [sign for sign in shown if not sign.is_context]
    lead, leading = min(
        ((sign, rules[code]) for sign in making for code in sign.rule_codes),
        key=lambda pair: (pair[1].priority, -pair[0].event_on.toordinal()),
    )
    notes = (*_notes(row, night.reference_date), *silences_nl)
    outcome, decided_on = row["outcome_code"], row["decided_on"]
    todo = follow_up(row["status"], row["suppressor_code"], outcome, decided_on, row["opened_on"], shown)
    step, organisation = next_step(leading, todo, outcome)
    return Case(
        case_id=row["case_id"],
        municipality_code=row["municipality_code"],
        person_id=row["person_id"],
        departed_on=row["departed_on"],
        departed_latest_on=row["departed_latest_on"],
        recorded_on=row["recorded_on"],
        is_destination_unknown=row["is_destination_unknown"],
        is_ex_officio=row["is_ex_officio"],
        level=row["level"] or "",
        status=row["status"],
        rule_codes=tuple(row["rule_codes"].split("|")),
        first_sign_on=row["first_sign_on"],
        last_sign_on=row["last_sign_on"],
        rank=row["rank"] or 0,
        score=None if row["points"] is None else _points(row["points"]),
        chance_pct=row["chance_pct"],
        pieces=pieces,
        reason_nl=_reason(lead, making, notes),
        next_step_nl=step,
        organisation_nl=organisation,
        duty_from=row["duty_from"],
        duty_until=row["duty_until"],
        notes_nl=notes,
        signs=shown,
        change_nl=change_nl,
        decision_nl=wording.decision_in_force(outcome, decided_on, day_no),
        follow_up_nl=todo.step_nl if todo else "",
        due_on=todo.due_on if todo else None,
    )


def _signs(each: Sequence[Sign], rules: Mapping[str, Rule]) -> tuple[Sign, ...]:
    """One sign a trace, with its circumstances."""
    return tuple(
        replace(
            sign,
            circumstances=tuple(
                Circumstance(more.rule_code, rules[more.rule_code].circumstance_nl, more.sentence_nl)
                for more in further
            ),
        )
        for sign, further in gathered(each, rules)
    )


def _sign(sign: dict[str, Any], case: dict[str, Any], rule: Rule) -> Sign:
    values: dict[str, Any] = {
        "event_on": sign["event_on"],
        "departed_on": case["departed_on"],
        "recorded_on": case["recorded_on"] or "",
        "days_after": (sign["event_on"] - case["departed_latest_on"]).days,
        "source": sign["source"],
        **json.loads(sign["facts"]),
    }
    values |= {
        f"{name}_nl": wording.number_of(values[name], "dag", "dagen")
        for name in ("days_after", "lag_days")
        if name in values
    }
    return Sign(
        rule_code=rule.code,
        title_nl=rule.title_nl,
        event_on=sign["event_on"],
        source=sign["source"],
        sentence_nl=rule.sentence_nl.format(**{name: _text(value) for name, value in values.items()}),
        is_context=sign["is_context"],
        is_against=sign["is_against"],
    )


def _text(value: Any) -> str:
    if isinstance(value, date):
        return dutch(value)
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        return dutch(date.fromisoformat(value))
    return str(value)


def _notes(case: dict[str, Any], reference_date: date) -> tuple[str, ...]:
    notes = []
    if case["departed_on"] < case["departed_latest_on"]:
        notes.append(
            "De vertrekdatum is onvolledig: tussen "
            f"{dutch(case['departed_on'])} en {dutch(case['departed_latest_on'])}."
        )
    if case["is_destination_unknown"] is None:
        notes.append(wording.DESTINATION_UNREADABLE)
    if reference_date >= case["leerplicht_until"]:
        notes.append(wording.MAYBE_QUALIFIED)
    return tuple(notes)


def _reason(lead: Sign, making: list[Sign], notes: tuple[str, ...]) -> str:
    """The leading sign in sentences, the others by name, then the cautions."""
    parts = [lead.text_nl]
    if others := list(dict.fromkeys(sign.name_nl for sign in making if sign.rule_code != lead.rule_code)):
        parts.append("Ook: " + "; ".join(title[0].lower() + title[1:] for title in others) + ".")
    return " ".join((*parts, *notes))


def _points(hundredths: int) -> Decimal:
    return (Decimal(hundredths) * _HUNDREDTH).quantize(_HUNDREDTH)
