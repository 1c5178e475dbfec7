-- Grain: one list whose BSN stands on another list too. A list that is an error or to be wiped (F, W) has no say beside a
-- proper one. An A-number is former when another list with the same BSN had it before.
WITH repeated AS (
    SELECT b_id FROM read_persons WHERE b_id IS NOT NULL GROUP BY b_id HAVING count(*) > 1
),

bearers AS (
    SELECT
        persons.ordinal,
        persons.a_id,
        persons.b_id,
        CASE WHEN is_register_date(persons.birth_date) THEN persons.birth_date ELSE '00000000' END AS birth_date,
        NOT persons.is_wiped OR bool_and(persons.is_wiped) OVER (PARTITION BY persons.b_id) AS has_say
    FROM read_persons AS persons
    INNER JOIN repeated ON persons.b_id = repeated.b_id
),

former AS (
    SELECT DISTINCT had.a_id
    FROM read_earlier AS had
    INNER JOIN bearers AS newer ON had.ordinal = newer.ordinal AND had.a_id IS DISTINCT FROM newer.a_id
    INNER JOIN bearers AS older ON newer.b_id = older.b_id AND had.a_id = older.a_id
)

SELECT
    bearers.*,
    former.a_id IS NOT NULL AS is_former,
    earliest_on(bearers.birth_date) AS born_from,
    latest_on(bearers.birth_date) AS born_until
FROM bearers
LEFT JOIN former ON bearers.a_id = former.a_id
