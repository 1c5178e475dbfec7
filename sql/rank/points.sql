-- Grain: one case with a level, and the points (in hundredths) that put it in its place. They add up to the score.
-- Household, place and context never count.
SELECT
    departure_id,
    CASE level WHEN 'A' THEN $points_level_a ELSE 0 END AS points_level,
    CASE WHEN is_protective THEN $points_protective ELSE 0 END AS points_protective,
    least(n_origins, $most_sources) * $points_source AS points_sources,
    -- A sign on the reference date counts in full, falling to nothing; rounded half up.
    (
        2 * $points_freshness * greatest(0, $freshness_days - date_diff('day', last_sign_on, $reference_date))
        + $freshness_days
    ) // (2 * $freshness_days) AS points_freshness
FROM cases_current
WHERE level IS NOT NULL
