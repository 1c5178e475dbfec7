-- Grain: one source of school lists, or (`school_id`) one school of a source that does deliver, of which earlier nights held rows and
-- tonight none that can be used. `since_on` is the night that first missed the source; of a school, the day of its newest list.
-- Which schools are of which municipalities nobody knows, so that schools are named only where all deliveries were of one scope,
-- and for a year: a school may have closed. The list of another source names the schools that pupils happen to go to.
WITH tonight AS (
    SELECT DISTINCT source, school_id
    FROM stage_school_deliveries
    WHERE NOT is_remembered
)

SELECT
    source,
    CAST(NULL AS VARCHAR) AS school_id,
    coalesce(silent_since_on, CAST($reference_date AS DATE)) AS since_on
FROM recall_list_sources
WHERE source NOT IN (SELECT source FROM tonight)

UNION ALL

SELECT source, school_id, max(seen_on) AS since_on
FROM recall_school_lists
WHERE
    (SELECT are_alike FROM recall_scopes)
    AND source = 'school'
    AND source IN (SELECT source FROM tonight)
    AND (source, school_id) NOT IN (SELECT (source, school_id) FROM tonight)
GROUP BY source, school_id
HAVING max(seen_on) >= $reference_date - 365
