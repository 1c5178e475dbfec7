-- Grain: one column of the contract. A cell has the form of its column or is at fault; nothing else says what a well-formed row is.
-- `pattern` is a regular expression over the whole cell. `when_missing` is the fault of an empty cell, none where a cell may be empty.
-- `otherwise` is the fault of any other cell, or what kind of text it should have been: `id` and `date` have several faults.
-- Where several cells of a row are at fault, the one with the lowest `position` names the fault of the row.
SELECT *
FROM (
    VALUES
    ('persons', 1, 'person_id', '[0-9a-f]{32}', 'value_missing', 'id'),
    ('persons', 2, 'birth_date', register_date_form(), 'value_missing', 'date'),
    ('persons', 3, 'suspension_reason', '[OEMRFW]', NULL, 'code_unknown'),
    ('persons', 4, 'suspension_date', register_date_form(), NULL, 'date'),
    ('persons', 5, 'municipality_code', '[0-9]{4}', 'code_unknown', 'code_unknown'),
    ('persons', 6, 'parent1_id', '[0-9a-f]{32}', NULL, 'id'),
    ('persons', 7, 'parent2_id', '[0-9a-f]{32}', NULL, 'id'),
    ('persons', 8, 'is_confidential', '[01]', 'code_unknown', 'code_unknown'),

    ('residences', 1, 'person_id', '[0-9a-f]{32}', 'value_missing', 'id'),
    ('residences', 2, 'seq', '[0-9]{1,5}', 'number_malformed', 'number_malformed'),
    ('residences', 3, 'municipality_code', '[0-9]{4}', 'code_unknown', 'code_unknown'),
    ('residences', 4, 'address_function', '[WB]', NULL, 'code_unknown'),
    ('residences', 5, 'address_id', '[0-9a-f]{32}', NULL, 'id'),
    ('residences', 6, 'address_from', register_date_form(), NULL, 'date'),
    ('residences', 7, 'departure_date', register_date_form(), NULL, 'date'),
    ('residences', 8, 'is_destination_unknown', '[01]', NULL, 'code_unknown'),
    ('residences', 9, 'declared_by', '[IAGPKOMHBTW.]', NULL, 'code_unknown'),
    ('residences', 10, 'valid_from', register_date_form(), NULL, 'date'),
    ('residences', 11, 'recorded_on', register_date_form(), NULL, 'date'),
    ('residences', 12, 'is_under_inquiry', '[01]', 'code_unknown', 'code_unknown'),
    ('residences', 13, 'is_incorrect', '[01]', 'code_unknown', 'code_unknown'),
    ('residences', 14, 'inquiry_from', register_date_form(), NULL, 'date'),

    ('enrolments', 1, 'person_id', '[0-9a-f]{32}', 'value_missing', 'id'),
    ('enrolments', 2, 'school_id', '[0-9]{2}[A-Z]{2}[0-9]{2}', 'code_unknown', 'code_unknown'),
    ('enrolments', 3, 'education_type', 'PO|SBO|SO|VSO|VO|MBO|OTHER', 'code_unknown', 'code_unknown'),
    ('enrolments', 4, 'enrolled_on', iso_date_form(), 'value_missing', 'date'),
    ('enrolments', 5, 'withdrawn_on', iso_date_form(), NULL, 'date'),
    ('enrolments', 6, 'source', 'duo|school|leerplicht', 'code_unknown', 'code_unknown'),
    ('enrolments', 7, 'seen_on', iso_date_form(), 'value_missing', 'date'),

    ('traces', 1, 'person_id', '[0-9a-f]{32}', 'value_missing', 'id'),
    (
        'traces', 2, 'kind', 'absence_report|school_result|exemption|leave|tmv_report|municipal_provision',
        'code_unknown', 'code_unknown'
    ),
    ('traces', 3, 'source_code', '[A-Za-z0-9._-]{1,64}', 'code_unknown', 'code_unknown'),
    ('traces', 4, 'event_on', iso_date_form(), 'value_missing', 'date'),
    ('traces', 5, 'ended_on', iso_date_form(), NULL, 'date')
) AS forms (table_name, position, column_name, pattern, when_missing, otherwise)
