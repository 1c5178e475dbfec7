-- Grain: one case, in the order of work of its municipality: by its points, then the newest sign. Who came back and missed school (B-03) is
-- asked another question, has no points, and comes after the others.
WITH scored AS (
    SELECT
        current.*,
        numbers.case_id
    FROM cases_current AS current
    INNER JOIN cases_numbers AS numbers ON current.departure_id = numbers.departure_id
),

ranked AS (
    SELECT
        case_id,
        row_number() OVER (
            PARTITION BY municipality_code, is_sealed
            ORDER BY points DESC NULLS LAST, last_sign_on DESC, case_id
        ) AS rank
    FROM scored
    WHERE status IN ('new', 'ongoing', 'changed')
)

SELECT
    scored.*,
    ranked.rank
FROM scored
LEFT JOIN ranked ON scored.case_id = ranked.case_id
