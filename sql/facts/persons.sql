-- Grain: one candidate child or parent, as known at the reference date.
-- A suspension dated certainly after the reference date has not happened yet.
SELECT
    person_id,
    birth_earliest_on,
    birth_latest_on,
    CASE
        WHEN coalesce(suspension_earliest_on, DATE '0001-01-01') <= $reference_date THEN suspension_reason
    END AS suspension_reason,
    parent1_id,
    parent2_id,
    is_confidential
FROM valid_persons
