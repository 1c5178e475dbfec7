-- Grain: one child of a case of whom a row could not be used, in which table: by its form, or by a check (K-04).
SELECT person_id, table_name, kind
FROM stage_set_aside

UNION

SELECT rows.person_id, 'enrolments' AS table_name, CAST(NULL AS VARCHAR) AS kind
FROM stage_enrolments AS rows
INNER JOIN stage_quarantine AS quarantine ON rows.file = quarantine.file AND rows.line = quarantine.line
WHERE rows.person_id IN (SELECT person_id FROM stage_expected)
