-- Grain: one departure that some night would have listed or found too weak, that the register corrected or ended since. 'corrected': every
-- row of it is marked as incorrect, or the child is no longer suspended though the departure is its newest row, which has no day.
-- 'returned': a newer Dutch address counts. `outcome_on` is the first day on which a run could know it, `back_on` the latest day that the
-- register gives for the return itself.
WITH departures AS (
    SELECT DISTINCT departure_id, person_id, departure_date
    FROM backtest_listed
),

counted AS (
    SELECT residences.*
    FROM backtest_residences AS residences
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM stage_quarantine AS quarantine
            WHERE quarantine.file = residences.file AND quarantine.line = residences.line
        )
),

told AS (
    SELECT
        departures.departure_id,
        departures.person_id,
        min(rows.seq) AS newest_seq,
        bool_and(rows.is_incorrect) AS is_incorrect,
        max(rows.incorrect_from) AS incorrect_from
    FROM departures
    INNER JOIN counted AS rows
        ON departures.person_id = rows.person_id AND departures.departure_date = rows.departure_date
    GROUP BY departures.departure_id, departures.person_id
),

returns AS (
    SELECT
        told.departure_id,
        newer.known_on AS outcome_on,
        coalesce(newer.address_from_latest_on, newer.valid_from_latest_on) AS back_on,
        row_number() OVER (PARTITION BY told.departure_id ORDER BY newer.seq DESC, newer.known_on) AS preference
    FROM told
    INNER JOIN counted AS newer ON told.person_id = newer.person_id AND newer.seq < told.newest_seq
    WHERE
        NOT newer.is_incorrect
        AND newer.address_function IS NOT NULL
        AND newer.departure_date IS NULL
        AND newer.known_on <= $delivered_on
),

released AS (
    SELECT told.departure_id
    FROM told
    INNER JOIN valid_persons AS persons ON told.person_id = persons.person_id
    WHERE
        persons.suspension_reason IS NULL
        AND NOT EXISTS (
            SELECT 1
            FROM counted AS newer
            WHERE newer.person_id = told.person_id AND newer.seq < told.newest_seq AND NOT newer.is_incorrect
        )
)

SELECT departure_id, 'corrected' AS outcome, incorrect_from AS outcome_on, CAST(NULL AS DATE) AS back_on
FROM told
WHERE is_incorrect

UNION ALL

SELECT returns.departure_id, 'returned' AS outcome, returns.outcome_on, returns.back_on
FROM returns
INNER JOIN told ON returns.departure_id = told.departure_id
WHERE returns.preference = 1 AND NOT told.is_incorrect

UNION ALL

SELECT released.departure_id, 'corrected' AS outcome, CAST(NULL AS DATE) AS outcome_on, CAST(NULL AS DATE) AS back_on
FROM released
INNER JOIN told ON released.departure_id = told.departure_id
WHERE NOT told.is_incorrect
