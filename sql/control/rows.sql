-- Grain: one drawn departure that waits for a decision and is shown for it: its child never was on a list, it lies in the municipality
-- and on the side of secrecy that it was drawn in, and was drawn no longer ago than a case may wait. A sign that is too weak, comes, goes
-- or is suppressed takes nothing off the sample: what is drawn is looked at, or what nobody looks at would tell who was right.
WITH drawn AS (
    SELECT
        draws.case_id,
        draws.person_id,
        draws.departure_date,
        draws.municipality_code,
        draws.is_sealed,
        draws.n_drawn,
        draws.n_frame,
        draws.stratum,
        draws.drawn_on
    FROM recall_draws AS draws

    UNION ALL

    SELECT
        case_id,
        person_id,
        departure_date,
        municipality_code,
        is_sealed,
        n_drawn,
        n_frame,
        stratum,
        CAST($reference_date AS DATE) AS drawn_on
    FROM control_drawn
),

decided AS (
    SELECT DISTINCT
        case_id,
        outcome_code,
        decided_on
    FROM recall_decisions
)

SELECT
    drawn.case_id,
    drawn.municipality_code,
    drawn.is_sealed,
    drawn.n_drawn,
    drawn.n_frame,
    drawn.stratum,
    drawn.drawn_on,
    departures.person_id,
    departures.departed_earliest_on AS departed_on,
    departures.departed_latest_on,
    CASE
        WHEN departures.recorded_earliest_on > DATE '0001-01-01' THEN departures.recorded_earliest_on
    END AS recorded_on,
    departures.is_destination_unknown,
    departures.is_ex_officio,
    decided.outcome_code,
    decided.decided_on
FROM drawn
INNER JOIN facts_departures_in_view AS departures
    ON drawn.person_id = departures.person_id AND drawn.departure_date = departures.departure_date
LEFT JOIN decided ON drawn.case_id = decided.case_id
LEFT JOIN cases_terms AS terms ON decided.outcome_code = terms.outcome_code
WHERE
    departures.municipality_code = drawn.municipality_code
    AND departures.is_confidential = drawn.is_sealed
    AND NOT departures.is_returned
    AND departures.person_id NOT IN (
        SELECT person_id
        FROM cases_outcomes
        WHERE kind = 'departure' AND status IN ('new', 'ongoing', 'changed')
    )
    AND departures.person_id NOT IN (SELECT person_id FROM recall_cases WHERE kind = 'departure' AND was_listed)
    AND ($is_national OR departures.municipality_code IN (SELECT municipality_code FROM settings_scope))
    AND date_diff('day', drawn.drawn_on, $reference_date) < $lapse_days
    AND (decided.outcome_code IS NULL OR coalesce(terms.is_waiting, false))
