-- Grain: one person of the delivery, with its person_id.
WITH named AS (
    SELECT
        lists.*,
        CASE
            WHEN exceptions.ordinal IS NULL THEN coalesce(lists.b_id, lists.a_id)
            ELSE exceptions.person_id
        END AS person_id
    FROM gateway_lists AS lists
    LEFT JOIN gateway_exceptions AS exceptions ON lists.ordinal = exceptions.ordinal
)

SELECT * FROM named WHERE person_id IS NOT NULL
