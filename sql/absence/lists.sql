-- Grain: one row of a school list about a person who may be a child on no list: tonight's, and those remembered of lists that
-- were not delivered again.
SELECT
    person_id,
    school_id,
    education_type,
    CAST(enrolled_on AS DATE) AS enrolled_on,
    CAST(withdrawn_on AS DATE) AS withdrawn_on,
    source,
    CAST(seen_on AS DATE) AS seen_on
FROM stage_absence_enrolments
WHERE is_faulty IS NULL

UNION ALL

SELECT
    id_text(earlier.person_id) AS person_id,
    earlier.school_id,
    earlier.education_type,
    earlier.enrolled_on,
    earlier.withdrawn_on,
    earlier.source,
    earlier.seen_on
FROM stage_remembered AS earlier
WHERE earlier.person_id IN (SELECT try_cast(person_id AS UUID) FROM stage_absence_persons)
