-- Grain: one departure row, with the number of the departure it belongs to (per person, higher = newer).
-- Departure rows without a Dutch row between them are one departure, and so are rows with the same date.
WITH numbered AS (
    SELECT
        *,
        count(*) FILTER (WHERE is_dutch) OVER (
            PARTITION BY person_id ORDER BY position DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS n_dutch_rows_before
    FROM facts_residences
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
    max(n_dutch_rows_before) OVER (PARTITION BY person_id, departure_date) AS departure_number
FROM numbered
WHERE is_departure
