-- Grain: one sign of one case, with what makes it the same sign on another night.
SELECT
    numbers.case_id,
    signs.* EXCLUDE (departure_id)
FROM cases_keyed_signs AS signs
INNER JOIN cases_numbers AS numbers ON signs.departure_id = numbers.departure_id
