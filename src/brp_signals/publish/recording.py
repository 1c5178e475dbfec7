"""What a run adds to the ledger, from its tables, written in one transaction."""

import json
from typing import Any

from brp_signals.delivery.contract import CONFIDENTIAL, DEPARTED, LISTS_OF, REQUIRED, TRACES_OF
from brp_signals.state.ledger import Additions, Run, open_ledger
from brp_signals.steps.night import Night


def record(night: Night, enrolment_memory: tuple[str, ...]) -> None:
    """Write this run into the ledger, with the files of the enrolment memory; when this returns, the run exists.

    Raises InternalFailure when the ledger cannot be written; nothing of this run is in it then.
    """
    with open_ledger(night.state) as ledger:
        ledger.record(this_run(night, enrolment_memory), _additions(night))


def lists_of_sealed(night: Night) -> list[tuple[str, str]]:
    """Run and municipality of every ordinary list that names a child who is under secrecy now."""
    with open_ledger(night.state) as ledger:
        return ledger.lists_of_sealed()


def this_run(night: Night, enrolment_memory: tuple[str, ...] = ()) -> Run:
    """This run as the ledger keeps it, once its cases are counted."""
    delivery = night.delivered
    return Run(
        run_no=night.run_no,
        run_id=night.account["run_id"],
        delivery_id=delivery.delivery_id,
        manifest_sha256=delivery.manifest_sha256,
        reference_date=night.reference_date,
        scope=night.scope,
        pseudonym_key_id=delivery.pseudonym_key_id,
        configuration=night.configuration.fingerprint,
        rules=night.rules_sha256,
        measures=_measures(night),
        accepted_drift=night.account.get("accepted_drift", {}).get("reason"),
        enrolment_memory=enrolment_memory,
        listed=night.account["cases"]["listed"],
        seconds=night.account["total_seconds"],
    )


def _measures(night: Night) -> dict[str, int]:
    """What the next delivery is compared with: rows per table, accepted rows per source, people under secrecy,
    children who left."""
    files = night.delivered.files
    rows = {table: sum(file.n_rows for file in files if file.table == table) for table in sorted(REQUIRED)}
    traces = _rows(night, "SELECT kind, source_code, sum(n_rows) FROM valid_sign_days GROUP BY ALL ORDER BY ALL")
    rows |= {f"{TRACES_OF}/{kind}/{code}": int(n_rows) for kind, code, n_rows in traces}
    lists = _rows(
        night,
        "SELECT source, sum(n_rows) FROM valid_school_deliveries WHERE NOT is_remembered GROUP BY ALL ORDER BY ALL",
    )
    rows |= {f"{LISTS_OF}/{source}": int(n_rows) for source, n_rows in lists}
    ((rows[CONFIDENTIAL],),) = _rows(night, "SELECT CAST(n_confidential AS BIGINT) FROM stage_profile_persons")
    ((rows[DEPARTED],),) = _rows(night, "SELECT CAST(n_departed AS BIGINT) FROM stage_profile_residences")
    return rows


def _additions(night: Night) -> Additions:
    day = night.reference_date
    return Additions(
        cases=_rows(
            night,
            "SELECT case_id, kind FROM cases_outcomes WHERE is_unknown "
            # A case that is drawn because it is weak is among the outcomes.
            "UNION ALL SELECT case_id, 'departure' AS kind FROM control_drawn WHERE stratum = 'no_sign' "
            "ORDER BY case_id",
        ),
        aliases=_rows(
            night,
            "SELECT person_id, departure_date, case_id FROM cases_outcomes WHERE has_new_alias "
            "UNION ALL SELECT person_id, departure_date, case_id FROM control_drawn WHERE stratum = 'no_sign' "
            "ORDER BY case_id",
        ),
        states=_rows(
            night,
            "SELECT outcomes.case_id, outcomes.status, outcomes.level, outcomes.suppressor_code, "
            "outcomes.municipality_code, outcomes.is_sealed, outcomes.last_sign_on, outcomes.opened_on, "
            "outcomes.reason, CASE WHEN ranked.rank IS NOT NULL THEN CAST(ranked.points AS INTEGER) END, "
            "CASE WHEN ranked.rank IS NOT NULL THEN weighed.pieces END "
            "FROM cases_outcomes AS outcomes LEFT JOIN rank_order AS ranked ON outcomes.case_id = ranked.case_id "
            "LEFT JOIN cases_weighed AS weighed ON ranked.departure_id = weighed.departure_id "
            "WHERE outcomes.is_line ORDER BY outcomes.case_id",
        ),
        signs=_rows(
            night,
            "SELECT case_id, rule_code, source, sign_key, event_on, is_context FROM cases_sign_changes "
            "WHERE is_added ORDER BY ALL",
        ),
        sign_facts=_rows(
            night,
            # Other sentences need no more than the day of the sign.
            "SELECT facts, case_id, rule_code, source, sign_key FROM cases_sign_changes "
            "WHERE is_added AND rule_code IN ('L-01', 'L-02', 'L-06') ORDER BY ALL",
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
            "SELECT case_id, municipality_code, is_sealed, n_drawn, n_frame, stratum FROM control_drawn "
            "ORDER BY case_id",
        ),
        sample_left=_rows(night, "SELECT case_id FROM control_left WHERE is_new ORDER BY case_id"),
        sample_left_gone=_rows(night, "SELECT case_id FROM control_left WHERE NOT is_new ORDER BY case_id"),
        facts=_rows(night, "SELECT case_id, facts FROM cases_remembered ORDER BY case_id"),
        silences=_rows(night, "SELECT case_id, source, since_on FROM cases_silences WHERE is_new ORDER BY ALL"),
        silences_gone=_rows(night, "SELECT case_id, source FROM cases_silences WHERE is_heard ORDER BY ALL"),
        secrecy=_rows(night, "SELECT person_id, state FROM cases_secrecy WHERE is_new ORDER BY ALL"),
        secrecy_gone=_rows(night, "SELECT person_id, state FROM cases_secrecy WHERE NOT is_new ORDER BY ALL"),
        families=_rows(night, "SELECT case_id, family_mark FROM control_families ORDER BY ALL"),
        watch_subjects=_rows(night, "SELECT subject_kind, subject, source FROM watch_changes ORDER BY ALL"),
        watch_numbers=_rows(
            night, "SELECT numbers, on_day, subject_kind, subject, source FROM watch_changes ORDER BY ALL"
        ),
        watch_alarms=_rows(night, "SELECT * FROM watch_alarms ORDER BY alarm_id"),
        watch_over=_rows(night, "SELECT alarm_id FROM watch_over ORDER BY alarm_id"),
        watch_told=[(json.dumps(night.account["watch"]),)],
        acknowledged=_accepted(night),
    )


def _accepted(night: Night) -> list[tuple[str, str, str]]:
    """Changes that block, which a person let pass with the delivery: they need no second word to pass tomorrow."""
    accepted = night.account.get("accepted_drift", {})
    return [
        (alarm_id, night.account["started_at"], accepted["reason"])
        for alarm in night.account["watch"]
        if accepted and alarm["consequence"] == "block" and not alarm["acknowledged"]
        for alarm_id in alarm["ids"]
    ]


def _rows(night: Night, statement: str) -> list[tuple[Any, ...]]:
    return night.warehouse.execute(statement, "the rows for the ledger")
