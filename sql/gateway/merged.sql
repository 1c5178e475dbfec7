-- Grain: one person with several lists, as the list that counts with what the others add: the freshest list says how the
-- person is today, a number and the parents come from the first list that has them, the birth date from the most exact.
-- A death is not undone by a list that is silent about it. Secrecy holds when the list that counts, the freshest one or one of a source without history says so.
WITH members AS (
    SELECT ordinal, counting_ordinal FROM gateway_lists_twice

    UNION ALL

    SELECT DISTINCT counting_ordinal AS ordinal, counting_ordinal FROM gateway_lists_twice
),

proper AS (
    SELECT members.counting_ordinal, persons.*
    FROM members
    INNER JOIN read_persons AS persons ON members.ordinal = persons.ordinal
    QUALIFY persons.is_wiped = bool_and(persons.is_wiped) OVER (PARTITION BY members.counting_ordinal)
),

ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY counting_ordinal ORDER BY history_rank, ordinal) AS preference,
        row_number() OVER (PARTITION BY counting_ordinal ORDER BY day DESC, history_rank, ordinal) AS freshness,
        CASE WHEN is_register_date(birth_date) THEN latest_on(birth_date) - earliest_on(birth_date) END AS vagueness,
        coalesce(parent1_a_id, parent1_b_id, parent2_a_id, parent2_b_id) IS NOT NULL AS has_parents
    FROM proper
),

gathered AS (
    SELECT
        counting_ordinal,
        arg_min(ordinal, freshness) AS freshest_ordinal,
        arg_min(a_id, freshness) AS a_id,
        arg_min(b_id, preference) AS b_id,
        arg_min(birth_date, (vagueness, freshness)) AS birth_date,
        coalesce(arg_min(ordinal, preference) FILTER (WHERE has_parents), counting_ordinal) AS parents_ordinal,
        coalesce(
            arg_min(ordinal, freshness) FILTER (WHERE suspension_reason = 'O' AND (preference = 1 OR freshness = 1)),
            arg_min(ordinal, freshness)
        ) AS suspended_ordinal,
        arg_min(municipality_code, freshness) AS municipality_code,
        max(is_confidential) FILTER (WHERE preference = 1 OR freshness = 1 OR history_rank = 2) AS is_confidential,
        bool_or(is_mapped) AS is_mapped,
        arg_min(ordinal, freshness) FILTER (WHERE is_mapped AND a_id IS NOT NULL) AS a_ordinal,
        arg_min(ordinal, preference) FILTER (WHERE is_mapped AND b_id IS NOT NULL) AS b_ordinal
    FROM ranked
    GROUP BY counting_ordinal
)

SELECT
    gathered.freshest_ordinal,
    gathered.a_ordinal,
    gathered.b_ordinal,
    counting.* REPLACE (
        gathered.a_id AS a_id,
        gathered.b_id AS b_id,
        coalesce(gathered.birth_date, counting.birth_date) AS birth_date,
        suspended.suspension_reason AS suspension_reason,
        suspended.suspension_date AS suspension_date,
        gathered.municipality_code AS municipality_code,
        gathered.is_confidential AS is_confidential,
        parents.parent1_a_id AS parent1_a_id,
        parents.parent1_b_id AS parent1_b_id,
        parents.parent2_a_id AS parent2_a_id,
        parents.parent2_b_id AS parent2_b_id,
        gathered.is_mapped AS is_mapped
    )
FROM gathered
INNER JOIN read_persons AS counting ON gathered.counting_ordinal = counting.ordinal
INNER JOIN read_persons AS suspended ON gathered.suspended_ordinal = suspended.ordinal
INNER JOIN read_persons AS parents ON gathered.parents_ordinal = parents.ordinal
