-- Grain: one row of a school list to remember, as a school list really held it: tonight's, and what was remembered of lists
-- that were not delivered again. Who is too old for the compulsory ages is forgotten.
SELECT *
FROM memory_delivered

UNION ALL

SELECT
    earlier.person_id,
    earlier.school_id,
    earlier.education_type,
    earlier.enrolled_on,
    earlier.withdrawn_on,
    earlier.source,
    earlier.seen_on,
    earlier.n_rows
FROM recall_enrolments AS earlier
INNER JOIN memory_lists AS lists
    ON
        earlier.source = lists.source
        AND earlier.school_id = lists.school_id
        AND earlier.seen_on = lists.seen_on
WHERE
    lists.is_remembered
    AND earlier.person_id NOT IN (SELECT person_id FROM memory_persons WHERE NOT is_young)
    AND (lists.recency <= 2 OR earlier.person_id IN (SELECT person_id FROM memory_kept))
