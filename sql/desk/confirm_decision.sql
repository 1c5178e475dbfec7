-- Nobody confirms a decision of their own.
UPDATE decisions SET state = :state, second_name = :name
WHERE decision_no = :decision_no AND case_id = :case_id AND state = 'asked' AND name != :name
