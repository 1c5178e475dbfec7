-- Grain: one school delivery that may be relied on: a list that the watch holds is passed over as if it had not come, so that the one
-- before it is the newest.
SELECT
    lists.* EXCLUDE (recency),
    row_number() OVER (PARTITION BY lists.source, lists.school_id ORDER BY lists.seen_on DESC) AS recency
FROM valid_school_deliveries AS lists
ANTI JOIN watch_held AS held
    ON
        held.subject_kind = 'school'
        AND lists.source = held.source
        AND lists.school_id = held.subject
        AND lists.seen_on >= held.from_on
        AND lists.seen_on < held.until_on
