"""The control sample as the lists show it: departures drawn by chance that wait for a decision."""

from collections.abc import Mapping
from typing import Any, Final

from brp_signals.publish import wording
from brp_signals.publish.cases import read_day_numbers
from brp_signals.publish.follow_ups import follow_up
from brp_signals.publish.list_content import Drawn
from brp_signals.steps.night import Night

#: What a drawn departure waits for is what a new case waits for.
_WAITS: Final = "new"


def read_sample(night: Night, is_sealed: bool, reasons_nl: Mapping[str, str]) -> list[Drawn]:
    """The ordinary or the sealed departures that are shown for a decision, the oldest draw first.

    `reasons_nl` says by case number what speaks for the cases of tonight: a clerk who looks at a weak one must know it.
    """
    rows = night.warehouse.query(
        "SELECT * FROM control_rows WHERE is_sealed = $is_sealed ORDER BY municipality_code, drawn_on, case_id",
        "control/rows",
        is_sealed=is_sealed,
    )
    day_numbers = read_day_numbers(night)
    return [_drawn(row, day_numbers.get(row["case_id"], 1), reasons_nl.get(row["case_id"], "")) for row in rows]


def _drawn(row: dict[str, Any], day_no: int, reason_nl: str) -> Drawn:
    outcome, decided_on = row["outcome_code"], row["decided_on"]
    todo = follow_up(_WAITS, None, outcome, decided_on, row["drawn_on"], ())
    return Drawn(
        case_id=row["case_id"],
        municipality_code=row["municipality_code"],
        person_id=row["person_id"],
        departed_on=row["departed_on"],
        departed_latest_on=row["departed_latest_on"],
        recorded_on=row["recorded_on"],
        is_destination_unknown=row["is_destination_unknown"],
        is_ex_officio=row["is_ex_officio"],
        drawn_on=row["drawn_on"],
        n_drawn=row["n_drawn"],
        n_frame=row["n_frame"],
        stratum=row["stratum"],
        why_nl=f"{wording.why_drawn(row['stratum'])} {reason_nl}".strip(),
        next_step_nl=todo.step_nl if todo and outcome else wording.SAMPLE_STEP,
        due_on=todo.due_on if todo else None,
        decision_nl=wording.decision_in_force(outcome, decided_on, day_no),
    )


def sample_row(drawn: Drawn) -> dict[str, Any]:
    """One drawn departure as the columns of sample.parquet; its label says openly what it is."""
    return {**vars(drawn), "label": wording.SAMPLE.lower()}
