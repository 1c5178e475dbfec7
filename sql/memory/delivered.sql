-- Grain: one row of tonight's school lists about a person of compulsory age, of the last two lists of a school, or about a
-- child of whom older lists are remembered too.
SELECT
    rows.person_id,
    rows.school_id,
    rows.education_type,
    CAST(rows.enrolled_on AS DATE) AS enrolled_on,
    CAST(rows.withdrawn_on AS DATE) AS withdrawn_on,
    rows.source,
    lists.seen_on,
    lists.n_rows
FROM delivered_enrolments AS rows
INNER JOIN memory_lists AS lists
    ON
        rows.source = lists.source
        AND rows.school_id = lists.school_id
        AND rows.seen_on = CAST(lists.seen_on AS VARCHAR)
WHERE
    rows.is_young
    AND is_iso_date(rows.enrolled_on)
    AND rows.enrolled_on IS NOT NULL
    AND coalesce(is_iso_date(rows.withdrawn_on), true)
    AND rows.education_type IN ('PO', 'SBO', 'SO', 'VSO', 'VO', 'MBO', 'OTHER')
    AND (lists.recency <= 2 OR rows.person_id IN (SELECT person_id FROM memory_kept))
