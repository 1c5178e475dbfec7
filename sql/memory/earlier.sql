-- Grain: one remembered row of a school list that was not delivered again tonight.
SELECT earlier.*, lists.recency
FROM recall_enrolments AS earlier
INNER JOIN memory_lists AS lists
    ON
        earlier.source = lists.source
        AND earlier.school_id = lists.school_id
        AND earlier.seen_on = lists.seen_on
WHERE lists.is_remembered
