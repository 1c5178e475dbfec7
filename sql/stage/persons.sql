-- Grain: one needed row of persons, typed. Incomplete dates become the interval of all days they may be.
SELECT
    delivered.file,
    lines.line,
    delivered.person_id,
    earliest_on(delivered.birth_date) AS birth_earliest_on,
    latest_on(delivered.birth_date) AS birth_latest_on,
    delivered.suspension_reason,
    earliest_on(delivered.suspension_date) AS suspension_earliest_on,
    latest_on(delivered.suspension_date) AS suspension_latest_on,
    delivered.parent1_id,
    delivered.parent2_id,
    delivered.is_confidential = '1' AS is_confidential
FROM _stage_person_rows AS delivered
INNER JOIN _stage_lines AS lines ON delivered.file = lines.file AND delivered.row_no = lines.row_no
