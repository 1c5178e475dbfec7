-- What a case rested on when it first came onto the list: a later sign may have come of what people found.
WITH listed AS (
    SELECT case_id, min(run_no) AS run_no FROM case_states
    WHERE status IN ('new', 'ongoing', 'changed') GROUP BY case_id
)
SELECT DISTINCT signs.case_id, signs.rule_code, signs.source
FROM case_evidence AS signs INNER JOIN listed ON signs.case_id = listed.case_id
WHERE NOT signs.is_context AND signs.first_run_no <= listed.run_no
    AND (signs.gone_run_no IS NULL OR signs.gone_run_no > listed.run_no)
ORDER BY signs.case_id, signs.rule_code, signs.source
