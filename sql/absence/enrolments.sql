-- Grain: one row of a school list to add to the staged ones; those of children who may have left are there already.
SELECT
    '.absence_enrolments' AS file,
    row_number() OVER (ORDER BY person_id, source, school_id, enrolled_on, seen_on, withdrawn_on, education_type) AS line,
    *
FROM _absence_lists
WHERE
    person_id IN (SELECT person_id FROM stage_absent)
    AND person_id NOT IN (SELECT person_id FROM stage_children)
