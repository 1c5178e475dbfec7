-- Grain: one departure in view that the ledger knows, with the number of its case.
-- A departure is known by person and date as delivered. Where the date of a case is no longer delivered, the date was
-- corrected: the case goes on with the nearest other departure of the same person, at most half a year away.
WITH exact AS (
    SELECT
        departures.departure_id,
        aliases.case_id,
        row_number() OVER (PARTITION BY aliases.case_id ORDER BY aliases.run_no DESC, aliases.departure_date) AS preference
    FROM facts_departures_in_view AS departures
    INNER JOIN recall_aliases AS aliases
        ON departures.person_id = aliases.person_id AND departures.departure_date = aliases.departure_date
),

vanished AS (
    SELECT cases.*
    FROM recall_cases AS cases
    WHERE
        cases.kind = 'departure'
        AND NOT EXISTS (
            SELECT 1
            FROM recall_aliases AS aliases
            INNER JOIN facts_departures AS departures
                ON aliases.person_id = departures.person_id AND aliases.departure_date = departures.departure_date
            WHERE aliases.case_id = cases.case_id
        )
),

corrected AS (
    SELECT
        vanished.case_id,
        departures.departure_id,
        row_number() OVER (
            PARTITION BY vanished.case_id
            ORDER BY
                abs(date_diff('day', vanished.departed_earliest_on, departures.departed_earliest_on)),
                departures.departure_id
        ) AS preference_of_case,
        row_number() OVER (
            PARTITION BY departures.departure_id
            ORDER BY
                abs(date_diff('day', vanished.departed_earliest_on, departures.departed_earliest_on)),
                vanished.case_id
        ) AS preference_of_departure
    FROM vanished
    INNER JOIN facts_departures_in_view AS departures ON vanished.person_id = departures.person_id
    WHERE
        departures.departure_id NOT IN (SELECT departure_id FROM exact)
        AND abs(date_diff('day', vanished.departed_earliest_on, departures.departed_earliest_on)) <= 183
)

SELECT
    departure_id,
    case_id
FROM exact
WHERE preference = 1

UNION ALL

SELECT
    departure_id,
    case_id
FROM corrected
WHERE preference_of_case = 1 AND preference_of_departure = 1
