SELECT case_id, outcome_code, other_outcome_code, are_two_people
FROM decision_pairs
ORDER BY case_id, file_sha256, other_sha256
