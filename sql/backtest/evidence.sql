-- Grain: one departure of that night and one rule that speaks for or against it. `is_decisive`: without this rule the departure would not
-- be on the list (for), or would be on it (against). That is the sum of points without those of the rule; a rule that speaks only while
-- another is silent (L-06) is not added.
WITH spoken AS (
    SELECT DISTINCT signs.departure_id, signs.rule_code, signs.is_against
    FROM cases_signs AS signs
    INNER JOIN settings_rules AS rules ON signs.rule_code = rules.rule_code
    WHERE rules.level IN ('active', 'passive', 'against')
),

given AS (
    SELECT weighable.departure_id, split_part(weighable.piece, ':', 1) AS rule_code, sum(weights.points) AS points
    FROM cases_weighable AS weighable
    INNER JOIN settings_weights AS weights ON weighable.piece = weights.piece
    GROUP BY ALL
),

counted AS (
    SELECT departure_id, count(*) FILTER (WHERE NOT is_against) AS n_rules
    FROM spoken
    GROUP BY departure_id
)

SELECT
    CAST($reference_date AS DATE) AS month_on,
    spoken.departure_id,
    spoken.rule_code,
    spoken.is_against,
    CASE
        WHEN spoken.is_against THEN weighed.points - coalesce(given.points, 0) >= $points_level_b
        ELSE counted.n_rules = 1 OR weighed.points - coalesce(given.points, 0) < $points_level_b
    END AS is_decisive
FROM spoken
INNER JOIN counted ON spoken.departure_id = counted.departure_id
INNER JOIN cases_weighed AS weighed ON spoken.departure_id = weighed.departure_id
LEFT JOIN given ON spoken.departure_id = given.departure_id AND spoken.rule_code = given.rule_code
