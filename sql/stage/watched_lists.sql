-- Grain: the newest school list of tonight of one (source, school), as the watch looks at it.
SELECT
    source,
    school_id,
    CAST(seen_on AS DATE) AS seen_on,
    CAST(sum(n_rows) AS BIGINT) AS n_rows,
    CAST(sum(n_ended) AS BIGINT) AS n_ended,
    CAST(sum(n_newcomers) AS BIGINT) AS n_newcomers,
    CAST(sum(n_in_august) AS BIGINT) AS n_in_august,
    CAST(sum(n_po) AS BIGINT) AS n_po,
    CAST(sum(n_vo) AS BIGINT) AS n_vo,
    CAST(sum(n_mbo) AS BIGINT) AS n_mbo,
    CAST(sum(sum_of_days) % 1000000007 AS BIGINT) AS sum_of_days
FROM _stage_enrolments_counts
WHERE source IS NOT NULL AND CAST(seen_on AS DATE) <= $reference_date
GROUP BY source, school_id, seen_on
QUALIFY row_number() OVER (PARTITION BY source, school_id ORDER BY seen_on DESC) = 1
