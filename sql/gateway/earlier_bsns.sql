-- Grain: one BSN that nobody has today and that leads to the one person who had it before, or, when two had it, to
-- nobody: without a person_id.
WITH had AS (
    SELECT b_id, min(ordinal) AS first_ordinal, max(ordinal) AS last_ordinal
    FROM gateway_numbers_had
    WHERE b_id IS NOT NULL
    GROUP BY b_id
)

SELECT had.b_id, CASE WHEN had.first_ordinal = had.last_ordinal THEN people.person_id END AS person_id
FROM had
LEFT JOIN gateway_people AS people ON had.first_ordinal = people.ordinal
WHERE
    (had.first_ordinal < had.last_ordinal OR people.person_id IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM gateway_lists AS lists WHERE lists.b_id = had.b_id)
