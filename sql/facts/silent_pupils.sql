-- Grain: one departure in view of a child of whom school lists cannot tell all tonight: a row of the child was set aside, tonight, or
-- earlier in a list that no newer one of that school has followed.
WITH silent AS (
    SELECT person_id
    FROM valid_set_aside
    WHERE table_name = 'enrolments'

    UNION

    SELECT cases.person_id
    FROM recall_silences AS silences
    INNER JOIN recall_cases AS cases ON silences.case_id = cases.case_id
    INNER JOIN recall_evidence AS evidence
        ON silences.case_id = evidence.case_id AND silences.source = evidence.source AND evidence.is_open
    INNER JOIN watch_school_deliveries AS lists
        ON
            evidence.source = lists.source
            AND evidence.facts ->> 'school_id' = lists.school_id
            AND lists.recency = 1
            AND lists.seen_on <= silences.since_on
)

SELECT departures.departure_id
FROM facts_departures_in_view AS departures
INNER JOIN silent ON departures.person_id = silent.person_id
