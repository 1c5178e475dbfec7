"""What a run adds to the ledger, from its tables, written in one transaction."""

from typing import Any

from brp_signals.ledger import NATIONAL, Additions, Run, open_ledger
from brp_signals.night import Night
from brp_signals.tables import REQUIRED


def record(night: Night, enrolment_memory: str) -> None:
    """Write this run into the ledger, with the name of the enrolment memory; when this returns, the run exists.

    Raises InternalFailure when the ledger cannot be written; nothing of this run is in it then.
    """
    with open_ledger(night.state) as ledger:
        ledger.record(this_run(night, enrolment_memory), _additions(night))


def this_run(night: Night, enrolment_memory: str | None = None) -> Run:
    """This run as the ledger keeps it, once its cases are counted."""
    delivery = night.delivered
    return Run(
        run_no=night.run_no,
        run_id=night.account["run_id"],
        delivery_id=delivery.delivery_id,
        manifest_sha256=delivery.manifest_sha256,
        reference_date=night.reference_date,
        scope=NATIONAL if delivery.is_national else delivery.municipalities,
        pseudonym_key_id=delivery.pseudonym_key_id,
        configuration=night.configuration.fingerprint,
        rules=night.rules_sha256,
        measures=_rows_delivered(night),
        accepted_drift=night.account.get("accepted_drift", {}).get("reason"),
        enrolment_memory=enrolment_memory,
        listed=night.account["cases"]["listed"],
        seconds=night.account["total_seconds"],
    )


def _rows_delivered(night: Night) -> dict[str, int]:
    """Rows per table of the delivery, by which the next one is compared."""
    return {
        table: sum(file.n_rows for file in night.delivered.files if file.table == table) for table in sorted(REQUIRED)
    }


def _additions(night: Night) -> Additions:
    day = night.reference_date
    return Additions(
        cases=_rows(
            night,
            "SELECT case_id FROM cases_outcomes WHERE is_unknown "
            "UNION ALL SELECT case_id FROM control_drawn ORDER BY case_id",
        ),
        aliases=_rows(
            night,
            "SELECT person_id, departure_date, case_id FROM cases_outcomes WHERE has_new_alias "
            "UNION ALL SELECT person_id, departure_date, case_id FROM control_drawn ORDER BY case_id",
        ),
        states=_rows(
            night,
            "SELECT outcomes.case_id, outcomes.status, outcomes.level, outcomes.suppressor_code, "
            "outcomes.municipality_code, outcomes.is_sealed, outcomes.last_sign_on, outcomes.opened_on, "
            "outcomes.reason, CASE WHEN ranked.rank IS NOT NULL THEN CAST(ranked.points AS INTEGER) END "
            "FROM cases_outcomes AS outcomes LEFT JOIN rank_order AS ranked ON outcomes.case_id = ranked.case_id "
            "WHERE outcomes.is_line ORDER BY outcomes.case_id",
        ),
        signs=_rows(
            night,
            "SELECT case_id, rule_code, source, sign_key, event_on, is_context FROM cases_sign_changes "
            "WHERE is_added ORDER BY ALL",
        ),
        signs_gone=_rows(
            night,
            "SELECT case_id, rule_code, source, sign_key FROM cases_sign_changes WHERE NOT is_added ORDER BY ALL",
        ),
        inquiries=[
            (*row, day) for row in _rows(night, "SELECT person_id FROM cases_inquiries WHERE is_new ORDER BY person_id")
        ],
        inquiries_gone=_rows(night, "SELECT person_id FROM cases_inquiries WHERE NOT is_new ORDER BY person_id"),
        draws=_rows(
            night,
            "SELECT case_id, municipality_code, is_sealed, n_drawn, n_frame FROM control_drawn ORDER BY case_id",
        ),
    )


def _rows(night: Night, statement: str) -> list[tuple[Any, ...]]:
    return night.warehouse.execute(statement, "the rows for the ledger")
