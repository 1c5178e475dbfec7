-- One row: the measures of the traces files that register checks judge. A share stays 0 below 20 offending rows, so
-- that a few bad rows never stop a small municipality.
WITH sources AS (
    SELECT
        declared.source_code,
        declared.kind,
        coalesce(sum(days.n_rows), 0) AS n_rows,
        max(CAST(days.event_on AS DATE)) AS newest_on,
        max(before.n_rows) AS n_rows_before,
        count(spoken.source_code) > 0 AS has_spoken
    FROM settings_trace_sources AS declared
    LEFT JOIN stage_sign_days AS days ON declared.source_code = days.source_code AND declared.kind = days.kind
    LEFT JOIN recall_sources AS spoken ON declared.source_code = spoken.source_code AND declared.kind = spoken.kind
    LEFT JOIN recall_measures AS before
        ON before.table_name = 'traces/' || declared.kind || '/' || declared.source_code
    GROUP BY declared.source_code, declared.kind
),

counted AS (
    SELECT
        coalesce((SELECT sum(n_rows) FROM _stage_traces_counts), 0)
        + (SELECT count(*) FROM _stage_structural_faults WHERE table_name = 'traces') AS n_rows,
        (
            SELECT count(*) FROM stage_quarantine
            WHERE table_name = 'traces' AND reason_code NOT IN ('source_not_declared', 'retention_over')
        ) AS n_quarantined,
        (SELECT count(*) FROM stage_unreadable WHERE table_name = 'traces') AS n_unreadable_columns,
        (
            SELECT count(*) FROM stage_quarantine
            WHERE table_name = 'traces' AND reason_code = 'id_not_pseudonymised'
        ) AS n_not_pseudonymised,
        (SELECT count(*) FROM _stage_sound_orphans WHERE table_name = 'traces') AS n_orphans,
        (
            SELECT count(*) FROM stage_quarantine WHERE reason_code = 'source_not_declared'
        ) AS n_not_declared,
        -- K-12: more than 5 % of at least 400 signs of one source on one day looks like a day of entry. Results and
        -- exemptions do fall on one day.
        (
            SELECT count(*)
            FROM (
                SELECT source_code
                FROM stage_sign_days
                WHERE kind IN ('absence_report', 'leave', 'tmv_report')
                GROUP BY kind, source_code
                HAVING sum(n_rows) >= 400 AND max(n_rows) > 0.05 * sum(n_rows)
            )
        ) AS n_suspect_sources,
        -- Sources that fell silent: an earlier accepted delivery of this scope held rows of them, tonight's holds none.
        (SELECT count(*) FROM sources WHERE n_rows = 0 AND has_spoken) AS n_silent_sources,
        -- Sources that still speak, with less than half of the rows of the last accepted delivery (never judged below 20).
        (SELECT count(*) FROM sources WHERE n_rows > 0 AND n_rows_before >= 20 AND n_rows < 0.5 * n_rows_before)
            AS n_shrunk_sources,
        -- S-08 for traces: kinds that come in all year; a small source may well be quiet for so long.
        (
            SELECT count(*)
            FROM sources
            WHERE
                kind IN ('absence_report', 'leave', 'tmv_report')
                AND n_rows >= 20
                AND date_diff('day', newest_on, $reference_date)
                > CASE WHEN month($reference_date) BETWEEN 7 AND 9 THEN $stale_days_summer ELSE $stale_days END
        ) AS n_stale_sources
)

SELECT
    'traces' AS table_name,
    *,
    CASE WHEN n_quarantined < 20 THEN 0.0 ELSE n_quarantined / n_rows END AS quarantined_share
FROM counted
