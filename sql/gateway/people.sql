-- Grain: one person of the delivery, with its person_id.
WITH named AS (
    SELECT
        persons.*,
        CASE
            WHEN exceptions.ordinal IS NULL THEN coalesce(persons.b_id, persons.a_id)
            ELSE exceptions.person_id
        END AS person_id
    FROM read_persons AS persons
    LEFT JOIN gateway_exceptions AS exceptions ON persons.ordinal = exceptions.ordinal
)

SELECT * FROM named WHERE person_id IS NOT NULL
