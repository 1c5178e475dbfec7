-- Grain: one child who may have left within the look-back.
SELECT DISTINCT person_id FROM _stage_child_rows
