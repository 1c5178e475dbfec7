-- Grain: one departure in view of a child that no school list holds any more, with the last enrolment that one held: since when it has
-- ended (`withdrawn_on`, as the school tells it), or from which list on the child is missing while the school delivers (`missing_on`).
-- A child with a pupil's row on the newest list of any school has left none.
WITH held AS (
    SELECT
        person_id,
        source,
        school_id,
        enrolled_on,
        -- A withdrawal of after the reference date is none yet.
        CASE WHEN withdrawn_on <= $reference_date THEN withdrawn_on END AS withdrawn_on,
        seen_on
    FROM watch_enrolments
    WHERE source <> 'duo' AND enrolled_on <= seen_on
),

last_rows AS (
    SELECT
        held.person_id,
        held.source,
        held.school_id,
        held.enrolled_on,
        held.withdrawn_on,
        held.seen_on,
        row_number() OVER (
            PARTITION BY held.person_id, held.source, held.school_id
            ORDER BY held.seen_on DESC, held.withdrawn_on DESC NULLS FIRST, held.enrolled_on DESC
        ) AS recency
    FROM held
),

newest AS (
    SELECT source, school_id, max(seen_on) AS seen_on
    FROM watch_school_deliveries
    WHERE NOT is_shrunk
    GROUP BY source, school_id
),

-- How each school stands to the child, as its newest list tells; a shrunken list tells nothing.
schools AS (
    SELECT
        last_rows.person_id,
        last_rows.source,
        last_rows.school_id,
        last_rows.enrolled_on,
        last_rows.withdrawn_on,
        lists.seen_on AS missing_on
    FROM last_rows
    LEFT JOIN newest AS lists
        ON
            last_rows.source = lists.source
            AND last_rows.school_id = lists.school_id
            AND last_rows.seen_on < lists.seen_on
    WHERE last_rows.recency = 1
),

ranked AS (
    SELECT
        *,
        bool_and(coalesce(withdrawn_on, missing_on) IS NOT NULL) OVER (PARTITION BY person_id) AS has_left_all,
        -- Of two that ended on one day the one that the school told of; the name of a school decides nothing that weighs.
        row_number() OVER (
            PARTITION BY person_id
            ORDER BY
                coalesce(withdrawn_on, missing_on) DESC,
                enrolled_on DESC,
                withdrawn_on IS NULL,
                school_id,
                source
        ) AS preference
    FROM schools
)

SELECT
    departures.departure_id,
    ranked.source,
    ranked.school_id,
    ranked.enrolled_on,
    ranked.withdrawn_on,
    CASE WHEN ranked.withdrawn_on IS NULL THEN ranked.missing_on END AS missing_on
FROM facts_departures_in_view AS departures
INNER JOIN ranked ON departures.person_id = ranked.person_id
WHERE
    ranked.has_left_all
    AND ranked.preference = 1
    AND NOT departures.is_returned
    AND departures.departure_id NOT IN (SELECT departure_id FROM facts_silent_pupils)
