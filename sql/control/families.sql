-- Grain: one parent of one ordinary case that this run knows of, as a mark of the family that tells nobody who it is.
WITH asked AS (
    SELECT case_id, person_id
    FROM cases_outcomes
    WHERE NOT is_sealed

    UNION

    SELECT case_id, person_id
    FROM control_rows
    WHERE NOT is_sealed
),

parents AS (
    SELECT person_id, parent1_id AS parent_id
    FROM facts_persons
    WHERE parent1_id IS NOT NULL

    UNION

    SELECT person_id, parent2_id AS parent_id
    FROM facts_persons
    WHERE parent2_id IS NOT NULL
)

SELECT
    asked.case_id,
    sha256('family|' || parents.parent_id) AS family_mark
FROM asked
INNER JOIN parents ON asked.person_id = parents.person_id
