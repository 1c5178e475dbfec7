-- Grain: one measure of all newest school lists of one source: what changes at one school after another shows in their sum first.
WITH lists AS (
    SELECT
        source,
        CAST(sum(n_rows) AS DOUBLE) AS n,
        CAST(sum(n_rows) AS DOUBLE) AS pupils,
        sum(n_ended) / sum(n_rows) AS ended,
        sum(n_newcomers) / sum(n_rows) AS newcomers,
        sum(n_in_august) / sum(n_rows) AS in_august,
        avg(date_diff('day', seen_on, CAST($reference_date AS DATE))) AS list_age
    FROM stage_watched_lists
    GROUP BY source
    HAVING sum(n_rows) >= 100
)

SELECT
    'source' AS subject_kind,
    source AS subject,
    'lists' AS source,
    measure,
    CAST($reference_date AS DATE) AS seen_on,
    value,
    n,
    CAST(NULL AS VARCHAR) AS other
FROM lists UNPIVOT (value FOR measure IN (pupils, ended, newcomers, in_august, list_age))
