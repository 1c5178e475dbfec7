-- Grain: one row of residences of somebody who may be a child on no school list, as delivered, and whether it can be typed.
SELECT
    *,
    coalesce(
        is_small_number(seq)
        AND is_code4(municipality_code)
        AND coalesce(address_function IN ('W', 'B'), true)
        AND NOT is_bad_id(address_id, true)
        AND coalesce(is_register_date(address_from), true)
        AND coalesce(is_register_date(departure_date), true)
        AND coalesce(is_destination_unknown IN ('0', '1'), true)
        AND coalesce(declared_by IN ('I', 'A', 'G', 'P', 'K', 'O', 'M', 'H', 'B', 'T', 'W', '.'), true)
        AND coalesce(is_register_date(valid_from), true)
        AND coalesce(is_register_date(recorded_on), true)
        AND is_under_inquiry IN ('0', '1')
        AND is_incorrect IN ('0', '1')
        AND coalesce(is_register_date(inquiry_from), true),
        false
    ) AS is_readable
FROM delivered_residences
WHERE person_id IN (SELECT person_id FROM _absence_persons)
