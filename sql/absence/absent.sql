-- Grain: one person who may be a child on no school list (`withdrawn` from a school, or `never` on one), or of whom a case is
-- not resolved (`known`). Doubt protects: who stands in persons twice, or of whom a row cannot be read, is left out.
SELECT
    person_id,
    CASE
        WHEN person_id IN (SELECT person_id FROM _absence_leavers) THEN 'withdrawn'
        WHEN $are_declared AND hash(key_of(person_id)) NOT IN (SELECT person_key FROM _absence_pupils) THEN 'never'
        ELSE 'known'
    END AS kind,
    $are_all_delivered AS are_all_delivered
FROM _absence_persons
WHERE
    hash(key_of(person_id)) NOT IN (SELECT person_key FROM _stage_repeated_keys)
    AND person_id NOT IN (SELECT person_id FROM _absence_persons WHERE NOT is_readable AND person_id IS NOT NULL)
    AND person_id NOT IN (SELECT person_id FROM _absence_residences WHERE NOT is_readable)
    AND person_id NOT IN (SELECT person_id FROM _absence_traces WHERE NOT is_readable)
