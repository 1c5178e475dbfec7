-- One pass over one file of residences: every row judged and counted, and who left within the look-back.
-- The hint is deliberately too wide (whole years, all ages, incorrect rows too): facts decide what is in view.
WITH judged AS (
    SELECT
        *,
        CASE
            WHEN person_id IS NULL THEN 'person_id:value_missing'
            WHEN NOT is_id(person_id) THEN 'person_id:' || id_fault(person_id)
            WHEN NOT coalesce(regexp_full_match(seq, '[0-9]{1,5}'), false) THEN 'seq:number_malformed'
            WHEN NOT coalesce(regexp_full_match(municipality_code, '[0-9]{4}'), false)
                THEN 'municipality_code:code_unknown'
            WHEN address_function NOT IN ('W', 'B') THEN 'address_function:code_unknown'
            WHEN NOT is_id(address_id) THEN 'address_id:' || id_fault(address_id)
            WHEN NOT is_register_date(address_from) THEN 'address_from:' || date_fault(address_from)
            WHEN NOT is_register_date(departure_date) THEN 'departure_date:' || date_fault(departure_date)
            WHEN is_destination_unknown NOT IN ('0', '1') THEN 'is_destination_unknown:code_unknown'
            WHEN declared_by NOT IN ('I', 'G', 'P', 'K', 'O', 'M', 'H', 'A', 'B', 'T', 'W', '.')
                THEN 'declared_by:code_unknown'
            WHEN NOT is_register_date(valid_from) THEN 'valid_from:' || date_fault(valid_from)
            WHEN NOT is_register_date(recorded_on) THEN 'recorded_on:' || date_fault(recorded_on)
            WHEN coalesce(is_under_inquiry, '') NOT IN ('0', '1') THEN 'is_under_inquiry:code_unknown'
            WHEN coalesce(is_incorrect, '') NOT IN ('0', '1') THEN 'is_incorrect:code_unknown'
            WHEN NOT is_register_date(inquiry_from) THEN 'inquiry_from:' || date_fault(inquiry_from)
        END AS fault
    FROM delivered_residences
)

SELECT
    $file_name AS file,
    CASE WHEN fault IS NULL THEN municipality_code END AS municipality_code,
    count(*) AS n_rows,
    max(recorded_on) FILTER (WHERE fault IS NULL) AS newest_recorded,
    list(struct_pack(row_no := row_no, fault := fault)) FILTER (WHERE fault IS NOT NULL) AS faults,
    list(person_id) FILTER (
        WHERE
            fault IS NULL
            AND (departure_date = '00000000' OR departure_date BETWEEN $look_back_text AND $reference_text)
    ) AS departed
FROM judged
GROUP BY ALL
