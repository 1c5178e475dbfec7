-- One row: the measures of the enrolments files that register checks judge. A share stays 0 below 20 offending rows, so
-- that a few bad rows never stop a small municipality.
WITH counted AS (
    SELECT
        coalesce((SELECT sum(n_rows) FROM _stage_enrolments_counts), 0)
        + (SELECT count(*) FROM _stage_structural_faults WHERE table_name = 'enrolments') AS n_rows,
        (
            SELECT count(*) FROM stage_quarantine
            WHERE table_name = 'enrolments' AND reason_code NOT IN ('source_not_declared', 'retention_over')
        ) AS n_quarantined,
        (SELECT count(*) FROM stage_unreadable WHERE table_name = 'enrolments') AS n_unreadable_columns,
        (
            SELECT count(*) FROM stage_quarantine
            WHERE table_name = 'enrolments' AND reason_code = 'id_not_pseudonymised'
        ) AS n_not_pseudonymised,
        (SELECT count(*) FROM _stage_sound_orphans WHERE table_name = 'enrolments') AS n_orphans,
        (SELECT count(*) FROM stage_school_deliveries WHERE recency = 1 AND is_stale AND NOT is_remembered) AS n_stale_schools,
        (SELECT count(*) FROM stage_school_deliveries WHERE recency = 1 AND is_shrunk AND NOT is_remembered) AS n_shrunk_schools,
        (SELECT count(*) FROM stage_silent_lists) AS n_silent_lists,
        (SELECT n_rows FROM recall_measures WHERE table_name = 'enrolments') AS n_rows_before
)

SELECT
    'enrolments' AS table_name,
    *,
    CASE WHEN n_quarantined < 20 THEN 0.0 ELSE n_quarantined / n_rows END AS quarantined_share,
    CASE WHEN n_orphans < 20 THEN 0.0 ELSE n_orphans / n_rows END AS orphan_share,
    -- Against the last accepted delivery of the same scope.
    CASE WHEN n_rows_before >= 20 AND n_rows < n_rows_before THEN 1 - n_rows / n_rows_before ELSE 0.0 END AS shrunk_share
FROM counted
