-- Grain: one school of one source in one file of which no row can be used, with the line of the first. A source that nobody
-- knows is no list of a school.
SELECT
    schools.file,
    schools.school_id,
    schools.n_rows,
    schools.row_no + shifts.shift AS line
FROM _stage_schools AS schools
ASOF INNER JOIN stage_shifts AS shifts
    ON schools.file = shifts.file AND schools.row_no >= shifts.from_row
WHERE schools.n_usable = 0 AND schools.school_id <> '' AND schools.source IS NOT NULL
ORDER BY schools.file, line
