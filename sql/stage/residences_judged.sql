-- Every row of one file of residences, judged: the first column at fault, and whether it is of a child who may have left
-- or of a parent of one. An id is judged by its length where nobody needs the row, and to the letter where
-- somebody does; a person_id that is known was judged in persons. Only CASE stops early, so costly tests stand behind
-- ELSE: most rows repeat a date that was judged already.
WITH hinted AS (
    SELECT
        *,
        person_id IN (SELECT person_id FROM _stage_needed) AS is_needed
    FROM delivered_residences
)

SELECT
    *,
    CASE
        WHEN person_id IS NULL THEN 'person_id:value_missing'
        WHEN CASE WHEN is_known THEN false ELSE NOT is_id(person_id) END THEN 'person_id:' || id_fault(person_id)
        WHEN CASE WHEN seq IN ('0', '1', '2') THEN false ELSE NOT coalesce(is_small_number(seq), false) END
            THEN 'seq:number_malformed'
        WHEN NOT coalesce(is_code4(municipality_code), false) THEN 'municipality_code:code_unknown'
        WHEN address_function NOT IN ('W', 'B') THEN 'address_function:code_unknown'
        WHEN is_bad_id(address_id, is_needed) THEN 'address_id:' || id_fault(address_id)
        WHEN NOT is_register_date(address_from) THEN 'address_from:' || date_fault(address_from)
        WHEN NOT is_register_date(departure_date) THEN 'departure_date:' || date_fault(departure_date)
        WHEN is_destination_unknown NOT IN ('0', '1') THEN 'is_destination_unknown:code_unknown'
        WHEN
            CASE
                WHEN declared_by IN ('I', 'A', 'G') THEN false
                ELSE declared_by NOT IN ('P', 'K', 'O', 'M', 'H', 'B', 'T', 'W', '.')
            END
            THEN 'declared_by:code_unknown'
        WHEN CASE WHEN valid_from = address_from THEN false ELSE NOT is_register_date(valid_from) END
            THEN 'valid_from:' || date_fault(valid_from)
        WHEN CASE WHEN recorded_on = valid_from THEN false ELSE NOT is_register_date(recorded_on) END
            THEN 'recorded_on:' || date_fault(recorded_on)
        WHEN coalesce(is_under_inquiry, '') NOT IN ('0', '1') THEN 'is_under_inquiry:code_unknown'
        WHEN coalesce(is_incorrect, '') NOT IN ('0', '1') THEN 'is_incorrect:code_unknown'
        WHEN NOT is_register_date(inquiry_from) THEN 'inquiry_from:' || date_fault(inquiry_from)
    END AS fault
FROM hinted
