-- Grain: one sign that came or went since the run before. `is_seen_before`: the case rested on it at some earlier time;
-- `is_rule_changed`: its rule reads otherwise now, is new, or was switched off.
WITH remembered AS (
    SELECT
        evidence.case_id,
        evidence.rule_code,
        evidence.source,
        evidence.sign_key,
        bool_or(evidence.is_context) AS is_context,
        max(evidence.event_on) AS event_on,
        bool_or(evidence.is_open) AS is_open
    FROM recall_evidence AS evidence
    WHERE evidence.case_id IN (SELECT case_id FROM cases_known)
    GROUP BY evidence.case_id, evidence.rule_code, evidence.source, evidence.sign_key
)

SELECT
    coalesce(now.case_id, remembered.case_id) AS case_id,
    coalesce(now.rule_code, remembered.rule_code) AS rule_code,
    coalesce(now.source, remembered.source) AS source,
    coalesce(now.sign_key, remembered.sign_key) AS sign_key,
    coalesce(now.is_context, remembered.is_context) AS is_context,
    coalesce(now.event_on, remembered.event_on) AS event_on,
    now.facts,
    now.case_id IS NOT NULL AS is_added,
    remembered.case_id IS NOT NULL AS is_seen_before,
    coalesce(rules.level = 'circumstance', false) AS is_circumstance,
    (rules.sha256 IS DISTINCT FROM earlier.sha256) AS is_rule_changed
FROM cases_sign_keys AS now
FULL OUTER JOIN remembered
    ON
        now.case_id = remembered.case_id
        AND now.rule_code = remembered.rule_code
        AND now.source = remembered.source
        AND now.sign_key = remembered.sign_key
LEFT JOIN settings_rules AS rules ON coalesce(now.rule_code, remembered.rule_code) = rules.rule_code
LEFT JOIN recall_rules AS earlier ON coalesce(now.rule_code, remembered.rule_code) = earlier.rule_code
WHERE (now.case_id IS NOT NULL) <> coalesce(remembered.is_open, false)
