-- Grain: one sign of one case, with what makes it the same sign on another night. Every new school list shows a pupil
-- who is still enrolled once more (L-01): that is the same sign, seen again.
SELECT
    numbers.case_id,
    signs.rule_code,
    signs.source,
    CASE WHEN signs.rule_code = 'L-01' THEN '' ELSE CAST(signs.event_on AS VARCHAR) END AS sign_key,
    signs.is_context,
    max(signs.event_on) AS event_on
FROM cases_signs AS signs
INNER JOIN cases_numbers AS numbers ON signs.departure_id = numbers.departure_id
GROUP BY ALL
