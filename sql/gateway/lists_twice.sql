-- Grain: one list that does not count, because another list carries its A-number, and the list that counts instead: the
-- first proper one, without a proper one the first. A list that is an error or to be wiped (F, W) is not proper.
WITH repeated AS (
    SELECT a_id FROM read_persons WHERE a_id IS NOT NULL GROUP BY a_id HAVING count(*) > 1
),

ranked AS (
    SELECT
        persons.ordinal,
        first_value(persons.ordinal) OVER (
            PARTITION BY persons.a_id
            ORDER BY coalesce(persons.suspension_reason IN ('F', 'W'), false), persons.ordinal
        ) AS counting_ordinal
    FROM read_persons AS persons
    INNER JOIN repeated ON persons.a_id = repeated.a_id
)

SELECT ordinal, counting_ordinal FROM ranked WHERE ordinal <> counting_ordinal
