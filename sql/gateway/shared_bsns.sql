-- Grain: one BSN that stands on more than one list, and the list that holds it. Of several the only proper one holds it;
-- else nobody does, since a wrong link would accuse the wrong child.
WITH repeated AS (
    SELECT b_id FROM read_persons WHERE b_id IS NOT NULL GROUP BY b_id HAVING count(*) > 1
),

carried AS (
    SELECT lists.b_id, lists.ordinal, coalesce(lists.suspension_reason IN ('F', 'W'), false) AS is_wiped
    FROM gateway_lists AS lists
    INNER JOIN repeated ON lists.b_id = repeated.b_id
)

SELECT
    b_id,
    CASE
        WHEN count(*) = 1 THEN min(ordinal)
        WHEN count(*) FILTER (WHERE NOT is_wiped) = 1 THEN min(ordinal) FILTER (WHERE NOT is_wiped)
    END AS holder_ordinal
FROM carried
GROUP BY b_id
