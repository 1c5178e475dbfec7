-- Grain: one case, with the status it has after this run and why (domain: life of a case). The first line that holds decides.
WITH judged AS (
    SELECT
        *,
        CASE
            -- With evidence tonight.
            WHEN has_evidence AND is_decided THEN 'closed'
            WHEN has_evidence AND status_before = 'lapsed' AND NOT has_sign_never_seen THEN 'lapsed'
            WHEN has_evidence AND suppressor_code = 'S-02' AND was_listed THEN 'resolved'
            WHEN has_evidence AND suppressor_code IS NOT NULL THEN 'suppressed'
            -- Too weak to ask about, unless people are asking already; those who ask because it was drawn by chance do so in the sample.
            WHEN has_evidence AND is_weak AND NOT (is_waiting AND was_listed) THEN 'weak'
            WHEN
                has_evidence
                AND (is_unknown OR status_before IN ('closed', 'lapsed') OR (status_before = 'weak' AND NOT was_listed))
                THEN 'new'
            WHEN has_evidence AND status_before IN ('suppressed', 'resolved', 'weak') THEN 'changed'
            WHEN
                has_evidence AND NOT is_waiting
                AND date_diff('day', opened_before_on, $reference_date) >= $lapse_days
                THEN 'lapsed'
            WHEN
                has_evidence
                AND (has_sign_added OR has_sign_gone OR has_circumstance_changed OR has_level_changed OR is_corrected)
                THEN 'changed'
            WHEN has_evidence THEN 'ongoing'
            -- Nothing is left of what the ledger knows.
            WHEN is_decided THEN 'closed'
            WHEN status_before IN ('resolved', 'lapsed', 'closed') THEN status_before
            WHEN has_left_look_back THEN 'lapsed'
            ELSE 'resolved'
        END AS status
    FROM cases_comparison
)

SELECT
    kind,
    case_id,
    departure_id,
    person_id,
    departure_date,
    municipality_code,
    municipality_before,
    is_sealed,
    is_sealed_before,
    level,
    level_before,
    last_sign_on,
    suppressor_code,
    suppressor_code_before,
    status_before,
    status,
    has_evidence,
    outcome_code,
    decided_on,
    is_unknown,
    is_unknown OR is_corrected AS has_new_alias,
    -- The term for a decision starts again each time that a case comes onto the list; not after school lists were silent (S-08).
    CASE
        WHEN status = 'suppressed' AND suppressor_code = 'S-08' THEN opened_before_on
        WHEN status NOT IN ('new', 'ongoing', 'changed') THEN NULL
        WHEN status_before = 'suppressed' AND suppressor_code_before = 'S-08'
            THEN coalesce(opened_before_on, CAST($reference_date AS DATE))
        WHEN status_before IN ('new', 'ongoing', 'changed') THEN opened_before_on
        ELSE CAST($reference_date AS DATE)
    END AS opened_on,
    -- Whether the ledger gets a line: also when a case stays in its status for another reason. A closed case rests on its decision;
    -- a line for a suppressor that comes or goes there would tell an ordinary explanation (S-04 comes first) from other outcomes.
    is_unknown
    OR status <> status_before
    OR status = 'changed'
    OR is_moved
    OR is_secrecy_changed
    OR has_evidence AND has_level_changed
    OR has_evidence AND status <> 'closed' AND coalesce(suppressor_code, '') <> coalesce(suppressor_code_before, '') AS is_line,
    CASE status
        WHEN 'new' THEN CASE WHEN is_unknown THEN '' WHEN status_before = 'weak' THEN 'stronger' ELSE 'seen_before' END
        WHEN 'weak' THEN 'too_weak'
        WHEN 'changed' THEN concat_ws(
            '|',
            CASE WHEN status_before = 'suppressed' THEN 'suppressor_lifted' END,
            CASE WHEN status_before = 'resolved' THEN 'back' END,
            CASE WHEN status_before = 'weak' THEN 'stronger' END,
            CASE WHEN is_corrected THEN 'date_corrected' END,
            CASE WHEN has_sign_added THEN 'sign_added' END,
            CASE WHEN has_sign_gone THEN 'sign_gone' END,
            CASE WHEN has_circumstance_changed THEN 'circumstance_changed' END,
            CASE WHEN has_level_changed AND status_before NOT IN ('suppressed', 'resolved', 'weak') THEN 'level_changed' END,
            CASE WHEN has_rule_changed THEN 'rule_changed' END
        )
        WHEN 'resolved' THEN CASE
            WHEN kind = 'absence' THEN reason_gone
            WHEN has_evidence OR is_returned THEN 'registered_again'
            WHEN is_corrected THEN 'date_corrected'
            WHEN is_departure_in_view AND has_rule_changed THEN 'sign_gone|rule_changed'
            WHEN is_departure_in_view THEN 'sign_gone'
            WHEN is_departure_delivered THEN 'out_of_view'
            ELSE 'departure_withdrawn'
        END
        WHEN 'lapsed' THEN CASE WHEN has_evidence THEN 'not_decided' ELSE 'left_look_back' END
        WHEN 'closed' THEN coalesce(outcome_code, '')
        ELSE ''
    END AS reason
FROM judged
