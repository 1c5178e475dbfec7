-- Grain: one row of residences to add to the staged ones, typed.
SELECT
    '.absence_residences' AS file,
    row_number() OVER (ORDER BY person_id, seq, address_from, departure_date, recorded_on, valid_from, municipality_code) AS line,
    person_id,
    CAST(seq AS INTEGER) AS seq,
    municipality_code,
    address_function,
    address_id,
    earliest_on(address_from) AS address_from_earliest_on,
    latest_on(address_from) AS address_from_latest_on,
    departure_date,
    earliest_on(departure_date) AS departure_earliest_on,
    latest_on(departure_date) AS departure_latest_on,
    is_destination_unknown = '1' AS is_destination_unknown,
    declared_by,
    earliest_on(valid_from) AS valid_from_earliest_on,
    latest_on(valid_from) AS valid_from_latest_on,
    earliest_on(recorded_on) AS recorded_earliest_on,
    latest_on(recorded_on) AS recorded_latest_on,
    is_under_inquiry = '1' AS is_under_inquiry,
    earliest_on(inquiry_from) AS inquiry_from_earliest_on,
    latest_on(inquiry_from) AS inquiry_from_latest_on,
    is_incorrect = '1' AS is_incorrect
FROM _absence_residences
WHERE
    person_id IN (SELECT person_id FROM stage_absent)
    AND person_id NOT IN (SELECT person_id FROM _stage_needed)
