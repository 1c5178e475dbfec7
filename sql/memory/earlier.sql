-- Grain: one remembered row of a school list that was not delivered again tonight.
SELECT
    key_of_id(earlier.person_id) AS person_key,
    earlier.*,
    lists.recency
FROM stage_remembered AS earlier
INNER JOIN memory_lists AS lists
    ON
        earlier.source = lists.source
        AND earlier.school_id = lists.school_id
        AND earlier.seen_on = lists.seen_on
