-- Grain: one child who may have left within the look-back.
WITH children AS (
    SELECT unnest(children) AS child FROM _stage_persons_scan
)

SELECT DISTINCT child.person_id AS person_id FROM children
