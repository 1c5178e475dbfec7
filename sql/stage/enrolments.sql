-- Grain: one needed row of enrolments, typed: tonight's, and those that the enrolment memory holds of lists that were not
-- delivered again.
SELECT
    file,
    line,
    person_id,
    school_id,
    education_type,
    CAST(enrolled_on AS DATE) AS enrolled_on,
    CAST(withdrawn_on AS DATE) AS withdrawn_on,
    source,
    CAST(seen_on AS DATE) AS seen_on
FROM _stage_enrolment_rows

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
