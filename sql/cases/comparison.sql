-- Grain: one case, found tonight or known from before: both side by side, with everything its status depends on.
WITH found AS (
    SELECT cases_found.*, cases_numbers.case_id
    FROM cases_found
    INNER JOIN cases_numbers ON cases_found.departure_id = cases_numbers.departure_id
),

known AS (
    SELECT * FROM cases_known WHERE kind = 'departure'
)

SELECT
    'departure' AS kind,
    coalesce(found.case_id, known.case_id) AS case_id,
    coalesce(found.departure_id, known.departure_id) AS departure_id,
    coalesce(found.person_id, known.person_id) AS person_id,
    coalesce(found.departure_date, departures.departure_date, known.departure_date) AS departure_date,
    coalesce(found.municipality_code, known.municipality_code) AS municipality_code,
    coalesce(found.is_sealed, departures.is_confidential, persons.is_confidential, known.is_sealed) AS is_sealed,
    known.is_sealed AS is_sealed_before,
    known.municipality_code AS municipality_before,
    coalesce(found.level, CASE WHEN found.case_id IS NULL THEN known.level END) AS level,
    known.level AS level_before,
    found.last_sign_on,
    found.suppressor_code,
    known.suppressor_code AS suppressor_code_before,
    known.status AS status_before,
    known.opened_on AS opened_before_on,
    known.departed_earliest_on < $look_back_from AS has_left_look_back,
    found.case_id IS NOT NULL AS has_evidence,
    coalesce(found.is_weak, false) AS is_weak,
    departures.municipality_code IS NOT NULL
    AND ($is_national OR departures.municipality_code IN (SELECT municipality_code FROM settings_scope))
        AS is_departure_in_view,
    coalesce(departures.is_returned, false) AS is_returned,
    EXISTS (
        SELECT 1
        FROM facts_departures AS delivered
        WHERE delivered.person_id = known.person_id AND delivered.departure_date = known.departure_date
    )
    OR coalesce(known.person_id IN (SELECT person_id FROM facts_silent_children), false) AS is_departure_delivered,
    known.case_id IS NULL AS is_unknown,
    coalesce(known.was_listed, false) AS was_listed,
    coalesce(coalesce(found.departure_date, departures.departure_date) <> known.departure_date, false) AS is_corrected,
    coalesce(known.municipality_code <> found.municipality_code, false) AS is_moved,
    coalesce(
        known.is_sealed <> coalesce(found.is_sealed, departures.is_confidential, persons.is_confidential), false
    ) AS is_secrecy_changed,
    coalesce(signs.has_sign_added, false) AS has_sign_added,
    coalesce(signs.has_sign_gone, false) AS has_sign_gone,
    coalesce(signs.has_circumstance_changed, false) AS has_circumstance_changed,
    coalesce(signs.has_sign_never_seen, false) AS has_sign_never_seen,
    coalesce(signs.has_rule_changed, false) AS has_rule_changed,
    coalesce(found.level, '') <> coalesce(known.level, '') AS has_level_changed,
    decided.outcome_code,
    decided.decided_on,
    coalesce(terms.is_waiting, false) AS is_waiting,
    -- A decision holds until its term is over (cases_terms) or a sign is newer (cases_newer_signs).
    decided.case_id IS NOT NULL
    AND newer.case_id IS NULL
    AND coalesce(decided.decided_on >= terms.holds_from, true) AS is_decided,
    CAST(NULL AS VARCHAR) AS reason_gone
FROM found
FULL OUTER JOIN known ON found.case_id = known.case_id
LEFT JOIN facts_departures_in_view AS departures ON known.departure_id = departures.departure_id
LEFT JOIN facts_persons AS persons ON known.person_id = persons.person_id
LEFT JOIN cases_changed_signs AS signs ON coalesce(found.case_id, known.case_id) = signs.case_id
LEFT JOIN cases_decided AS decided ON coalesce(found.case_id, known.case_id) = decided.case_id
LEFT JOIN cases_terms AS terms ON decided.outcome_code = terms.outcome_code
LEFT JOIN cases_newer_signs AS newer
    ON
        decided.case_id = newer.case_id
        AND decided.decided_on = newer.decided_on
        AND found.departure_id = newer.departure_id
