-- Grain: one child with a departure in view under an address inquiry whose start the register does not tell, or one that
-- was: since when we have seen it counts.
WITH open_now AS (
    SELECT DISTINCT departures.person_id
    FROM facts_departures_in_view AS departures
    WHERE
        departures.is_under_inquiry
        AND coalesce(departures.inquiry_from_earliest_on, DATE '0001-01-01') <= DATE '0001-01-01'
        AND ($is_national OR departures.municipality_code IN (SELECT municipality_code FROM settings_scope))
),

delivered AS (
    SELECT DISTINCT person_id
    FROM facts_departures_in_view
    WHERE $is_national OR municipality_code IN (SELECT municipality_code FROM settings_scope)
)

SELECT
    coalesce(open_now.person_id, seen.person_id) AS person_id,
    open_now.person_id IS NOT NULL AS is_new
FROM open_now
FULL OUTER JOIN recall_inquiries AS seen ON open_now.person_id = seen.person_id
WHERE
    seen.person_id IS NULL
    OR (open_now.person_id IS NULL AND seen.person_id IN (SELECT person_id FROM delivered))
