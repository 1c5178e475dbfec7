-- Grain: one piece of evidence against one departure. Of a child of whom a row of a school list was set aside tonight, and where a source of
-- results is silent, holds what the ledger remembers: silence is no news.
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
    INNER JOIN facts_departures_in_view AS departures ON matches.departure_id = departures.departure_id
    WHERE
        evidence.is_open
        AND (
            departures.person_id IN (SELECT person_id FROM valid_set_aside WHERE table_name = 'enrolments')
            OR evidence.source IN (SELECT source_code FROM facts_silent_sources WHERE kind = 'school_result')
        )
)

SELECT * FROM rules_against
UNION
SELECT * FROM kept
WHERE (departure_id, rule_code) NOT IN (SELECT (departure_id, rule_code) FROM rules_against)
