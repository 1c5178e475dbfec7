-- One pass over one file of persons: every row judged and counted, and the children who may have left: of an age
-- that may be compulsory within the look-back, with a departure or a suspension for emigration in it.
WITH judged AS (
    SELECT
        persons.*,
        departed.person_id IS NOT NULL AS is_departed,
        CASE
            WHEN persons.person_id IS NULL THEN 'person_id:value_missing'
            WHEN NOT is_id(persons.person_id) THEN 'person_id:' || id_fault(persons.person_id)
            WHEN persons.birth_date IS NULL THEN 'birth_date:value_missing'
            WHEN NOT is_register_date(persons.birth_date) THEN 'birth_date:' || date_fault(persons.birth_date)
            WHEN persons.suspension_reason NOT IN ('O', 'E', 'M', 'R', 'F', 'W')
                THEN 'suspension_reason:code_unknown'
            WHEN NOT is_register_date(persons.suspension_date)
                THEN 'suspension_date:' || date_fault(persons.suspension_date)
            WHEN NOT coalesce(regexp_full_match(persons.municipality_code, '[0-9]{4}'), false)
                THEN 'municipality_code:code_unknown'
            WHEN NOT is_id(persons.parent1_id) THEN 'parent1_id:' || id_fault(persons.parent1_id)
            WHEN NOT is_id(persons.parent2_id) THEN 'parent2_id:' || id_fault(persons.parent2_id)
            WHEN coalesce(persons.is_confidential, '') NOT IN ('0', '1') THEN 'is_confidential:code_unknown'
        END AS fault
    FROM delivered_persons AS persons
    LEFT JOIN _stage_departed AS departed ON persons.person_id = departed.person_id
)

SELECT
    $file_name AS file,
    CASE WHEN fault IS NULL THEN municipality_code END AS municipality_code,
    count(*) AS n_rows,
    count(*) FILTER (WHERE fault IS NULL AND birth_date = '00000000') AS n_unknown_births,
    list(struct_pack(row_no := row_no, fault := fault)) FILTER (WHERE fault IS NOT NULL) AS faults,
    list(struct_pack(person_id := person_id, parent1_id := parent1_id, parent2_id := parent2_id)) FILTER (
        WHERE
            fault IS NULL
            AND (
                is_departed
                OR (suspension_reason = 'E' AND suspension_date BETWEEN $look_back_text AND $reference_text)
            )
            AND (birth_date = '00000000' OR birth_date BETWEEN $born_from_text AND $born_until_text)
    ) AS children
FROM judged
GROUP BY ALL
