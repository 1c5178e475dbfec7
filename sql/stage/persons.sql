-- Grain: one needed row of persons, typed. Incomplete dates become the interval of all days they may be.
SELECT
    file,
    line,
    person_id,
    earliest_on(birth_date) AS birth_earliest_on,
    latest_on(birth_date) AS birth_latest_on,
    suspension_reason,
    earliest_on(suspension_date) AS suspension_earliest_on,
    latest_on(suspension_date) AS suspension_latest_on,
    parent1_id,
    parent2_id,
    is_confidential = '1' AS is_confidential
FROM _stage_person_rows
