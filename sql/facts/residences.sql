-- Grain: one residence row that counts at the reference date.
-- Incorrect rows and rows dated certainly after the reference date are skipped everywhere.
-- `position` is the order of the history, 0 = newest; it is unique even where a delivery repeats a seq.
WITH counted AS (
    SELECT
        *,
        departure_date IS NOT NULL AS is_departure,
        address_function IS NOT NULL AND departure_date IS NULL AS is_dutch
    FROM valid_residences
    WHERE
        NOT is_incorrect
        AND coalesce(valid_from_earliest_on, DATE '0001-01-01') <= $reference_date
        AND coalesce(recorded_earliest_on, DATE '0001-01-01') <= $reference_date
        AND coalesce(address_from_earliest_on, DATE '0001-01-01') <= $reference_date
        AND coalesce(departure_earliest_on, DATE '0001-01-01') <= $reference_date
)

SELECT
    person_id,
    municipality_code,
    departure_date,
    departure_earliest_on,
    departure_latest_on,
    is_destination_unknown,
    declared_by,
    recorded_earliest_on,
    address_from_earliest_on,
    address_from_latest_on,
    valid_from_earliest_on,
    valid_from_latest_on,
    is_under_inquiry,
    inquiry_from_earliest_on,
    is_departure,
    is_dutch,
    row_number() OVER (
        PARTITION BY person_id
        ORDER BY
            seq,
            recorded_earliest_on DESC NULLS LAST,
            valid_from_earliest_on DESC NULLS LAST,
            address_from_earliest_on DESC NULLS LAST,
            departure_date DESC NULLS LAST,
            municipality_code,
            address_function,
            address_id,
            declared_by,
            is_destination_unknown,
            is_under_inquiry
    ) - 1 AS position
FROM counted
