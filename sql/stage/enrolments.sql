-- Grain: one needed row of enrolments, typed.
SELECT
    delivered.file,
    delivered.row_no + shifts.shift AS line,
    delivered.person_id,
    delivered.school_id,
    delivered.education_type,
    CAST(delivered.enrolled_on AS DATE) AS enrolled_on,
    CAST(delivered.withdrawn_on AS DATE) AS withdrawn_on,
    delivered.source,
    CAST(delivered.seen_on AS DATE) AS seen_on
FROM _stage_enrolment_rows AS delivered
ASOF INNER JOIN stage_shifts AS shifts
    ON delivered.file = shifts.file AND delivered.row_no >= shifts.from_row
