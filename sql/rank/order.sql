-- Grain: one case, in the order of work of its municipality. Level first, then points, then the newest sign.
WITH scored AS (
    SELECT
        current.*,
        numbers.case_id,
        points.points_level,
        points.points_protective,
        points.points_sources,
        points.points_freshness,
        points.points_level + points.points_protective + points.points_sources + points.points_freshness AS points
    FROM cases_current AS current
    INNER JOIN cases_numbers AS numbers ON current.departure_id = numbers.departure_id
    LEFT JOIN rank_points AS points ON current.departure_id = points.departure_id
),

ranked AS (
    SELECT
        case_id,
        row_number() OVER (
            PARTITION BY municipality_code, is_sealed
            ORDER BY level, points DESC, last_sign_on DESC, case_id
        ) AS rank
    FROM scored
    WHERE status IN ('new', 'ongoing', 'changed')
)

SELECT
    scored.*,
    ranked.rank
FROM scored
LEFT JOIN ranked ON scored.case_id = ranked.case_id
