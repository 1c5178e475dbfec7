-- Grain: one change of what is remembered of a child's secrecy: it begins ('sealed'), a delivery denies it for the first time ('doubted'),
-- that doubt ends, or after a second delivery the secrecy does.
-- A row that was set aside is believed where it says, or may say, secrecy.
WITH told AS (
    SELECT persons.person_id, persons.is_said_confidential, windows.duty_until > $look_back_from AS is_young
    FROM facts_persons AS persons
    INNER JOIN facts_windows AS windows ON persons.person_id = windows.person_id

    UNION ALL

    SELECT person_id, true AS is_said_confidential, true AS is_young
    FROM facts_set_aside_secrecy
    WHERE person_id NOT IN (SELECT person_id FROM facts_persons)
),

children AS (
    SELECT
        told.person_id,
        told.is_said_confidential,
        recalled.person_id IS NOT NULL AS is_remembered,
        coalesce(recalled.is_denied, false) AS is_denied,
        coalesce(recalled.is_denied_before, false) AS is_denied_before
    FROM told
    LEFT JOIN recall_secrecy AS recalled ON told.person_id = recalled.person_id
    WHERE recalled.person_id IS NOT NULL OR told.is_young
)

SELECT person_id, 'sealed' AS state, true AS is_new
FROM children
WHERE is_said_confidential AND NOT is_remembered

UNION ALL

SELECT person_id, 'doubted' AS state, true AS is_new
FROM children
WHERE is_remembered AND NOT is_said_confidential AND NOT is_denied

UNION ALL

SELECT person_id, 'doubted' AS state, false AS is_new
FROM children
WHERE is_denied AND (is_said_confidential OR is_denied_before)

UNION ALL

SELECT person_id, 'sealed' AS state, false AS is_new
FROM children
WHERE is_denied_before AND NOT is_said_confidential
