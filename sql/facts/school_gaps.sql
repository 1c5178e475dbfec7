-- Grain: one returned departure, with its longest run of school days without any enrolment.
-- Days lie in [V, return) and inside the compulsory window; July and August are taken out and the days around them
-- join. A child of whom no enrolment is known at any time has no gap: no list at all proves nothing.
WITH days AS (
    SELECT
        departures.departure_id,
        departures.person_id,
        calendar.day_on,
        row_number() OVER (PARTITION BY departures.departure_id ORDER BY calendar.day_on) AS day_number
    FROM facts_departures_in_view AS departures
    INNER JOIN facts_days AS calendar
        ON
            calendar.day_on >= departures.departed_latest_on
            AND calendar.day_on < departures.returned_earliest_on
            AND calendar.day_on >= departures.duty_from
            AND calendar.day_on < departures.duty_until
    WHERE
        departures.is_returned
        AND month(calendar.day_on) NOT IN (7, 8)
        AND EXISTS (SELECT 1 FROM facts_enrolment_states AS known WHERE known.person_id = departures.person_id)
),

uncovered AS (
    SELECT
        departure_id,
        day_on,
        day_number - row_number() OVER (PARTITION BY departure_id ORDER BY day_on) AS run_number
    FROM days
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM facts_enrolment_states AS enrolments
            WHERE
                enrolments.person_id = days.person_id
                AND enrolments.enrolled_on <= days.day_on
                AND days.day_on < enrolments.covered_until
        )
),

runs AS (
    SELECT departure_id, run_number, count(*) AS n_days
    FROM uncovered
    GROUP BY departure_id, run_number
)

SELECT
    departure_id,
    max(n_days) AS n_days
FROM runs
GROUP BY departure_id
