-- Grain: one person with an unknown parent, and one other person whose list names it as a child and who is not a parent
-- of it yet.
WITH lacking AS (
    SELECT ordinal, person_id, parent1_id, parent2_id
    FROM gateway_linked
    WHERE parent1_id IS NULL OR parent2_id IS NULL
)

SELECT DISTINCT lacking.ordinal, claimants.person_id AS claimant_id
FROM read_children AS children
LEFT JOIN gateway_a_numbers AS a_numbers ON children.a_id = a_numbers.a_id
LEFT JOIN gateway_earlier_bsns AS bsns ON children.b_id = bsns.b_id
INNER JOIN lacking ON coalesce(a_numbers.person_id, bsns.person_id, children.b_id) = lacking.person_id
LEFT JOIN gateway_lists_twice AS twice ON children.ordinal = twice.ordinal
INNER JOIN gateway_people AS claimants ON coalesce(twice.counting_ordinal, children.ordinal) = claimants.ordinal
WHERE
    claimants.person_id <> lacking.person_id
    AND claimants.person_id IS DISTINCT FROM lacking.parent1_id
    AND claimants.person_id IS DISTINCT FROM lacking.parent2_id
