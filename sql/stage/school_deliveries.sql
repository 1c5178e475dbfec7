-- Grain: one school delivery: a distinct seen_on of one (source, school), with its rows.
-- `recency` 1 is the newest. A stale newest delivery (S-08), or one more than a fifth smaller than the one before
-- (K-10; never judged below 20 rows), says nothing about who is still enrolled.
WITH ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY source, school_id ORDER BY seen_on DESC) AS recency,
        lead(n_rows) OVER (PARTITION BY source, school_id ORDER BY seen_on DESC) AS n_rows_before
    FROM _stage_school_lists
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
