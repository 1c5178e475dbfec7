-- Grain: one child with a departure in view and in scope that nobody was asked about, never drawn before, with the stratum that it is drawn
-- in: without a sign or a case of any kind (`no_sign`), or with a case that is too weak to ask about and never was on a list (`weak`).
-- Left out is what a rule could not have spoken of yet (S-09) or what needs no look (S-02, S-03, S-07; they keep a case from being weak).
WITH departures AS (
    SELECT *
    FROM facts_departures_in_view
    WHERE
        municipality_code IS NOT NULL
        AND ($is_national OR municipality_code IN (SELECT municipality_code FROM settings_scope))
        AND date_diff('day', departed_latest_on, $reference_date) >= 30
        AND person_id NOT IN (SELECT person_id FROM recall_draws)
),

eligible AS (
    SELECT
        departures.departure_id,
        'no_sign' AS stratum,
        CAST(NULL AS VARCHAR) AS case_id
    FROM departures
    WHERE
        departures.departure_id NOT IN (SELECT departure_id FROM cases_s_02_registered_again)
        AND departures.departure_id NOT IN (SELECT departure_id FROM cases_s_03_open_inquiry)
        AND departures.departure_id NOT IN (SELECT departure_id FROM cases_s_07_no_duty_left)
        AND departures.person_id NOT IN (SELECT person_id FROM cases_found)
        AND departures.person_id NOT IN (SELECT person_id FROM recall_cases WHERE kind = 'departure')

    UNION ALL

    SELECT
        weak.departure_id,
        'weak' AS stratum,
        numbers.case_id
    FROM cases_current AS weak
    INNER JOIN cases_numbers AS numbers ON weak.departure_id = numbers.departure_id
    WHERE
        weak.status = 'weak'
        AND weak.outcome_code IS NULL
        -- The child is on no list for another departure, and never was.
        AND weak.person_id NOT IN (
            SELECT person_id
            FROM cases_outcomes
            WHERE kind = 'departure' AND status IN ('new', 'ongoing', 'changed', 'suppressed')
        )
        AND weak.person_id NOT IN (SELECT person_id FROM recall_cases WHERE kind = 'departure' AND was_listed)
),

newest AS (
    SELECT
        departures.*,
        eligible.stratum,
        eligible.case_id,
        row_number() OVER (
            PARTITION BY departures.person_id
            ORDER BY departures.departed_earliest_on DESC, departures.departure_id
        ) AS recency
    FROM departures
    INNER JOIN eligible ON departures.departure_id = eligible.departure_id
)

SELECT
    departure_id,
    case_id,
    person_id,
    departure_date,
    municipality_code,
    is_confidential AS is_sealed,
    stratum
FROM newest
WHERE recency = 1
