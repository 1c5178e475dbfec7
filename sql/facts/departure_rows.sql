-- Grain: one departure row, with the number of the departure it belongs to (per person, higher = newer).
-- Departure rows without a Dutch row between them are one departure, and so are rows with the same date; the number
-- is that of the newest of them, passed on from date to stay and back.
WITH numbered AS (
    SELECT
        *,
        count(*) FILTER (WHERE is_dutch) OVER (
            PARTITION BY person_id ORDER BY position DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS n_dutch_rows_before
    FROM facts_residences
),

same_date AS (
    SELECT
        *,
        max(n_dutch_rows_before) OVER (PARTITION BY person_id, departure_date) AS newest_of_date
    FROM numbered
    WHERE is_departure
),

same_stay AS (
    SELECT
        *,
        max(newest_of_date) OVER (PARTITION BY person_id, n_dutch_rows_before) AS newest_of_stay
    FROM same_date
)

SELECT
    person_id,
    position,
    departure_date,
    departure_earliest_on,
    departure_latest_on,
    recorded_earliest_on,
    declared_by,
    is_destination_unknown,
    municipality_code,
    max(newest_of_stay) OVER (PARTITION BY person_id, departure_date) AS departure_number
FROM same_stay
