-- Grain: one returned departure with a school day that no enrolment covers, and its longest run of such days.
-- Days lie in [V, return) and inside the compulsory window; July and August are taken out and the days around them
-- join. A child of whom no enrolment is known at any time has no gap: no list at all proves nothing.
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

-- A gap ends where something covers again, and at the end of the absence; it begins where all before have ended.
ends AS (
    SELECT departure_id, from_number AS ends_at, until_number AS covered_to
    FROM counted
    WHERE NOT is_absence
    UNION ALL
    SELECT departure_id, until_number AS ends_at, until_number AS covered_to
    FROM counted
    WHERE is_absence
),

gaps AS (
    SELECT
        ends.departure_id,
        ends.ends_at - coalesce(
            max(ends.covered_to) OVER (
                PARTITION BY ends.departure_id
                ORDER BY ends.ends_at, ends.covered_to ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ),
            absence.from_number
        ) AS n_days
    FROM ends
    INNER JOIN counted AS absence ON ends.departure_id = absence.departure_id AND absence.is_absence
)

SELECT
    departure_id,
    max(n_days) AS n_days
FROM gaps
WHERE n_days > 0
GROUP BY departure_id
