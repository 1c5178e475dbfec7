-- One row: the measures of the persons files that register checks judge. A share stays 0 below 20 offending rows, so
-- that a few bad rows never stop a small municipality.
WITH counted AS (
    SELECT
        coalesce((SELECT sum(n_rows) FROM _stage_persons_counts), 0)
        + (SELECT count(*) FROM _stage_structural_faults WHERE table_name = 'persons') AS n_rows,
        (
            SELECT count(*) FROM stage_quarantine
            WHERE table_name = 'persons' AND reason_code NOT IN ('source_not_declared', 'retention_over')
        ) AS n_quarantined,
        (SELECT count(*) FROM stage_unreadable WHERE table_name = 'persons') AS n_unreadable_columns,
        (
            SELECT count(*) FROM stage_quarantine
            WHERE table_name = 'persons' AND reason_code = 'id_not_pseudonymised'
        ) AS n_not_pseudonymised,
        coalesce((SELECT sum(n_unknown_births) FROM _stage_persons_counts), 0) AS n_unknown_births,
        (SELECT count(*) FROM stage_duplicates) AS n_duplicates,
        (SELECT count(*) FROM stage_children) AS n_children,
        (SELECT n_rows FROM recall_measures WHERE table_name = 'persons') AS n_rows_before,
        coalesce((SELECT sum(n_confidential) FROM _stage_persons_counts), 0) AS n_confidential,
        (SELECT n_rows FROM recall_measures WHERE table_name = 'confidential') AS n_confidential_before
)

SELECT
    'persons' AS table_name,
    *,
    CASE WHEN n_quarantined < 20 THEN 0.0 ELSE n_quarantined / n_rows END AS quarantined_share,
    CASE WHEN n_duplicates < 20 THEN 0.0 ELSE n_duplicates / n_rows END AS duplicate_share,
    CASE WHEN n_unknown_births < 20 THEN 0.0 ELSE n_unknown_births / n_rows END AS unknown_birth_share,
    -- Against the last accepted delivery of the same scope.
    CASE WHEN n_rows_before >= 20 AND n_rows < n_rows_before THEN 1 - n_rows / n_rows_before ELSE 0.0 END AS shrunk_share,
    -- Whether secrecy fell by more than a fifth (at least 5 people) or to none; never how many people it is about.
    CASE
        WHEN n_confidential_before > 0 AND n_confidential = 0 THEN 1
        WHEN n_confidential_before - n_confidential >= 5 AND n_confidential < 0.8 * n_confidential_before THEN 1
        ELSE 0
    END AS n_secrecy_lost
FROM counted
