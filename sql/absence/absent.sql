-- Grain: one person who may be a child on no school list (`withdrawn` from a school, or `never` on one), or of whom a case is
-- not resolved (`known`). Doubt protects: of whom a row cannot be read, is left out.
WITH judged AS (
    SELECT
        person_id,
        CASE
            WHEN person_id IN (SELECT person_id FROM _absence_leavers) THEN 'withdrawn'
            WHEN NOT is_listed AND EXISTS (SELECT 1 FROM stage_declared_schools) THEN 'never'
            WHEN person_id IN (SELECT person_id FROM stage_expected_absences) THEN 'known'
        END AS kind,
        (SELECT coalesce(bool_and(is_delivered), false) FROM stage_declared_schools) AS are_all_delivered
    FROM stage_absence_persons
    WHERE is_faulty IS NULL
)

SELECT *
FROM judged
WHERE
    kind IS NOT NULL
    AND person_id NOT IN (SELECT person_id FROM stage_absence_residences WHERE is_faulty)
    AND person_id NOT IN (SELECT person_id FROM _absence_traces WHERE NOT is_readable)
