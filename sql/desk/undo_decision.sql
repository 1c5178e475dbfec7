UPDATE decisions SET state = CASE state WHEN 'asked' THEN 'undone' ELSE 'undoing' END, ended_by = :name, ended_at = :at
-- On the day it was taken, by whoever took it, while no later one stands.
WHERE decision_no = :decision_no AND case_id = :case_id AND name = :name AND state IN ('asked', 'waiting', 'taken') AND decided_at > :not_before
    AND decision_no = (SELECT max(decision_no) FROM decisions WHERE case_id = :case_id)
