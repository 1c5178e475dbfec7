-- Grain: one school list or trace source that the watch holds, of a case that rests on it: it stays as it was, and the list says why.
WITH resting AS (
    SELECT DISTINCT
        numbers.case_id,
        signs.source,
        kinds.kind,
        CAST(signs.facts ->> 'school_id' AS VARCHAR) AS school_id
    FROM cases_found AS found
    INNER JOIN cases_numbers AS numbers ON found.departure_id = numbers.departure_id
    INNER JOIN cases_signs AS signs ON found.departure_id = signs.departure_id
    LEFT JOIN settings_sign_kinds AS kinds ON signs.rule_code = kinds.rule_code
)

SELECT DISTINCT
    resting.case_id,
    held.subject_kind,
    held.subject,
    held.source,
    held.from_on
FROM resting
INNER JOIN (SELECT * FROM watch_held WHERE until_on > CAST($reference_date AS DATE)) AS held
    ON
        (held.subject_kind = 'school' AND resting.school_id = held.subject AND resting.source = held.source)
        OR (held.subject_kind = 'source' AND resting.source = held.subject AND resting.kind = held.source)
