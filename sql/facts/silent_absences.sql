-- Grain: one child of an absence case about whom tonight's rows are silent.
SELECT person_id
FROM stage_absent_silent
