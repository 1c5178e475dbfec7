-- The rows of one file of residences of those who are needed, and how many rows belong to nobody in persons.
SELECT
    $file_name AS file,
    count(*) FILTER (
        WHERE hash(residences.person_id) NOT IN (SELECT person_key FROM _stage_person_keys)
    ) AS n_orphans,
    list(
        struct_pack(
            row_no := residences.row_no,
            person_id := residences.person_id,
            seq := residences.seq,
            municipality_code := residences.municipality_code,
            address_function := residences.address_function,
            address_id := residences.address_id,
            address_from := residences.address_from,
            departure_date := residences.departure_date,
            is_destination_unknown := residences.is_destination_unknown,
            declared_by := residences.declared_by,
            valid_from := residences.valid_from,
            recorded_on := residences.recorded_on,
            is_under_inquiry := residences.is_under_inquiry,
            is_incorrect := residences.is_incorrect,
            inquiry_from := residences.inquiry_from
        )
    ) FILTER (WHERE needed.person_id IS NOT NULL) AS kept
FROM delivered_residences AS residences
LEFT JOIN _stage_needed AS needed ON residences.person_id = needed.person_id
