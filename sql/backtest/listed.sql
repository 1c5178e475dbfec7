-- Grain: one departure that a night of this date would have put on the list, by its level, or found too weak for it. Who came back and
-- missed school (B-03) is asked another question and has no level. Children under secrecy are left out.
SELECT
    CAST($reference_date AS DATE) AS month_on,
    departure_id,
    person_id,
    departure_date,
    points,
    CASE WHEN status = 'weak' THEN 'weak' WHEN level IS NULL THEN 'B-03' ELSE level END AS level
FROM cases_current
WHERE NOT is_sealed AND status IN ('new', 'ongoing', 'changed', 'weak')
