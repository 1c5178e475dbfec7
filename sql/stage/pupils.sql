-- Grain: one person on a school list, tonight's or a remembered one, readable or not. `may_have_left`: withdrawn at some time, and not
-- open on the newest list of any school; whether no list says that an enrolment is open, the few rows of these persons decide.
WITH newest AS (
    SELECT source, school_id, strftime(seen_on, '%Y-%m-%d') AS seen_on
    FROM stage_school_deliveries
    WHERE recency = 1
),

listed AS (
    SELECT
        rows.person_key,
        rows.withdrawn_on IS NOT NULL AS is_withdrawn,
        newest.seen_on IS NOT NULL
        AND rows.enrolled_on <= strftime(CAST($reference_date AS DATE), '%Y-%m-%d')
        AND coalesce(rows.withdrawn_on > strftime(CAST($reference_date AS DATE), '%Y-%m-%d'), true) AS is_open
    FROM delivered_enrolments AS rows
    LEFT JOIN newest
        ON rows.source = newest.source AND rows.school_id = newest.school_id AND rows.seen_on = newest.seen_on

    UNION ALL

    SELECT key_of_id(person_id) AS person_key, withdrawn_on IS NOT NULL AS is_withdrawn, false AS is_open
    FROM recall_enrolments
)

SELECT person_key, bool_or(is_withdrawn) AND NOT bool_or(is_open) AS may_have_left
FROM listed
WHERE person_key IS NOT NULL
GROUP BY person_key
