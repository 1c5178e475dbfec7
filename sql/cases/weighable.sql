-- Grain: one departure with signs that are shown and one piece that weighs for or against it. A rule that fires is a piece; so is what makes its
-- signs stronger. A piece that does not fire weighs nothing, so more signs never lower a sum. Who the child is, its household, its
-- municipality and its school never are a piece, nor is context (B-01, B-02, B-04).
WITH signs AS (
    SELECT
        evidence.departure_id,
        evidence.rule_code,
        evidence.event_on,
        evidence.origin,
        departures.departed_latest_on,
        -- An enrolment that some possible departure date makes a new one (L-02) is not certainly from before.
        evidence.rule_code = 'L-01'
        AND CAST(evidence.facts ->> 'enrolled_on' AS DATE)
        < departures.departed_earliest_on + CAST($grace_new_enrolment AS INTEGER) AS is_from_before
    FROM cases_evidence AS evidence
    INNER JOIN cases_levels AS levels
        ON evidence.departure_id = levels.departure_id AND evidence.tier = levels.tier
    INNER JOIN facts_departures_in_view AS departures ON evidence.departure_id = departures.departure_id
    WHERE levels.is_shown AND evidence.level IN ('active', 'passive')
),

lists AS (
    SELECT
        lists.departure_id,
        count(DISTINCT date_trunc('month', lists.seen_on)) AS n_months,
        -- Every school confirms its pupils around 1 October.
        bool_or(
            lists.seen_on >= make_date(
                CAST(year(departures.departed_latest_on) AS INTEGER)
                + CASE WHEN month(departures.departed_latest_on) >= 10 THEN 1 ELSE 0 END,
                10, 1
            )
        ) AS is_past_new_year
    FROM facts_lists_after AS lists
    INNER JOIN facts_departures_in_view AS departures ON lists.departure_id = departures.departure_id
    WHERE lists.is_after_grace
    GROUP BY lists.departure_id
),

counted AS (
    SELECT
        departure_id,
        rule_code,
        count(DISTINCT date_trunc('month', event_on)) AS n_months,
        max(date_diff('day', departed_latest_on, event_on)) AS last_after_days
    FROM signs
    GROUP BY departure_id, rule_code
)

-- An exemption out of the same file as the list tells nothing more.
SELECT departure_id, rule_code AS piece
FROM counted
WHERE
    rule_code <> 'L-05'
    OR EXISTS (
        SELECT 1
        FROM signs AS exemptions
        WHERE
            exemptions.departure_id = counted.departure_id
            AND exemptions.rule_code = 'L-05'
            AND (exemptions.departure_id, exemptions.origin) NOT IN (
                SELECT lists.departure_id, lists.origin FROM signs AS lists WHERE lists.rule_code = 'L-01'
            )
    )

UNION ALL

-- On the lists of so many months after the grace, or still there after the schools confirmed their pupils.
SELECT lists.departure_id, strengths.piece
FROM lists
INNER JOIN (
    VALUES ('L-01:3-months', 3, false), ('L-01:6-months', 6, false), ('L-01:new-year', 1, true)
) AS strengths (piece, least_months, is_of_new_year)
    ON lists.n_months >= strengths.least_months AND lists.is_past_new_year >= strengths.is_of_new_year
WHERE lists.departure_id IN (SELECT departure_id FROM signs WHERE is_from_before)

UNION ALL

-- A pupil who was enrolled anew and still stands on the newest list of that school.
SELECT DISTINCT signs.departure_id, 'L-02:newest-list' AS piece
FROM facts_signs AS signs
INNER JOIN facts_lists_after AS lists
    ON signs.departure_id = lists.departure_id AND signs.school_id = lists.school_id AND lists.is_newest
WHERE
    signs.kind = 'new_enrolment'
    AND signs.event_on >= signs.counts_from
    AND signs.departure_id IN (SELECT departure_id FROM counted WHERE rule_code = 'L-02')

UNION

-- How strong lists were, of a child of whom they cannot tell tonight.
SELECT matches.departure_id, remembered.piece
FROM (
    SELECT case_id, unnest(string_split(facts ->> 'pieces', '|')) AS piece
    FROM recall_facts
) AS remembered
INNER JOIN cases_matches AS matches ON remembered.case_id = matches.case_id
INNER JOIN counted
    ON matches.departure_id = counted.departure_id AND split_part(remembered.piece, ':', 1) = counted.rule_code
WHERE
    matches.departure_id IN (SELECT departure_id FROM facts_silent_pupils)
    AND (remembered.piece LIKE 'L-01:%' OR remembered.piece LIKE 'L-02:%')

UNION ALL

SELECT departure_id, rule_code || ':again' AS piece
FROM counted
WHERE rule_code IN ('L-03', 'L-04') AND n_months >= 2

UNION ALL

SELECT departure_id, rule_code || ':late' AS piece
FROM counted
WHERE rule_code IN ('L-03', 'L-04') AND last_after_days >= 180

UNION ALL

-- Nobody declared the departure.
SELECT counted.departure_id, 'unknown-destination' AS piece
FROM counted
INNER JOIN facts_departures_in_view AS departures ON counted.departure_id = departures.departure_id
WHERE departures.is_destination_unknown
GROUP BY counted.departure_id

UNION ALL

SELECT DISTINCT departure_id, rule_code AS piece
FROM cases_against
WHERE departure_id IN (SELECT departure_id FROM counted)
