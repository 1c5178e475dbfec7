-- Grain: one spell that the last two deliveries of one (source, school) both held as open; or (`is_remembered`) one that a case
-- rests on, while a row of the child is set aside. duo lists are by residence: they drop a child after a departure and prove nothing
-- either way.
WITH delivered AS (
    SELECT
        spells.person_id,
        spells.school_id,
        newer.source,
        spells.enrolled_on,
        older.seen_on AS seen_before_on,
        newer.seen_on,
        newer.is_stale OR newer.is_shrunk AS is_unreliable
    FROM facts_spells AS spells
    INNER JOIN valid_school_deliveries AS newer
        ON spells.school_id = newer.school_id AND newer.recency = 1 AND newer.source <> 'duo'
    INNER JOIN valid_school_deliveries AS older
        ON newer.source = older.source AND newer.school_id = older.school_id AND older.recency = 2
    INNER JOIN facts_spell_sightings AS seen_newer
        ON
            spells.person_id = seen_newer.person_id
            AND spells.school_id = seen_newer.school_id
            AND spells.spell_number = seen_newer.spell_number
            AND newer.source = seen_newer.source
            AND newer.seen_on = seen_newer.seen_on
    INNER JOIN facts_spell_sightings AS seen_older
        ON
            spells.person_id = seen_older.person_id
            AND spells.school_id = seen_older.school_id
            AND spells.spell_number = seen_older.spell_number
            AND older.source = seen_older.source
            AND older.seen_on = seen_older.seen_on
),

remembered AS (
    SELECT
        cases.person_id,
        split_part(evidence.sign_key, ' ', 1) AS school_id,
        evidence.source,
        CAST(split_part(evidence.sign_key, ' ', 2) AS DATE) AS enrolled_on,
        CAST(evidence.facts ->> 'seen_before_on' AS DATE) AS seen_before_on,
        evidence.event_on AS seen_on
    FROM recall_evidence AS evidence
    INNER JOIN recall_cases AS cases ON evidence.case_id = cases.case_id
    WHERE
        evidence.rule_code = 'L-01'
        AND evidence.is_open
        AND evidence.facts IS NOT NULL
        AND cases.person_id IN (SELECT person_id FROM valid_set_aside WHERE table_name = 'enrolments')
)

SELECT
    *,
    false AS is_remembered
FROM delivered

UNION ALL

SELECT
    remembered.*,
    lists.is_stale OR lists.is_shrunk AS is_unreliable,
    true AS is_remembered
FROM remembered
INNER JOIN valid_school_deliveries AS lists
    ON remembered.source = lists.source AND remembered.school_id = lists.school_id AND lists.recency = 1
WHERE (remembered.person_id, remembered.source, remembered.school_id) NOT IN (
    SELECT (person_id, source, school_id) FROM delivered
)
