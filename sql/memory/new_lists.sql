-- Grain: one school list to be remembered that no file holds as it is: whose rows are written.
SELECT lists.*
FROM memory_lists AS lists
INNER JOIN memory_located AS located
    ON
        lists.source = located.source
        AND lists.school_id = located.school_id
        AND lists.seen_on = located.seen_on
WHERE located.file IS NULL
