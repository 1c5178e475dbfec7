-- Grain: one row of a school list that may be relied on.
SELECT rows.*
FROM valid_enrolments AS rows
ANTI JOIN watch_held AS held
    ON
        held.subject_kind = 'school'
        AND rows.source = held.source
        AND rows.school_id = held.subject
        AND rows.seen_on >= held.from_on
        AND rows.seen_on < held.until_on
