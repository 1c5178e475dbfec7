-- Grain: one person of tonight's delivery who may be of compulsory age, or of whom the memory holds a school list. The
-- bounds are whole years, a little too wide. A birth date that cannot be read says nothing about who is too old.
WITH faulty AS (
    SELECT
        file,
        row_no,
        bool_or(column_name = 'person_id') AS is_nobody,
        bool_or(column_name = 'birth_date') AS is_age_unknown
    FROM stage_faulty_cells
    WHERE table_name = 'persons'
    GROUP BY file, row_no
),

aged AS (
    SELECT
        persons.person_key,
        coalesce(faulty.is_age_unknown, false) OR persons.birth_date BETWEEN $born_from_text AND $born_until_text AS is_young
    FROM delivered_persons AS persons
    LEFT JOIN faulty ON persons.file = faulty.file AND persons.row_no = faulty.row_no
    WHERE NOT coalesce(faulty.is_nobody, false)
)

SELECT person_key, is_young
FROM aged
WHERE is_young OR person_key IN (SELECT person_key FROM memory_earlier)
