-- Grain: one BSN that stands on more than one list, and the person that holds it, by the list that counts. Of several the
-- only proper one holds it; else nobody does, since a wrong link would accuse the wrong child.
SELECT
    lists.b_id,
    CASE
        WHEN count(*) = 1 THEN min(lists.ordinal)
        WHEN count(*) FILTER (WHERE NOT lists.is_wiped) = 1 THEN min(lists.ordinal) FILTER (WHERE NOT lists.is_wiped)
    END AS holder_ordinal
FROM gateway_lists AS lists
WHERE lists.b_id IN (SELECT own_b_id FROM gateway_bearers)
GROUP BY lists.b_id
