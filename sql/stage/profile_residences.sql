-- One row: the measures of the residences files that register checks judge. A share stays 0 below 20 offending rows, so
-- that a few bad rows never stop a small municipality.
WITH counted AS (
    SELECT
        coalesce((SELECT sum(n_rows) FROM _stage_residences_counts), 0)
        + (SELECT count(*) FROM _stage_structural_faults WHERE table_name = 'residences') AS n_rows,
        (
            SELECT count(*) FROM stage_quarantine
            WHERE table_name = 'residences' AND reason_code NOT IN ('source_not_declared', 'retention_over')
        ) AS n_quarantined,
        (SELECT count(*) FROM stage_unreadable WHERE table_name = 'residences') AS n_unreadable_columns,
        (
            SELECT count(*) FROM stage_quarantine
            WHERE table_name = 'residences' AND reason_code = 'id_not_pseudonymised'
        ) AS n_not_pseudonymised,
        (SELECT count(*) FROM _stage_sound_orphans WHERE table_name = 'residences') AS n_orphans,
        date_diff(
            'day',
            coalesce((SELECT latest_on(max(newest_recorded)) FROM _stage_residences_counts), DATE '0001-01-01'),
            $reference_date
        ) AS newest_age_days,
        coalesce((SELECT sum(n_under_inquiry) FROM _stage_residences_counts), 0) AS n_under_inquiry,
        coalesce((SELECT sum(n_incorrect) FROM _stage_residences_counts), 0) AS n_incorrect,
        (SELECT n_rows FROM recall_measures WHERE table_name = 'residences') AS n_rows_before,
        -- Children who left within the look-back. To the day, so that a new year takes nobody away.
        (
            SELECT count(DISTINCT person_id)
            FROM stage_residences
            WHERE
                departure_earliest_on >= $look_back_from
                AND departure_latest_on <= $reference_date
                AND NOT is_incorrect
                AND person_id IN (SELECT person_id FROM stage_children)
        ) AS n_departed,
        (SELECT n_rows FROM recall_measures WHERE table_name = 'departed') AS n_departed_before
)

SELECT
    'residences' AS table_name,
    *,
    CASE WHEN n_quarantined < 20 THEN 0.0 ELSE n_quarantined / n_rows END AS quarantined_share,
    CASE WHEN n_orphans < 20 THEN 0.0 ELSE n_orphans / n_rows END AS orphan_share,
    -- Against the last accepted delivery of the same scope.
    CASE WHEN n_rows_before >= 20 AND n_rows < n_rows_before THEN 1 - n_rows / n_rows_before ELSE 0.0 END AS shrunk_share,
    -- Whether the children who left fell by more than a fifth (at least 5).
    CASE WHEN n_departed_before - n_departed >= 5 AND n_departed < 0.8 * n_departed_before THEN 1 ELSE 0 END AS n_departures_lost
FROM counted
