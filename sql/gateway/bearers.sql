-- Grain: one list whose BSN another list bears too. A list that is an error or to be wiped (F, W) has no say beside a
-- proper one. An A-number is former when another list with the same BSN had it before. A BSN was corrected when all lists
-- that still have it are, by birth date and A-number, older lists of the one person who had it before in another source.
WITH had_before AS (
    SELECT
        had.b_id,
        min(persons.b_id) AS later_b_id,
        min(persons.birth_date) AS birth_date,
        min(persons.a_id) AS a_id,
        list(DISTINCT persons.source) AS sources
    FROM read_earlier AS had
    INNER JOIN read_persons AS persons ON had.ordinal = persons.ordinal AND had.b_id <> persons.b_id
    GROUP BY had.b_id
    HAVING
        min(persons.b_id) = max(persons.b_id)
        AND min(persons.birth_date) = max(persons.birth_date)
        AND min(persons.a_id) IS NOT DISTINCT FROM max(persons.a_id)
),

corrected AS (
    SELECT older.b_id, min(had_before.later_b_id) AS later_b_id
    FROM read_persons AS older
    INNER JOIN had_before ON older.b_id = had_before.b_id
    GROUP BY older.b_id
    HAVING
        bool_and(
            NOT list_contains(had_before.sources, older.source)
            AND older.birth_date = had_before.birth_date
            AND is_register_date(older.birth_date)
            AND older.birth_date NOT LIKE '%00'
            AND coalesce(older.a_id = had_before.a_id, true)
        )
),

numbered AS (
    SELECT
        persons.ordinal,
        persons.a_id,
        persons.b_id AS own_b_id,
        coalesce(corrected.later_b_id, persons.b_id) AS b_id,
        CASE
            WHEN is_register_date(persons.birth_date) AND NOT persons.is_birth_date_guessed THEN persons.birth_date
            ELSE '00000000'
        END AS birth_date,
        persons.is_wiped
    FROM read_persons AS persons
    LEFT JOIN corrected ON persons.b_id = corrected.b_id
    WHERE persons.b_id IS NOT NULL
),

repeated AS (
    SELECT b_id FROM numbered GROUP BY b_id HAVING count(*) > 1
),

bearers AS (
    SELECT
        numbered.* EXCLUDE (is_wiped),
        NOT numbered.is_wiped OR bool_and(numbered.is_wiped) OVER (PARTITION BY numbered.b_id) AS has_say
    FROM numbered
    INNER JOIN repeated ON numbered.b_id = repeated.b_id
),

former AS (
    SELECT DISTINCT a_id
    FROM bearers
    WHERE
        (b_id, a_id) IN (
            SELECT (newer.b_id, had.a_id)
            FROM read_earlier AS had
            INNER JOIN bearers AS newer ON had.ordinal = newer.ordinal
            WHERE had.a_id IS DISTINCT FROM newer.a_id AND had.a_id IS NOT NULL
        )
)

SELECT
    bearers.*,
    former.a_id IS NOT NULL AS is_former,
    earliest_on(bearers.birth_date) AS born_from,
    latest_on(bearers.birth_date) AS born_until
FROM bearers
LEFT JOIN former ON bearers.a_id = former.a_id
