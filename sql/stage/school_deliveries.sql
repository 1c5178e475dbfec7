-- Grain: one school delivery: a distinct seen_on of one (source, school), with its rows.
-- `recency` 1 is the newest. A stale newest delivery (S-08), or one more than a fifth smaller than the one before
-- (K-10; never judged below 20 rows), says nothing about who is still enrolled.
WITH tonight AS (
    SELECT source, school_id, CAST(seen_on AS DATE) AS seen_on, CAST(sum(n_rows) AS BIGINT) AS n_rows
    FROM _stage_enrolments_scan
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
),

deliveries AS (
    SELECT source, school_id, seen_on, n_rows, false AS is_remembered FROM tonight
    UNION ALL
    SELECT source, school_id, seen_on, n_rows, true AS is_remembered FROM remembered
),

ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY source, school_id ORDER BY seen_on DESC) AS recency,
        lead(n_rows) OVER (PARTITION BY source, school_id ORDER BY seen_on DESC) AS n_rows_before
    FROM deliveries
)

SELECT
    source,
    school_id,
    seen_on,
    n_rows,
    recency,
    is_remembered,
    date_diff('day', seen_on, $reference_date)
    > CASE WHEN month($reference_date) BETWEEN 7 AND 9 THEN $stale_days_summer ELSE $stale_days END AS is_stale,
    coalesce(n_rows >= 20 AND n_rows < 0.8 * n_rows_before, false) AS is_shrunk
FROM ranked
