INSERT OR IGNORE INTO decision_pairs (
    case_id, file_sha256, other_sha256, outcome_code, other_outcome_code, imported_at, are_two_people
)
VALUES (?, ?, ?, ?, ?, ?, ?)
