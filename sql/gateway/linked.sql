-- Grain: one person of the delivery with the parents that its own list names: the person that the A-number leads to, else
-- the one that the BSN leads to, else a pseudonym of the parent's own number. `doubtN_id` is whom the BSN would give
-- instead, if anybody. A BSN in use today is the person_id of who holds it, so only earlier ones are looked up.
SELECT
    people.ordinal,
    people.file,
    people.line,
    people.person_id,
    people.birth_date,
    people.suspension_reason,
    people.suspension_date,
    people.municipality_code,
    people.is_confidential,
    coalesce(first_a.person_id, first_b.person_id, people.parent1_b_id, people.parent1_a_id) AS parent1_id,
    coalesce(second_a.person_id, second_b.person_id, people.parent2_b_id, people.parent2_a_id) AS parent2_id,
    CASE
        WHEN first_a.person_id <> coalesce(first_b.person_id, people.parent1_b_id)
            THEN coalesce(first_b.person_id, people.parent1_b_id)
    END AS doubt1_id,
    CASE
        WHEN second_a.person_id <> coalesce(second_b.person_id, people.parent2_b_id)
            THEN coalesce(second_b.person_id, people.parent2_b_id)
    END AS doubt2_id
FROM gateway_people AS people
LEFT JOIN gateway_a_numbers AS first_a ON people.parent1_a_id = first_a.a_id
LEFT JOIN gateway_earlier_bsns AS first_b ON people.parent1_b_id = first_b.b_id
LEFT JOIN gateway_a_numbers AS second_a ON people.parent2_a_id = second_a.a_id
LEFT JOIN gateway_earlier_bsns AS second_b ON people.parent2_b_id = second_b.b_id
