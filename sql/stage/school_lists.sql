-- Grain: one school delivery of tonight, or one that earlier nights delivered and that is still remembered: a distinct
-- seen_on of one (source, school), with its rows.
WITH tonight AS (
    SELECT source, school_id, CAST(seen_on AS DATE) AS seen_on, CAST(sum(n_rows) AS BIGINT) AS n_rows
    FROM _stage_enrolments_counts
    WHERE source IS NOT NULL AND CAST(seen_on AS DATE) <= $reference_date
    GROUP BY source, school_id, seen_on
),

-- Lists that earlier nights delivered, for as long as the source may be kept and the look-back reaches.
remembered AS (
    SELECT lists.*
    FROM recall_school_lists AS lists
    INNER JOIN settings_retention AS retention
        ON lists.source = retention.source AND lists.seen_on >= retention.retained_from
    WHERE
        lists.seen_on <= $reference_date
        AND NOT EXISTS (
            SELECT 1
            FROM tonight
            WHERE
                tonight.source = lists.source
                AND tonight.school_id = lists.school_id
                AND tonight.seen_on = lists.seen_on
        )
)

SELECT
    source,
    school_id,
    seen_on,
    n_rows,
    false AS is_remembered
FROM tonight

UNION ALL

SELECT
    source,
    school_id,
    seen_on,
    n_rows,
    true AS is_remembered
FROM remembered
