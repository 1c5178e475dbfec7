-- Grain: one row that is not at fault, of a person who is not in persons.
SELECT orphans.*
FROM stage_orphans AS orphans
ANTI JOIN (
    SELECT file, row_no FROM _stage_residences_chosen WHERE fault IS NOT NULL
    UNION ALL
    SELECT file, row_no FROM _stage_enrolments_chosen WHERE fault IS NOT NULL
    UNION ALL
    SELECT file, row_no FROM _stage_traces_chosen WHERE fault IS NOT NULL
) AS faulty ON orphans.file = faulty.file AND orphans.row_no = faulty.row_no
