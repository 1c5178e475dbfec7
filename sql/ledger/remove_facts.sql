-- What was remembered of a child for silent nights goes with the end of its case, and once something newer is.
DELETE FROM case_facts
WHERE run_no < (SELECT max(run_no) FROM runs)
    AND (
        EXISTS (
            SELECT 1 FROM case_facts AS newer
            WHERE newer.case_id = case_facts.case_id AND newer.run_no > case_facts.run_no
                AND newer.run_no < (SELECT max(run_no) FROM runs)
        )
        OR (
            SELECT states.status IN ('resolved', 'lapsed', 'closed') AND states.run_no < (SELECT max(run_no) FROM runs)
            FROM case_states AS states WHERE states.case_id = case_facts.case_id ORDER BY states.run_no DESC LIMIT 1
        )
    )
