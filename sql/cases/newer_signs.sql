-- Grain: one departure with a sign that is newer than a decision about a case of the child, and that case.
-- A further list of the same enrolment (L-01, or L-06 before it) is not newer: it shows what people knew when they decided. It is once the
-- ledger first saw that enrolment after the decision, and in a new school year: a list from 1 September on, after a decision from before 1 August.
WITH known AS (
    SELECT
        case_id,
        rule_code,
        source,
        sign_key,
        min(first_seen_on) AS first_seen_on
    FROM recall_evidence
    GROUP BY case_id, rule_code, source, sign_key
),

decisions AS (
    SELECT DISTINCT
        case_id,
        person_id,
        decided_on,
        make_date(
            CAST(year(decided_on) + CASE WHEN month(decided_on) >= 8 THEN 1 ELSE 0 END AS INTEGER), 9, 1
        ) AS new_school_year_on
    FROM recall_decisions
)

SELECT DISTINCT
    decisions.case_id,
    decisions.decided_on,
    signs.departure_id
FROM decisions
INNER JOIN facts_departures_in_view AS departures ON decisions.person_id = departures.person_id
INNER JOIN cases_keyed_signs AS signs ON departures.departure_id = signs.departure_id
WHERE
    NOT signs.is_context
    AND signs.event_on > decisions.decided_on
    AND (
        signs.rule_code NOT IN ('L-01', 'L-06')
        OR signs.event_on >= decisions.new_school_year_on
        OR NOT EXISTS (
            SELECT 1
            FROM known
            WHERE
                decisions.case_id = known.case_id
                AND signs.source = known.source
                AND known.first_seen_on <= decisions.decided_on
                AND (
                    signs.rule_code = known.rule_code AND signs.sign_key = known.sign_key
                    OR known.rule_code = 'L-06' AND known.sign_key = signs.facts ->> 'school_id'
                )
        )
    )
