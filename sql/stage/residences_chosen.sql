-- Grain: one row of residences that is at fault or needed, as delivered.
SELECT
    $file_name AS file,
    row_no,
    fault,
    person_id,
    seq,
    municipality_code,
    address_function,
    address_id,
    address_from,
    departure_date,
    is_destination_unknown,
    declared_by,
    valid_from,
    recorded_on,
    is_under_inquiry,
    is_incorrect,
    inquiry_from
FROM _stage_judged
WHERE fault IS NOT NULL OR is_needed
