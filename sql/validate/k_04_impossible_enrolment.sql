-- K-04: an enrolment that ends before it starts, was seen after the reference date, starts before the third
-- birthday, or whose type and age cannot fit. Judged for every date the birth date may be: only the certain ones.
WITH aged AS (
    SELECT
        enrolments.*,
        date_sub('year', persons.birth_latest_on, enrolments.enrolled_on) AS youngest_age,
        date_sub('year', persons.birth_earliest_on, enrolments.enrolled_on) AS oldest_age,
        persons.birth_earliest_on > DATE '0001-01-01' AS is_birth_known
    FROM stage_enrolments AS enrolments
    LEFT JOIN stage_persons AS persons ON enrolments.person_id = persons.person_id
)

SELECT
    file,
    line,
    CASE
        WHEN withdrawn_on < enrolled_on THEN 'withdrawn_on'
        WHEN seen_on > $reference_date THEN 'seen_on'
        WHEN oldest_age < 3 THEN 'enrolled_on'
        ELSE 'education_type'
    END AS column_name
FROM aged
WHERE
    withdrawn_on < enrolled_on
    OR seen_on > $reference_date
    OR (
        is_birth_known
        AND (
            oldest_age < 3
            OR (education_type IN ('PO', 'SBO') AND youngest_age > 14)
            OR (education_type IN ('SO', 'VSO', 'VO') AND youngest_age > 21)
            OR (education_type = 'MBO' AND oldest_age < 14)
        )
    )
