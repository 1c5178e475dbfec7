-- Grain: one A-number that leads to the one person who had it before. A number in use today never does.
WITH had AS (
    SELECT a_id, min(ordinal) AS first_ordinal, max(ordinal) AS last_ordinal
    FROM gateway_numbers_had
    WHERE a_id IS NOT NULL
    GROUP BY a_id
)

SELECT had.a_id, people.person_id
FROM had
INNER JOIN gateway_people AS people ON had.first_ordinal = people.ordinal
WHERE
    had.first_ordinal = had.last_ordinal
    AND NOT EXISTS (SELECT 1 FROM gateway_lists AS lists WHERE lists.a_id = had.a_id)
