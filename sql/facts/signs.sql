-- Grain: one dated sign of life of a child with a departure in view, whether or not any rule counts it.
-- Signs lie inside the compulsory window, not after the reference date, and before the child came back. Kind, source,
-- weight (`is_active`) and grace are said here once; rules read them and never each other.
WITH events AS (
    SELECT
        person_id,
        'new_enrolment' AS kind,
        source,
        enrolled_on AS event_on,
        enrolled_on,
        CAST(NULL AS DATE) AS seen_before_on,
        school_id,
        false AS is_unreliable
    FROM facts_spells
    -- No-show guard: still there two weeks after the start.
    WHERE seen_on >= enrolled_on + 14 AND (withdrawn_on IS NULL OR withdrawn_on > enrolled_on + 14)

    UNION ALL

    SELECT
        person_id,
        'still_enrolled' AS kind,
        source,
        seen_on AS event_on,
        enrolled_on,
        seen_before_on,
        school_id,
        is_unreliable
    FROM facts_still_enrolled

    UNION ALL

    SELECT
        person_id,
        kind,
        source,
        event_on,
        enrolled_on,
        seen_before_on,
        school_id,
        is_unreliable
    FROM facts_remembered_enrolments

    UNION ALL

    SELECT
        person_id,
        kind,
        source_code AS source,
        event_on,
        CAST(NULL AS DATE) AS enrolled_on,
        CAST(NULL AS DATE) AS seen_before_on,
        CAST(NULL AS VARCHAR) AS school_id,
        false AS is_unreliable
    FROM facts_traces
)

SELECT
    departures.departure_id,
    events.kind,
    events.source,
    events.event_on,
    events.enrolled_on,
    events.seen_before_on,
    events.school_id,
    events.is_unreliable,
    kinds.is_active,
    kinds.grace_days,
    departures.departed_latest_on + kinds.grace_days AS counts_from
FROM facts_departures_in_view AS departures
INNER JOIN events ON departures.person_id = events.person_id
INNER JOIN settings_sign_kinds AS kinds ON events.kind = kinds.kind
WHERE
    events.event_on <= $reference_date
    AND events.event_on >= departures.duty_from
    AND events.event_on < departures.duty_until
    AND (NOT departures.is_returned OR events.event_on < departures.returned_earliest_on)
    -- S-09: too short ago, nothing can be said yet.
    AND $reference_date >= departures.departed_latest_on + kinds.too_recent_days
