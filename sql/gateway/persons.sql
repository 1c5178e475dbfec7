-- Table persons of the delivery, sorted. A municipality that nobody can tell is 0000, table 33's own word for it: a run
-- sets a row without a code aside, and a child with it.
SELECT
    linked.person_id,
    linked.birth_date,
    linked.suspension_reason,
    linked.suspension_date,
    coalesce(linked.municipality_code, '0000') AS municipality_code,
    coalesce(filled_in.parent1_id, linked.parent1_id) AS parent1_id,
    coalesce(filled_in.parent2_id, linked.parent2_id) AS parent2_id,
    linked.is_confidential
FROM gateway_linked AS linked
LEFT JOIN gateway_filled_in AS filled_in ON linked.ordinal = filled_in.ordinal
ORDER BY linked.person_id
