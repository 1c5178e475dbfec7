-- Grain: one code of one column, with its share among departures or pupils; a code that was there earlier and is not tonight has none.
WITH codes AS (
    SELECT 'residences.declared_by' AS subject, 'share' AS measure, coalesce(declared_by, '-') AS code,
        CAST(sum(n_rows) AS DOUBLE) AS n_rows
    FROM stage_departure_counts
    GROUP BY declared_by

    UNION ALL

    SELECT 'enrolments.education_type, ' || source AS subject, 'kinds' AS measure, upper(code) AS code,
        CAST(sum(n_code) AS DOUBLE) AS n_rows
    FROM (
        SELECT source, n_po AS po, n_vo AS vo, n_mbo AS mbo, n_rows - n_po - n_vo - n_mbo AS other
        FROM stage_watched_lists
    ) UNPIVOT (n_code FOR code IN (po, vo, mbo, other))
    GROUP BY source, code

    UNION ALL

    SELECT 'persons.suspension_reason' AS subject, 'share' AS measure, upper(code) AS code, CAST(sum(n_code) AS DOUBLE) AS n_rows
    FROM (
        SELECT n_emigrated AS e, n_suspended_otherwise AS other, n_rows - n_emigrated - n_suspended_otherwise AS none
        FROM stage_watched_municipalities
    ) UNPIVOT (n_code FOR code IN (e, other, none))
    GROUP BY code
),

earlier AS (
    SELECT DISTINCT subject, source AS code
    FROM watch_remembered
    WHERE subject_kind = 'code' AND measure IN ('share', 'kinds') AND subject IN (SELECT subject FROM codes)
),

named AS (
    SELECT subject, code FROM codes
    UNION
    SELECT subject, code FROM earlier
),

sums AS (
    SELECT subject, measure, sum(n_rows) AS n
    FROM codes
    GROUP BY subject, measure
    HAVING sum(n_rows) >= 100
)

SELECT
    'code' AS subject_kind,
    sums.subject,
    named.code AS source,
    sums.measure,
    CAST($reference_date AS DATE) AS seen_on,
    coalesce(codes.n_rows, 0) / sums.n AS value,
    sums.n,
    CAST(NULL AS VARCHAR) AS other
FROM sums
INNER JOIN named ON sums.subject = named.subject
LEFT JOIN codes ON named.subject = codes.subject AND named.code = codes.code
