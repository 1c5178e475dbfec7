-- Grain: one departure with signs that are shown, its pieces, and its points in hundredths: those of the base and of its pieces. Their
-- chance is 1 / (1 + e ^ (-points / 1000)); A from one bound of points on, B below it. Who came back is asked another question (B-03) and
-- is not weighed.
WITH summed AS (
    SELECT
        weighable.departure_id,
        CAST($points_base + sum(weights.points) AS INTEGER) AS points,
        string_agg(weighable.piece, '|' ORDER BY weighable.piece) AS pieces
    FROM cases_weighable AS weighable
    INNER JOIN settings_weights AS weights ON weighable.piece = weights.piece
    GROUP BY weighable.departure_id
)

SELECT
    departure_id,
    points,
    pieces,
    CASE WHEN points >= $points_level_a THEN 'A' ELSE 'B' END AS level,
    points < $points_level_b AS is_weak,
    CAST(round(100 / (1 + exp(-points / 1000.0))) AS INTEGER) AS chance_pct
FROM summed
