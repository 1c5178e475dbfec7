-- Grain: one filled cell that cannot be read; of a school list with its source, and its school where that can be read.
-- An empty cell is missing, not unreadable. That nobody declared a source, or that its term is over, is no matter of reading;
-- numbers of people in place of pseudonyms have a check of their own, which says what to do.
WITH faulty AS (
    SELECT 'persons' AS table_name, file, row_no, fault, NULL AS source, '' AS school_id, to_json(chosen) AS cells
    FROM _stage_persons_chosen AS chosen
    WHERE fault IS NOT NULL

    UNION ALL

    SELECT 'residences' AS table_name, file, row_no, fault, NULL AS source, '' AS school_id, to_json(chosen) AS cells
    FROM _stage_residences_chosen AS chosen
    WHERE fault IS NOT NULL

    UNION ALL

    SELECT
        'enrolments' AS table_name,
        chosen.file,
        chosen.row_no,
        chosen.fault,
        schools.source,
        schools.school_id,
        to_json(chosen) AS cells
    FROM _stage_enrolments_chosen AS chosen
    INNER JOIN _stage_faulty_enrolments AS schools ON chosen.file = schools.file AND chosen.row_no = schools.row_no

    UNION ALL

    SELECT 'traces' AS table_name, file, row_no, fault, NULL AS source, '' AS school_id, to_json(chosen) AS cells
    FROM _stage_traces_chosen AS chosen
    WHERE fault IS NOT NULL
)

SELECT
    table_name,
    file,
    row_no,
    source,
    school_id,
    split_part(fault, ':', 1) AS column_name
FROM faulty
WHERE
    cells ->> split_part(fault, ':', 1) IS NOT NULL
    AND split_part(fault, ':', 2) NOT IN ('id_not_pseudonymised', 'source_not_declared', 'retention_over')
