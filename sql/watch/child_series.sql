-- Grain: one measure of the children who may have left: of how many the parents are known, and fit what else is known of them.
WITH children AS (
    SELECT persons.person_id, persons.parent1_id, persons.parent2_id,
        persons.birth_earliest_on = persons.birth_latest_on AND month(persons.birth_earliest_on) = 1
        AND day(persons.birth_earliest_on) = 1 AS is_on_first_of_year
    FROM stage_persons AS persons
    SEMI JOIN stage_children AS children ON persons.person_id = children.person_id
),

links AS (
    SELECT person_id, parent1_id AS parent_id FROM children WHERE parent1_id IS NOT NULL
    UNION
    SELECT person_id, parent2_id AS parent_id FROM children WHERE parent2_id IS NOT NULL
),

-- Children of whom a parent left as well, and whether on the same day.
departures AS (
    SELECT links.person_id, bool_or(own.departure_date = other.departure_date) AS is_together
    FROM links
    INNER JOIN stage_residences AS own ON links.person_id = own.person_id
    INNER JOIN stage_residences AS other ON links.parent_id = other.person_id
    WHERE own.departure_date IS NOT NULL AND other.departure_date IS NOT NULL
    GROUP BY links.person_id
),

-- Children who had an address as a parent had, and whether the same one.
addresses AS (
    SELECT links.person_id, bool_or(own.address_id = other.address_id) AS is_together
    FROM links
    INNER JOIN stage_residences AS own ON links.person_id = own.person_id
    INNER JOIN stage_residences AS other ON links.parent_id = other.person_id
    WHERE own.address_id IS NOT NULL AND other.address_id IS NOT NULL
    GROUP BY links.person_id
),

shares AS (
    SELECT 'parents_known' AS measure, count(*) AS n,
        count(*) FILTER (WHERE parent1_id IS NOT NULL OR parent2_id IS NOT NULL) AS n_such
    FROM children
    UNION ALL
    SELECT 'both_parents' AS measure, count(*) AS n,
        count(*) FILTER (WHERE parent1_id IS NOT NULL AND parent2_id IS NOT NULL) AS n_such
    FROM children
    UNION ALL
    SELECT 'births_by_default' AS measure, count(*) AS n,
        count(*) FILTER (WHERE is_on_first_of_year) AS n_such
    FROM children
    UNION ALL
    SELECT 'left_with_parent' AS measure, count(*) AS n, count(*) FILTER (WHERE is_together) AS n_such
    FROM departures
    UNION ALL
    SELECT 'lived_with_parent' AS measure, count(*) AS n, count(*) FILTER (WHERE is_together) AS n_such
    FROM addresses
)

SELECT
    'table' AS subject_kind,
    'persons' AS subject,
    '' AS source,
    measure,
    CAST($reference_date AS DATE) AS seen_on,
    n_such / n AS value,
    CAST(n AS DOUBLE) AS n,
    CAST(NULL AS VARCHAR) AS other
FROM shares
WHERE n >= 20
