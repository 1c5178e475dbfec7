-- What waits for one user, or was handled since the list: only cases of the municipalities and kinds of that user.
WITH visible AS (
    SELECT listed.case_id, listed.kind, listed.municipality_code, listed.is_drawn, listed.status, listed.level, listed.left_on,
        listed.reason_nl, listed.rule_codes, listed.schools, listed.rank, listed.block_no, listed.block_size, listed.block_rank,
        assignments.name AS assigned_to, queued.name AS queued_by,
        coalesce(queued.outcome_code, decided.outcome_code, '') AS outcome_code,
        coalesce(decided.due_on, listed.due_on) AS until_on,
        coalesce(queued.state = 'asked', 0) AS is_asked,
        coalesce(queued.state = 'waiting' AND queued.is_over, decided.is_over, 0) AS is_handled
    FROM night.listed AS listed
    LEFT JOIN assignments ON listed.case_id = assignments.case_id
    LEFT JOIN night.decided AS decided ON listed.case_id = decided.case_id
    LEFT JOIN decisions AS queued ON listed.case_id = queued.case_id AND queued.state IN ('asked', 'waiting')
    WHERE listed.is_listed AND listed.is_sealed = :is_sealed
        AND listed.municipality_code IN (SELECT municipality_code FROM user_municipalities WHERE name = :name)
        AND ((listed.kind = 'departure' AND :sees_departures) OR (listed.kind = 'absence' AND :sees_absences))
),
shown AS (
    SELECT * FROM visible
    WHERE CASE :show
        WHEN 'afgehandeld' THEN is_handled
        WHEN 'mijn' THEN NOT is_handled AND assigned_to = :name
        WHEN 'nieuw' THEN NOT is_handled AND status = 'new'
        WHEN 'telaat' THEN NOT is_handled AND until_on < :today
        WHEN 'tweede' THEN is_asked AND queued_by != :name
        ELSE NOT is_handled END
        AND (:level = '' OR level = :level)
        AND (:rule = '' OR instr('|' || rule_codes || '|', '|' || :rule || '|'))
        AND (:school = '' OR instr('|' || schools || '|', '|' || :school || '|'))
)
SELECT case_id, kind, municipality_code, is_drawn, status, level, left_on, until_on, reason_nl, schools, block_no, block_size,
    assigned_to, outcome_code, is_asked, count(*) OVER () AS n_all
FROM shown
ORDER BY municipality_code, block_rank, block_no, rank, case_id
LIMIT :most OFFSET :skipped
