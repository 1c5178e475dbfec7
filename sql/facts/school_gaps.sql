-- Grain: one returned departure, with its longest run of school days that no enrolment covers.
-- Days lie in [V, return) and inside the compulsory window; July and August are taken out and the days around them
-- join. A child of whom no enrolment is known at any time has no gap: no list at all proves nothing. While an enrolment of the child of
-- a case is set aside, the gap is the one that was known.
WITH absences AS (
    SELECT
        departures.departure_id,
        departures.person_id,
        greatest(departures.departed_latest_on, departures.duty_from) AS from_on,
        least(departures.returned_earliest_on, departures.duty_until) AS until_on
    FROM facts_departures_in_view AS departures
    WHERE
        departures.is_returned
        AND EXISTS (SELECT 1 FROM facts_enrolment_states AS known WHERE known.person_id = departures.person_id)
),

-- The absence itself and what enrolments cover of it.
stretches AS (
    SELECT departure_id, true AS is_absence, from_on, until_on
    FROM absences
    UNION ALL
    SELECT
        absences.departure_id,
        false AS is_absence,
        greatest(enrolments.enrolled_on, absences.from_on) AS from_on,
        least(enrolments.covered_until, absences.until_on) AS until_on
    FROM absences
    INNER JOIN facts_enrolment_states AS enrolments ON absences.person_id = enrolments.person_id
),

-- Counted in school days; a stretch that lies wholly in July and August has none.
counted AS (
    SELECT
        stretches.departure_id,
        stretches.is_absence,
        first_day.n_school_days_before AS from_number,
        last_day.n_school_days_before AS until_number
    FROM stretches
    INNER JOIN facts_days AS first_day ON stretches.from_on = first_day.day_on
    INNER JOIN facts_days AS last_day ON stretches.until_on = last_day.day_on
    WHERE first_day.n_school_days_before < last_day.n_school_days_before
),

-- An absence begins and ends where nothing more is covered.
covered AS (
    SELECT
        departure_id,
        from_number,
        CASE WHEN is_absence THEN from_number ELSE until_number END AS until_number
    FROM counted
    UNION ALL
    SELECT departure_id, until_number AS from_number, until_number
    FROM counted
),

-- A gap reaches from where everything before has ended to where something covers again.
gaps AS (
    SELECT
        departure_id,
        from_number - max(until_number) OVER (
            PARTITION BY departure_id ORDER BY from_number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS n_days
    FROM covered
),

told AS (
    SELECT departure_id, max(n_days) AS n_days
    FROM gaps
    GROUP BY departure_id
),

known AS (
    SELECT
        departures.departure_id,
        CAST(max_by(remembered.facts ->> 'gap_days', cases.departed_earliest_on) AS BIGINT) AS n_days
    FROM facts_departures_in_view AS departures
    INNER JOIN recall_cases AS cases
        ON
            departures.person_id = cases.person_id
            AND abs(date_diff('day', departures.departed_earliest_on, cases.departed_earliest_on)) <= 183
    INNER JOIN recall_facts AS remembered ON cases.case_id = remembered.case_id
    WHERE
        cases.kind = 'departure'
        AND departures.person_id IN (SELECT person_id FROM valid_set_aside WHERE table_name = 'enrolments')
    GROUP BY departures.departure_id
)

SELECT
    coalesce(known.departure_id, told.departure_id) AS departure_id,
    CASE WHEN known.departure_id IS NULL THEN told.n_days ELSE known.n_days END AS n_days
FROM told
FULL OUTER JOIN known ON told.departure_id = known.departure_id
