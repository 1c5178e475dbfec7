-- Grain: one departure in view and one school list after it that held the child as a pupil; `is_after_grace`: also after the grace of L-01.
-- Lists by residence (duo) are left out: they drop a child after a departure. Both hold for every possible departure date. `is_newest`: no
-- later list of the school lacks the child; a shrunken list lacks nobody. A list that a case rests on and that tonight's rows cannot tell of
-- counts as it did. `is_unreliable`: the newest list of the
-- school is stale or shrunken (S-08).
WITH newest AS (
    SELECT
        source,
        school_id,
        max(seen_on) FILTER (WHERE NOT is_shrunk) AS seen_on,
        bool_or(recency = 1 AND (is_stale OR is_shrunk)) AS is_unreliable
    FROM watch_school_deliveries
    GROUP BY source, school_id
),

held AS (
    SELECT rows.person_id, rows.source, rows.school_id, rows.seen_on, coalesce(rows.seen_on >= newest.seen_on, false) AS is_newest
    FROM watch_enrolments AS rows
    LEFT JOIN newest ON rows.source = newest.source AND rows.school_id = newest.school_id
    WHERE
        rows.source <> 'duo'
        AND rows.enrolled_on <= rows.seen_on
        AND (rows.withdrawn_on IS NULL OR rows.withdrawn_on > rows.seen_on)

    UNION ALL

    SELECT person_id, source, school_id, event_on AS seen_on, true AS is_newest
    FROM facts_remembered_enrolments
    WHERE kind = 'on_a_list'
)

SELECT
    departures.departure_id,
    held.source,
    held.school_id,
    held.seen_on,
    held.seen_on >= departures.departed_latest_on + kinds.grace_days AS is_after_grace,
    bool_or(held.is_newest) AS is_newest,
    coalesce(bool_or(newest.is_unreliable), false) AS is_unreliable
FROM facts_departures_in_view AS departures
INNER JOIN held ON departures.person_id = held.person_id
INNER JOIN settings_sign_kinds AS kinds ON kinds.kind = 'still_enrolled'
LEFT JOIN newest ON held.source = newest.source AND held.school_id = newest.school_id
WHERE
    held.seen_on <= $reference_date
    AND held.seen_on > departures.departed_latest_on
    AND held.seen_on >= departures.duty_from
    AND held.seen_on < departures.duty_until
    AND (NOT departures.is_returned OR held.seen_on < departures.returned_earliest_on)
GROUP BY ALL
