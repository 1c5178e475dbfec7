-- Grain: one child with a departure in view and in scope that nobody was asked about: without a sign or a case of any kind, and
-- never drawn before. Left out is what a rule could not have spoken of yet (S-09) or what needs no look (S-02, S-03, S-07).
WITH eligible AS (
    SELECT
        departures.departure_id,
        departures.person_id,
        departures.departure_date,
        departures.municipality_code,
        departures.is_confidential AS is_sealed,
        row_number() OVER (
            PARTITION BY departures.person_id
            ORDER BY departures.departed_earliest_on DESC, departures.departure_id
        ) AS recency
    FROM facts_departures_in_view AS departures
    WHERE
        departures.municipality_code IS NOT NULL
        AND ($is_national OR departures.municipality_code IN (SELECT municipality_code FROM settings_scope))
        AND date_diff('day', departures.departed_latest_on, $reference_date) >= 30
        AND departures.departure_id NOT IN (SELECT departure_id FROM cases_s_02_registered_again)
        AND departures.departure_id NOT IN (SELECT departure_id FROM cases_s_03_open_inquiry)
        AND departures.departure_id NOT IN (SELECT departure_id FROM cases_s_07_no_duty_left)
        AND departures.person_id NOT IN (SELECT person_id FROM cases_found)
        AND departures.person_id NOT IN (SELECT person_id FROM recall_cases)
        AND departures.person_id NOT IN (SELECT person_id FROM recall_draws)
)

SELECT
    departure_id,
    person_id,
    departure_date,
    municipality_code,
    is_sealed
FROM eligible
WHERE recency = 1
