-- Grain: one school list of which rows are remembered from tonight on, with the file that holds the very same rows of it; none when
-- they are to be written.
SELECT
    tonight.source,
    tonight.school_id,
    tonight.seen_on,
    tonight.n_rows,
    tonight.n_remembered,
    tonight.fingerprint,
    known.file
FROM memory_counted AS tonight
LEFT JOIN recall_school_lists AS known
    ON
        tonight.source = known.source
        AND tonight.school_id = known.school_id
        AND tonight.seen_on = known.seen_on
        AND tonight.n_rows = known.n_rows
        AND tonight.n_remembered = known.n_remembered
        AND tonight.fingerprint = known.fingerprint
