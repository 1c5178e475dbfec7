-- Grain: one thing about school lists that is certain: a school or a whole source is silent, a school has drawn up no list for much longer
-- than usual, a school seems to have got another number (`other`: a new school with nearly as many pupils as one that fell silent).
WITH known AS (
    SELECT source, school_id, max(seen_on) AS seen_on, arg_max(n_rows, seen_on) AS n_rows
    FROM recall_school_lists
    GROUP BY source, school_id
),

-- How many days there are between two lists of a school, as a rule.
gaps AS (
    SELECT source, school_id, median(date_diff('day', before_on, seen_on)) AS usual_gap
    FROM (
        SELECT
            source,
            subject AS school_id,
            on_day AS seen_on,
            lag(on_day) OVER (PARTITION BY source, subject ORDER BY on_day) AS before_on
        FROM watch_remembered
        WHERE subject_kind = 'school' AND measure = 'list_day'
    )
    WHERE before_on IS NOT NULL
    GROUP BY source, school_id
    HAVING count(*) >= 4
),

new_schools AS (
    SELECT newest.source, newest.school_id, newest.n_rows
    FROM stage_watched_lists AS newest
    ANTI JOIN known ON newest.source = known.source AND newest.school_id = known.school_id
    WHERE newest.source IN (SELECT source FROM known)
)

SELECT
    CASE WHEN school_id IS NULL THEN 'source' ELSE 'school' END AS subject_kind,
    coalesce(school_id, source) AS subject,
    CASE WHEN school_id IS NULL THEN 'lists' ELSE source END AS source,
    'silent' AS measure,
    CAST($reference_date AS DATE) AS seen_on,
    1.0 AS value,
    CAST(NULL AS DOUBLE) AS n,
    CAST(NULL AS VARCHAR) AS other
FROM stage_silent_lists

UNION ALL

-- Not in summer, and not before schools have had September to draw up a list.
SELECT
    'school' AS subject_kind,
    newest.school_id AS subject,
    newest.source,
    'overdue' AS measure,
    CAST($reference_date AS DATE) AS seen_on,
    1.0 AS value,
    CAST(date_diff('day', newest.seen_on, CAST($reference_date AS DATE)) AS DOUBLE) AS n,
    CAST(NULL AS VARCHAR) AS other
FROM stage_watched_lists AS newest
INNER JOIN gaps ON newest.source = gaps.source AND newest.school_id = gaps.school_id
WHERE
    month(CAST($reference_date AS DATE)) NOT BETWEEN 7 AND 9
    AND date_diff('day', newest.seen_on, CAST($reference_date AS DATE)) > 7 + 3 * gaps.usual_gap

UNION ALL

SELECT
    'school' AS subject_kind,
    silent.school_id AS subject,
    silent.source,
    'renumbered' AS measure,
    CAST($reference_date AS DATE) AS seen_on,
    1.0 AS value,
    CAST(known.n_rows AS DOUBLE) AS n,
    min(new_schools.school_id) AS other
FROM stage_silent_lists AS silent
INNER JOIN known ON silent.source = known.source AND silent.school_id = known.school_id
INNER JOIN new_schools
    ON
        known.source = new_schools.source
        AND abs(new_schools.n_rows - known.n_rows) <= greatest(3, 0.1 * known.n_rows)
WHERE known.n_rows >= 20
GROUP BY silent.school_id, silent.source, known.n_rows
