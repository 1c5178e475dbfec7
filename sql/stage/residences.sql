-- Grain: one needed row of residences, typed. Incomplete dates become the interval of all days they may be.
SELECT
    delivered.file,
    lines.line,
    delivered.person_id,
    CAST(delivered.seq AS INTEGER) AS seq,
    delivered.municipality_code,
    delivered.address_function,
    delivered.address_id,
    earliest_on(delivered.address_from) AS address_from_earliest_on,
    latest_on(delivered.address_from) AS address_from_latest_on,
    delivered.departure_date,
    earliest_on(delivered.departure_date) AS departure_earliest_on,
    latest_on(delivered.departure_date) AS departure_latest_on,
    delivered.is_destination_unknown = '1' AS is_destination_unknown,
    delivered.declared_by,
    earliest_on(delivered.valid_from) AS valid_from_earliest_on,
    latest_on(delivered.valid_from) AS valid_from_latest_on,
    earliest_on(delivered.recorded_on) AS recorded_earliest_on,
    latest_on(delivered.recorded_on) AS recorded_latest_on,
    delivered.is_under_inquiry = '1' AS is_under_inquiry,
    earliest_on(delivered.inquiry_from) AS inquiry_from_earliest_on,
    latest_on(delivered.inquiry_from) AS inquiry_from_latest_on,
    delivered.is_incorrect = '1' AS is_incorrect
FROM _stage_residence_rows AS delivered
INNER JOIN _stage_lines AS lines ON delivered.file = lines.file AND delivered.row_no = lines.row_no
