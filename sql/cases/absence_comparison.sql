-- Grain: one absence case, found tonight or known from before: both side by side, with everything its status depends on. The
-- columns are those of the comparison of departures, with which it is judged.
WITH found AS (
    SELECT cases_absences_found.*, cases_absence_numbers.case_id
    FROM cases_absences_found
    INNER JOIN cases_absence_numbers ON cases_absences_found.absence_id = cases_absence_numbers.absence_id
),

known AS (
    SELECT * FROM cases_known WHERE kind = 'absence'
)

SELECT
    'absence' AS kind,
    coalesce(found.case_id, known.case_id) AS case_id,
    coalesce(found.absence_id, known.departure_id) AS departure_id,
    coalesce(found.person_id, known.person_id) AS person_id,
    coalesce(found.absence_date, known.departure_date) AS departure_date,
    coalesce(found.municipality_code, known.municipality_code) AS municipality_code,
    coalesce(found.is_sealed, persons.is_confidential, known.is_sealed) AS is_sealed,
    known.is_sealed AS is_sealed_before,
    known.municipality_code AS municipality_before,
    found.event_on AS last_sign_on,
    found.suppressor_code,
    known.suppressor_code AS suppressor_code_before,
    known.status AS status_before,
    known.opened_on AS opened_before_on,
    false AS has_left_look_back,
    found.case_id IS NOT NULL AS has_evidence,
    false AS is_weak,
    false AS is_departure_in_view,
    false AS is_returned,
    false AS is_departure_delivered,
    known.case_id IS NULL AS is_unknown,
    coalesce(known.was_listed, false) AS was_listed,
    coalesce(found.absence_date <> known.departure_date, false) AS is_corrected,
    coalesce(known.municipality_code <> found.municipality_code, false) AS is_moved,
    coalesce(known.is_sealed <> coalesce(found.is_sealed, persons.is_confidential), false) AS is_secrecy_changed,
    coalesce(signs.has_sign_added, false) AS has_sign_added,
    coalesce(signs.has_sign_gone, false) AS has_sign_gone,
    false AS has_circumstance_changed,
    coalesce(signs.has_sign_never_seen, false) AS has_sign_never_seen,
    coalesce(signs.has_rule_changed, false) AS has_rule_changed,
    false AS has_level_changed,
    decided.outcome_code,
    decided.decided_on,
    coalesce(terms.is_waiting, false) AS is_waiting,
    -- A decision holds until its term is over (cases_terms) or the child is withdrawn anew.
    decided.case_id IS NOT NULL
    AND coalesce(found.since_on <= decided.decided_on, true)
    AND coalesce(decided.decided_on >= terms.holds_from, true) AS is_decided,
    -- Why a case that shows nothing any more is over.
    CASE
        WHEN EXISTS (
            SELECT 1
            FROM facts_enrolment_states AS states
            WHERE states.person_id = known.person_id AND states.withdrawn_on IS NULL
        ) THEN 'enrolled_again'
        WHEN residents.person_id IS NULL THEN 'no_resident'
        WHEN windows.duty_until <= $reference_date THEN 'no_duty_left'
        WHEN residents.municipality_code <> known.municipality_code THEN 'moved_away'
        ELSE 'sign_gone'
    END AS reason_gone
FROM found
FULL OUTER JOIN known ON found.case_id = known.case_id
LEFT JOIN facts_persons AS persons ON known.person_id = persons.person_id
LEFT JOIN facts_residents AS residents ON known.person_id = residents.person_id
LEFT JOIN facts_windows AS windows ON known.person_id = windows.person_id
LEFT JOIN cases_changed_signs AS signs ON coalesce(found.case_id, known.case_id) = signs.case_id
LEFT JOIN cases_decided AS decided ON coalesce(found.case_id, known.case_id) = decided.case_id
LEFT JOIN cases_terms AS terms ON decided.outcome_code = terms.outcome_code
