-- Grain: one measure of the newest list of one school, of tonight; of schools that had ten pupils tonight or on an earlier list, so that
-- no number is about a few.
WITH lists AS (
    SELECT newest.*
    FROM stage_watched_lists AS newest
    LEFT JOIN (
        SELECT source, school_id, max(n_rows) AS most_rows
        FROM recall_school_lists
        GROUP BY source, school_id
    ) AS earlier ON newest.source = earlier.source AND newest.school_id = earlier.school_id
    WHERE newest.n_rows >= 10 OR earlier.most_rows >= 10
),

departed AS (
    SELECT rows.source, rows.school_id, rows.seen_on, count(DISTINCT rows.person_id) AS n_departed
    FROM valid_enrolments AS rows
    WHERE rows.withdrawn_on IS NULL OR rows.withdrawn_on > rows.seen_on
    GROUP BY rows.source, rows.school_id, rows.seen_on
),

measured AS (
    SELECT
        lists.source,
        lists.school_id,
        lists.seen_on,
        CAST(lists.n_rows AS DOUBLE) AS n,
        CAST(lists.n_rows AS DOUBLE) AS pupils,
        lists.n_ended / lists.n_rows AS ended,
        lists.n_newcomers / lists.n_rows AS newcomers,
        lists.n_in_august / lists.n_rows AS in_august,
        lists.n_po / lists.n_rows AS type_po,
        lists.n_vo / lists.n_rows AS type_vo,
        lists.n_mbo / lists.n_rows AS type_mbo,
        CAST(lists.sum_of_days AS DOUBLE) AS sum_of_days,
        CAST(date_diff('day', DATE '2000-01-01', lists.seen_on) AS DOUBLE) AS list_day,
        CAST(coalesce(departed.n_departed, 0) AS DOUBLE) AS departed
    FROM lists
    LEFT JOIN departed
        ON lists.source = departed.source AND lists.school_id = departed.school_id AND lists.seen_on = departed.seen_on
)

SELECT
    'school' AS subject_kind,
    school_id AS subject,
    source,
    measure,
    seen_on,
    value,
    n,
    CAST(NULL AS VARCHAR) AS other
FROM measured UNPIVOT (
    value FOR measure IN (pupils, ended, newcomers, in_august, type_po, type_vo, type_mbo, sum_of_days, list_day, departed)
)
