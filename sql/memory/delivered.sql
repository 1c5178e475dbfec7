-- Grain: one row of tonight's school lists about a person of compulsory age, of the last two lists of a school, or about a
-- child of whom older lists are remembered too.
SELECT
    id_of(rows.person_key, rows.person_id) AS person_id,
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
ANTI JOIN stage_faulty_rows AS faulty ON rows.file = faulty.file AND rows.row_no = faulty.row_no
WHERE
    rows.person_key IN (SELECT person_key FROM memory_persons WHERE is_young)
    AND (lists.recency <= 2 OR rows.person_key IN (SELECT person_key FROM memory_kept))
