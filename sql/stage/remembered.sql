-- Grain: one row that the enrolment memory holds of a school list that was not delivered again; it stands for the list that really
-- held it.
SELECT earlier.*
FROM recall_enrolments AS earlier
INNER JOIN stage_school_deliveries AS lists
    ON
        earlier.source = lists.source
        AND earlier.school_id = lists.school_id
        AND earlier.seen_on = lists.seen_on
WHERE lists.is_remembered
