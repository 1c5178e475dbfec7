-- Grain: one check or reason for which rows of a table stand out tonight, or stood out on an earlier night.
WITH counted AS (
    SELECT 'code' AS subject_kind, reason_code AS subject, table_name AS source, CAST(observed AS DOUBLE) AS value
    FROM validate_outcomes
    WHERE table_name <> '' AND is_row_check

    UNION ALL

    SELECT
        'code' AS subject_kind,
        reason_code AS subject,
        table_name AS source,
        CAST(count(*) AS DOUBLE) AS value
    FROM (SELECT DISTINCT reason_code, table_name, file, line FROM stage_quarantine)
    WHERE NOT starts_with(reason_code, 'K-')
    GROUP BY reason_code, table_name
),

earlier AS (
    SELECT DISTINCT subject_kind, subject, source
    FROM watch_remembered
    WHERE subject_kind = 'code' AND measure = 'rows'
)

SELECT
    coalesce(counted.subject_kind, earlier.subject_kind) AS subject_kind,
    coalesce(counted.subject, earlier.subject) AS subject,
    coalesce(counted.source, earlier.source) AS source,
    'rows' AS measure,
    CAST($reference_date AS DATE) AS seen_on,
    coalesce(sum(counted.value), 0) AS value,
    CAST(NULL AS DOUBLE) AS n,
    CAST(NULL AS VARCHAR) AS other
FROM counted
FULL OUTER JOIN earlier ON counted.subject = earlier.subject AND counted.source = earlier.source
GROUP BY ALL
