-- Grain: one parent whose A-number and BSN lead to two persons.
WITH doubts AS (
    SELECT file, line, doubt1_id AS person_id FROM gateway_linked WHERE doubt1_id IS NOT NULL

    UNION ALL

    SELECT file, line, doubt2_id AS person_id FROM gateway_linked WHERE doubt2_id IS NOT NULL
)

SELECT doubts.file, doubts.line
FROM doubts
WHERE EXISTS (SELECT 1 FROM gateway_people AS people WHERE people.person_id = doubts.person_id)
