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
FROM memory_earlier AS earlier
WHERE
    NOT coalesce(earlier.person_key IN (SELECT person_key FROM memory_persons WHERE NOT is_young), false)
    AND (earlier.recency <= 2 OR earlier.person_key IN (SELECT person_key FROM memory_kept))
