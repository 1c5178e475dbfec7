-- Grain: one child of an absence case about whom tonight's rows are silent: missing, unreadable, or out of count. That it is
-- enrolled again, or suspended, is news all the same.
SELECT person_id
FROM stage_absent_silent

UNION

SELECT cases.person_id
FROM recall_cases AS cases
INNER JOIN valid_set_aside AS missing ON cases.person_id = missing.person_id
WHERE
    cases.kind = 'absence'
    AND cases.status <> 'resolved'
    AND CASE missing.table_name
        WHEN 'persons' THEN missing.kind IS DISTINCT FROM 'secrecy'
        WHEN 'residences' THEN missing.kind IS NOT DISTINCT FROM 'passed_over'
        ELSE missing.table_name = 'enrolments'
    END
    AND NOT EXISTS (
        SELECT 1
        FROM facts_enrolment_states AS told
        WHERE told.person_id = cases.person_id AND told.withdrawn_on IS NULL
    )
    AND NOT EXISTS (
        SELECT 1
        FROM facts_persons AS told
        WHERE told.person_id = cases.person_id AND told.suspension_reason IS NOT NULL
    )
