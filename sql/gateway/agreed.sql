-- Grain: one BSN whose lists are all of one person; where they contradict each other, one BSN and one complete birth date
-- whose lists are. No day on which all may be born is a contradiction, and so are two A-numbers in use.
SELECT
    b_id,
    CASE WHEN grouping(birth_date) = 0 THEN birth_date END AS birth_date,
    coalesce(min(a_id) FILTER (WHERE NOT is_former), min(a_id)) AS a_id,
    min(ordinal) AS first_ordinal,
    max(born_from) AS born_from,
    min(born_until) AS born_until
FROM gateway_bearers
WHERE has_say
GROUP BY GROUPING SETS ((b_id), (b_id, birth_date))
HAVING
    max(born_from) <= min(born_until)
    AND (grouping(birth_date) = 1 OR max(born_from) = min(born_until))
    AND (
        min(a_id) IS NOT DISTINCT FROM max(a_id)
        OR min(a_id) FILTER (WHERE NOT is_former) = max(a_id) FILTER (WHERE NOT is_former)
    )
QUALIFY grouping(birth_date) = max(grouping(birth_date)) OVER (PARTITION BY b_id)
