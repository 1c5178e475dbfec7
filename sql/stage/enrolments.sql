-- Grain: one needed row of enrolments, typed: tonight's, and those that the enrolment memory holds of lists that were not
-- delivered again.
SELECT
    delivered.file,
    lines.line,
    delivered.person_id,
    delivered.school_id,
    delivered.education_type,
    CAST(delivered.enrolled_on AS DATE) AS enrolled_on,
    CAST(delivered.withdrawn_on AS DATE) AS withdrawn_on,
    delivered.source,
    CAST(delivered.seen_on AS DATE) AS seen_on
FROM _stage_enrolment_rows AS delivered
INNER JOIN _stage_lines AS lines ON delivered.file = lines.file AND delivered.row_no = lines.row_no

UNION ALL

SELECT
    -- No delivered file can have this name.
    '.enrolment_memory' AS file,
    row_number() OVER (ORDER BY earlier.person_id, earlier.source, earlier.school_id, earlier.seen_on, earlier.enrolled_on) AS line,
    id_text(earlier.person_id) AS person_id,
    earlier.school_id,
    earlier.education_type,
    earlier.enrolled_on,
    earlier.withdrawn_on,
    earlier.source,
    earlier.seen_on
FROM stage_remembered AS earlier
WHERE earlier.person_id IN (SELECT try_cast(person_id AS UUID) FROM stage_children)
