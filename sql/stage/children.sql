-- Grain: one child who may have left within the look-back, or of whom a case says so.
SELECT person_id FROM _stage_child_rows
UNION
SELECT person_id FROM stage_expected
