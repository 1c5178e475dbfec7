-- Grain: one row that the enrolment memory holds of a school list that was not delivered again; it stands for the list that really
-- held it. Its `person_id` is a UUID, as in the memory.
SELECT earlier.*
FROM _stage_recalled AS earlier
INNER JOIN stage_school_deliveries AS lists
    ON
        earlier.source = lists.source
        AND earlier.school_id = lists.school_id
        AND earlier.seen_on = lists.seen_on
WHERE lists.is_remembered
