-- Grain: one piece of evidence against one departure. Of a child of whom school lists cannot tell all, and where a source of results is
-- silent, holds what the ledger remembers: silence is no news. A later list with the child on it is, and so is an active sign.
WITH kept AS (
    SELECT
        matches.departure_id,
        evidence.rule_code,
        evidence.source,
        evidence.event_on,
        '{}' AS facts
    FROM recall_evidence AS evidence
    INNER JOIN settings_rules AS rules ON evidence.rule_code = rules.rule_code AND rules.level = 'against'
    INNER JOIN cases_matches AS matches ON evidence.case_id = matches.case_id
    WHERE
        evidence.is_open
        AND (
            matches.departure_id IN (SELECT departure_id FROM facts_silent_pupils)
            OR evidence.source IN (SELECT source_code FROM facts_silent_sources WHERE kind = 'school_result')
        )
        AND NOT EXISTS (
            SELECT 1
            FROM facts_lists_after AS lists
            WHERE
                evidence.rule_code IN ('C-01', 'C-02', 'C-03')
                AND lists.departure_id = matches.departure_id
                AND lists.seen_on > evidence.event_on
        )
        AND NOT EXISTS (
            SELECT 1
            FROM facts_signs AS signs
            WHERE
                evidence.rule_code = 'C-04'
                AND signs.departure_id = matches.departure_id
                AND signs.is_active
                AND signs.event_on >= signs.counts_from
        )
)

SELECT * FROM rules_against
UNION
SELECT * FROM kept
WHERE (departure_id, rule_code) NOT IN (SELECT departure_id, rule_code FROM rules_against)
