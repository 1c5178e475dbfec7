-- Grain: one row of enrolments that is at fault, or of a child who may have left, as delivered.
SELECT
    $file_name AS file,
    row_no,
    fault,
    person_id,
    school_id,
    education_type,
    enrolled_on,
    withdrawn_on,
    source,
    seen_on
FROM _stage_judged
WHERE fault IS NOT NULL OR is_needed
