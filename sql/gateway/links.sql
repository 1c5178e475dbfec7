-- Grain: one education number that the supplier's link table gives to one person, and that person to no other number.
WITH led AS (
    SELECT DISTINCT links.education_id, coalesce(bsns.person_id, links.b_id) AS person_id
    FROM read_links AS links
    LEFT JOIN gateway_earlier_bsns AS bsns ON links.b_id = bsns.b_id
)

SELECT education_id, person_id
FROM led
QUALIFY
    count(*) OVER (PARTITION BY education_id) = 1
    AND count(*) OVER (PARTITION BY person_id) = 1
