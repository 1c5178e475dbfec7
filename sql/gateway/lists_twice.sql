-- Grain: one list that does not count, because another list of the same person does, and that list. Proper lists come
-- first (not F, W), then lists with history, then the order of reading, which is the newest first.
WITH agreeing AS (
    SELECT bearers.ordinal, bearers.a_id, agreed.a_id AS agreed_id, agreed.first_ordinal
    FROM gateway_bearers AS bearers
    INNER JOIN gateway_agreed AS agreed
        ON bearers.b_id = agreed.b_id AND bearers.birth_date = coalesce(agreed.birth_date, bearers.birth_date)
    WHERE
        bearers.has_say
        OR (bearers.a_id IS NULL AND bearers.born_from <= agreed.born_until AND bearers.born_until >= agreed.born_from)
),

replaced AS (
    SELECT a_id, min(agreed_id) AS later_id
    FROM agreeing
    WHERE a_id <> agreed_id
    GROUP BY a_id
    HAVING min(agreed_id) = max(agreed_id)
),

repeated AS (
    SELECT a_id FROM read_persons WHERE a_id IS NOT NULL GROUP BY a_id HAVING count(*) > 1
),

numbered AS (
    SELECT
        persons.ordinal,
        persons.is_wiped,
        persons.history_rank,
        agreeing.first_ordinal,
        coalesce(persons.a_id, agreeing.agreed_id) AS a_id
    FROM read_persons AS persons
    LEFT JOIN repeated ON persons.a_id = repeated.a_id
    LEFT JOIN agreeing ON persons.ordinal = agreeing.ordinal
    WHERE repeated.a_id IS NOT NULL OR agreeing.ordinal IS NOT NULL
),

ranked AS (
    SELECT
        numbered.ordinal,
        numbered.is_wiped,
        first_value(numbered.ordinal) OVER (
            PARTITION BY
                coalesce(replaced.later_id, numbered.a_id),
                CASE WHEN numbered.a_id IS NULL THEN numbered.first_ordinal END
            ORDER BY numbered.is_wiped, numbered.history_rank, numbered.ordinal
        ) AS counting_ordinal
    FROM numbered
    LEFT JOIN replaced ON numbered.a_id = replaced.a_id
)

SELECT ordinal, counting_ordinal, is_wiped FROM ranked WHERE ordinal <> counting_ordinal
