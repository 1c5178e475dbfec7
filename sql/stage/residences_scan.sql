-- One pass over one file of residences: every row judged and counted, orphans counted, and the rows of children who
-- may have left and of their parents. An id is judged by its form where nobody needs the row, and to the letter where
-- somebody does; a person_id that is known was judged in persons.
WITH hinted AS (
    SELECT
        *,
        person_id IN (SELECT person_id FROM _stage_needed) AS is_needed,
        hash(person_id) IN (SELECT person_key FROM _stage_person_keys) AS is_known
    FROM delivered_residences
),

judged AS (
    SELECT
        *,
        CASE
            WHEN person_id IS NULL THEN 'person_id:value_missing'
            WHEN NOT is_known AND NOT is_id(person_id) THEN 'person_id:' || id_fault(person_id)
            WHEN NOT coalesce(is_small_number(seq), false) THEN 'seq:number_malformed'
            WHEN NOT coalesce(is_code4(municipality_code), false) THEN 'municipality_code:code_unknown'
            WHEN address_function NOT IN ('W', 'B') THEN 'address_function:code_unknown'
            WHEN strlen(address_id) <> 32 OR (is_needed AND NOT is_id(address_id)) THEN 'address_id:' || id_fault(address_id)
            WHEN NOT is_register_date(address_from) THEN 'address_from:' || date_fault(address_from)
            WHEN NOT is_register_date(departure_date) THEN 'departure_date:' || date_fault(departure_date)
            WHEN is_destination_unknown NOT IN ('0', '1') THEN 'is_destination_unknown:code_unknown'
            WHEN declared_by NOT IN ('I', 'G', 'P', 'K', 'O', 'M', 'H', 'A', 'B', 'T', 'W', '.')
                THEN 'declared_by:code_unknown'
            WHEN valid_from IS DISTINCT FROM address_from AND NOT is_register_date(valid_from)
                THEN 'valid_from:' || date_fault(valid_from)
            WHEN recorded_on IS DISTINCT FROM valid_from AND NOT is_register_date(recorded_on)
                THEN 'recorded_on:' || date_fault(recorded_on)
            WHEN coalesce(is_under_inquiry, '') NOT IN ('0', '1') THEN 'is_under_inquiry:code_unknown'
            WHEN coalesce(is_incorrect, '') NOT IN ('0', '1') THEN 'is_incorrect:code_unknown'
            WHEN NOT is_register_date(inquiry_from) THEN 'inquiry_from:' || date_fault(inquiry_from)
        END AS fault
    FROM hinted
)

SELECT
    $file_name AS file,
    count(*) AS n_rows,
    count(*) FILTER (WHERE fault IS NULL AND NOT is_known) AS n_orphans,
    max(recorded_on) FILTER (WHERE fault IS NULL) AS newest_recorded,
    list(CASE WHEN fault IS NOT NULL THEN struct_pack(row_no := row_no, fault := fault) END) FILTER (
        WHERE fault IS NOT NULL
    ) AS faults,
    list(CASE WHEN fault IS NULL AND is_needed THEN struct_pack(
            row_no := row_no,
            person_id := person_id,
            seq := seq,
            municipality_code := municipality_code,
            address_function := address_function,
            address_id := address_id,
            address_from := address_from,
            departure_date := departure_date,
            is_destination_unknown := is_destination_unknown,
            declared_by := declared_by,
            valid_from := valid_from,
            recorded_on := recorded_on,
            is_under_inquiry := is_under_inquiry,
            is_incorrect := is_incorrect,
            inquiry_from := inquiry_from
        ) END) FILTER (
        WHERE fault IS NULL AND is_needed
    ) AS kept
FROM judged
