-- One pass over one file of enrolments: every row judged and counted per school delivery, orphans counted, and the
-- rows of children who may have left.
WITH hinted AS (
    SELECT
        *,
        person_id IN (SELECT person_id FROM stage_children) AS is_needed
    FROM delivered_enrolments
),

judged AS (
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
)

SELECT
    $file_name AS file,
    CASE WHEN fault IS NULL THEN source END AS source,
    CASE WHEN fault IS NULL THEN school_id END AS school_id,
    CASE WHEN fault IS NULL THEN seen_on END AS seen_on,
    coalesce(sum(stands_for), 0) AS n_rows,
    coalesce(sum(stands_for) FILTER (WHERE fault IS NULL AND NOT is_known), 0) AS n_orphans,
    list(struct_pack(row_no := row_no, fault := fault)) FILTER (WHERE fault IS NOT NULL) AS faults,
    list(
        struct_pack(
            row_no := row_no,
            person_id := person_id,
            education_type := education_type,
            enrolled_on := enrolled_on,
            withdrawn_on := withdrawn_on
        )
    ) FILTER (WHERE fault IS NULL AND is_needed) AS kept
FROM judged
GROUP BY ALL
