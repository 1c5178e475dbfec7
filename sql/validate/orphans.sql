-- Grain: one row of one table of a person who is not in persons, by its physical line; rows that were set aside have a reason already.
SELECT DISTINCT
    orphans.file,
    orphans.row_no + shifts.shift AS line,
    'person_id' AS column_name
FROM stage_orphans AS orphans
ASOF INNER JOIN stage_shifts AS shifts
    ON orphans.file = shifts.file AND orphans.row_no >= shifts.from_row
LEFT JOIN stage_quarantine AS quarantine
    ON orphans.file = quarantine.file AND orphans.row_no + shifts.shift = quarantine.line
WHERE orphans.table_name = $table_name AND quarantine.file IS NULL
