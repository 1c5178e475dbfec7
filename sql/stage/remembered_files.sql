-- Grain: one file of the enrolment memory that holds a school list that was not delivered again, with how many rows of such lists.
SELECT
    known.file,
    CAST(sum(known.n_remembered) AS BIGINT) AS n_rows
FROM recall_school_lists AS known
INNER JOIN stage_school_deliveries AS lists
    ON
        known.source = lists.source
        AND known.school_id = lists.school_id
        AND known.seen_on = lists.seen_on
WHERE lists.is_remembered
GROUP BY known.file
ORDER BY known.file
