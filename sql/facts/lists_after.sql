-- Grain: one departure in view and one school list after it that held the child as a pupil; `is_after_grace`: also after the grace of L-01.
-- Lists by residence (duo) are left out: they drop a child after a departure. Both hold for every possible departure date. `is_newest`: no
-- later list of the school lacks the child; a shrunken list, or one of which a row of the child was set aside, lacks nobody.
WITH newest AS (
    SELECT
        source,
        school_id,
        max(seen_on) FILTER (WHERE NOT is_shrunk) AS seen_on,
        max(seen_on) FILTER (WHERE NOT is_shrunk AND recency > 1) AS seen_before_on
    FROM valid_school_deliveries
    GROUP BY source, school_id
)

SELECT DISTINCT
    departures.departure_id,
    held.source,
    held.school_id,
    held.seen_on,
    held.seen_on >= departures.departed_latest_on + kinds.grace_days AS is_after_grace,
    coalesce(
        held.seen_on >= CASE WHEN silent.person_id IS NULL THEN newest.seen_on ELSE newest.seen_before_on END, false
    ) AS is_newest
FROM facts_departures_in_view AS departures
INNER JOIN valid_enrolments AS held ON departures.person_id = held.person_id
INNER JOIN settings_sign_kinds AS kinds ON kinds.kind = 'still_enrolled'
LEFT JOIN newest ON held.source = newest.source AND held.school_id = newest.school_id
LEFT JOIN (SELECT DISTINCT person_id FROM valid_set_aside WHERE table_name = 'enrolments') AS silent
    ON departures.person_id = silent.person_id
WHERE
    held.source <> 'duo'
    AND held.enrolled_on <= held.seen_on
    AND (held.withdrawn_on IS NULL OR held.withdrawn_on > held.seen_on)
    AND held.seen_on <= $reference_date
    AND held.seen_on > departures.departed_latest_on
    AND held.seen_on >= departures.duty_from
    AND held.seen_on < departures.duty_until
    AND (NOT departures.is_returned OR held.seen_on < departures.returned_earliest_on)
