-- Every row of one file of enrolments, judged: the first column at fault, and whether it is of a child who may have left.
WITH hinted AS (
    SELECT
        *,
        person_id IN (SELECT person_id FROM stage_children) AS is_needed
    FROM delivered_enrolments
)

SELECT
    enrolments.*,
    CASE
        WHEN enrolments.person_id IS NULL THEN 'person_id:value_missing'
        WHEN CASE WHEN enrolments.is_known THEN false ELSE NOT is_id(enrolments.person_id) END
            THEN 'person_id:' || id_fault(enrolments.person_id)
        WHEN NOT coalesce(regexp_full_match(enrolments.school_id, '[0-9]{2}[A-Z]{2}[0-9]{2}'), false)
            THEN 'school_id:code_unknown'
        WHEN coalesce(enrolments.education_type, '') NOT IN ('PO', 'SBO', 'SO', 'VSO', 'VO', 'MBO', 'OTHER')
            THEN 'education_type:code_unknown'
        WHEN enrolments.enrolled_on IS NULL THEN 'enrolled_on:value_missing'
        WHEN NOT is_iso_date(enrolments.enrolled_on) THEN 'enrolled_on:' || date_fault(enrolments.enrolled_on)
        WHEN NOT is_iso_date(enrolments.withdrawn_on) THEN 'withdrawn_on:' || date_fault(enrolments.withdrawn_on)
        WHEN coalesce(enrolments.source, '') NOT IN ('duo', 'school', 'leerplicht') THEN 'source:code_unknown'
        WHEN enrolments.seen_on IS NULL THEN 'seen_on:value_missing'
        WHEN NOT is_iso_date(enrolments.seen_on) THEN 'seen_on:' || date_fault(enrolments.seen_on)
    END AS fault
FROM hinted AS enrolments
