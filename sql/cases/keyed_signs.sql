-- Grain: one sign of one departure, with what makes it the same sign on another night. Every new school list shows a pupil who is still
-- enrolled once more (L-01, L-06): for the same school and enrolment that is the same sign, seen again. So is what speaks against. The version before kept neither: a
-- sign that it knew keeps its empty key.
WITH kept AS (
    SELECT DISTINCT matches.departure_id, evidence.source
    FROM recall_evidence AS evidence
    INNER JOIN cases_matches AS matches ON evidence.case_id = matches.case_id
    WHERE evidence.rule_code = 'L-01' AND evidence.sign_key = '' AND evidence.is_open
)

SELECT
    signs.departure_id,
    signs.rule_code,
    signs.source,
    CASE
        WHEN signs.is_against OR kept.source IS NOT NULL AND signs.rule_code = 'L-01' THEN ''
        WHEN signs.rule_code NOT IN ('L-01', 'L-06') THEN CAST(signs.event_on AS VARCHAR)
        ELSE concat_ws(' ', signs.facts ->> 'school_id', signs.facts ->> 'enrolled_on')
    END AS sign_key,
    signs.is_context,
    max(signs.event_on) AS event_on,
    max_by(signs.facts, signs.event_on) AS facts
FROM cases_signs AS signs
LEFT JOIN kept ON signs.departure_id = kept.departure_id AND signs.source = kept.source
GROUP BY signs.departure_id, signs.rule_code, signs.source, sign_key, signs.is_context
