-- One row: the measures of the traces files that register checks judge. A share stays 0 below 20 offending rows, so
-- that a few bad rows never stop a small municipality.
WITH counted AS (
    SELECT
        coalesce((SELECT sum(n_rows) FROM _stage_traces_counts), 0)
        + (SELECT count(*) FROM _stage_structural_faults WHERE table_name = 'traces') AS n_rows,
        (
            SELECT count(*) FROM stage_quarantine
            WHERE table_name = 'traces' AND reason_code NOT IN ('source_not_declared', 'retention_over')
        ) AS n_quarantined,
        (
            SELECT count(*) FROM stage_quarantine
            WHERE table_name = 'traces' AND reason_code = 'id_not_pseudonymised'
        ) AS n_not_pseudonymised,
        coalesce((SELECT sum(n_orphans) FROM _stage_traces_counts), 0) AS n_orphans,
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
        ) AS n_suspect_sources
)

SELECT
    'traces' AS table_name,
    *,
    CASE WHEN n_quarantined < 20 THEN 0.0 ELSE n_quarantined / n_rows END AS quarantined_share
FROM counted
