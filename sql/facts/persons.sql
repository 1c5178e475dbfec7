-- Grain: one candidate child or parent, as known at the reference date.
-- A suspension dated certainly after the reference date has not happened yet. Who was under secrecy stays so until a second delivery
-- in a row says otherwise (`is_said_confidential` is what tonight's says).
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
    OR person_id IN (SELECT person_id FROM recall_secrecy WHERE NOT is_denied_before) AS is_confidential,
    is_confidential AS is_said_confidential
FROM valid_persons
