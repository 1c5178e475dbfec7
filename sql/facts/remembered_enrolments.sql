-- Grain: one enrolment that a case rests on (L-01, L-02, L-06) and that tonight's lists cannot tell of: a row of the child was set aside,
-- tonight or earlier in a list that has not been followed by a newer one.
SELECT DISTINCT
    cases.person_id,
    CASE evidence.rule_code
        WHEN 'L-01' THEN 'still_enrolled'
        WHEN 'L-02' THEN 'new_enrolment'
        ELSE 'on_a_list'
    END AS kind,
    evidence.source,
    evidence.event_on,
    coalesce(CAST(evidence.facts ->> 'enrolled_on' AS DATE), evidence.event_on) AS enrolled_on,
    CAST(evidence.facts ->> 'seen_before_on' AS DATE) AS seen_before_on,
    evidence.facts ->> 'school_id' AS school_id,
    evidence.rule_code = 'L-01' AND coalesce(lists.is_stale OR lists.is_shrunk, false) AS is_unreliable
FROM recall_evidence AS evidence
INNER JOIN recall_cases AS cases ON evidence.case_id = cases.case_id
LEFT JOIN watch_school_deliveries AS lists
    ON evidence.source = lists.source AND evidence.facts ->> 'school_id' = lists.school_id AND lists.recency = 1
LEFT JOIN recall_silences AS silences
    ON evidence.case_id = silences.case_id AND evidence.source = silences.source AND lists.seen_on <= silences.since_on
WHERE
    evidence.rule_code IN ('L-01', 'L-02', 'L-06')
    AND evidence.is_open
    AND evidence.facts IS NOT NULL
    AND (
        silences.case_id IS NOT NULL
        OR cases.person_id IN (SELECT person_id FROM valid_set_aside WHERE table_name = 'enrolments')
    )
    AND NOT EXISTS (
        SELECT 1
        FROM facts_spells AS told
        WHERE
            evidence.rule_code = 'L-02'
            AND told.person_id = cases.person_id
            AND told.school_id = evidence.facts ->> 'school_id'
            AND told.enrolled_on = evidence.event_on
    )
    AND NOT EXISTS (
        SELECT 1
        FROM facts_still_enrolled AS told
        WHERE
            evidence.rule_code = 'L-01'
            AND told.person_id = cases.person_id
            AND told.source = evidence.source
            AND told.school_id = evidence.facts ->> 'school_id'
    )
