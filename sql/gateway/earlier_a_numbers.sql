-- Grain: one A-number that leads to the one person who had it before. A number in use today never does.
WITH had AS (
    SELECT earlier.a_id, min(earlier.ordinal) AS first_ordinal, max(earlier.ordinal) AS last_ordinal
    FROM read_earlier AS earlier
    WHERE
        earlier.a_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM gateway_lists_twice AS twice WHERE twice.ordinal = earlier.ordinal)
        AND NOT EXISTS (SELECT 1 FROM read_persons AS persons WHERE persons.a_id = earlier.a_id)
    GROUP BY earlier.a_id
)

SELECT had.a_id, people.person_id
FROM had
INNER JOIN gateway_people AS people ON had.first_ordinal = people.ordinal
WHERE had.first_ordinal = had.last_ordinal
