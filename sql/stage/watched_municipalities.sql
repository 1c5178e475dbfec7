-- Grain: one municipality that persons are delivered of, with what the watch counts of them.
SELECT
    municipality_code,
    CAST(sum(n_rows) AS BIGINT) AS n_rows,
    CAST(sum(n_unknown_births) AS BIGINT) AS n_unknown_births,
    CAST(sum(n_incomplete_births) AS BIGINT) AS n_incomplete_births,
    CAST(sum(n_emigrated) AS BIGINT) AS n_emigrated,
    CAST(sum(n_suspended_otherwise) AS BIGINT) AS n_suspended_otherwise
FROM _stage_persons_counts
WHERE municipality_code IS NOT NULL
GROUP BY municipality_code
