-- One pass over one file of residences: every row judged and counted, orphans counted, and the rows of children who
-- may have left and of their parents. An id is judged by its length where nobody needs the row, and to the letter where
-- somebody does; a person_id that is known was judged in persons. Only CASE stops early, so costly tests stand behind
-- ELSE: most rows repeat a date that was judged already.
WITH hinted AS (
    SELECT
        *,
        person_id IN (SELECT person_id FROM _stage_needed) AS is_needed
    FROM delivered_residences
),

judged AS (
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
)

SELECT
    $file_name AS file,
    coalesce(sum(stands_for), 0) AS n_rows,
    coalesce(sum(stands_for) FILTER (WHERE fault IS NULL AND NOT is_known), 0) AS n_orphans,
    max(recorded_on) FILTER (WHERE fault IS NULL) AS newest_recorded,
    list(struct_pack(row_no := row_no, fault := fault)) FILTER (WHERE fault IS NOT NULL) AS faults,
    list(
        struct_pack(
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
        )
    ) FILTER (WHERE fault IS NULL AND is_needed) AS kept
FROM judged
