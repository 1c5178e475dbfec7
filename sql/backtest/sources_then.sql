-- One row: what a night of this date would have had to go by: the lists of schools sent in the two months before it, and the reports of the
-- year before it. Lists by residence (duo) say nothing of who left.
SELECT
    CAST($reference_date AS DATE) AS month_on,
    (
        SELECT count(*) FROM stage_school_deliveries
        WHERE source <> 'duo' AND seen_on > $reference_date - 62
    ) AS n_lists,
    (
        SELECT coalesce(sum(n_rows), 0) > 0 FROM valid_sign_days
        WHERE CAST(event_on AS DATE) > $reference_date - 365
    ) AS has_traces
