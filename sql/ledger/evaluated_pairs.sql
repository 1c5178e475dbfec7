SELECT case_id, outcome_code, other_outcome_code FROM decision_pairs ORDER BY case_id, file_sha256, other_sha256
