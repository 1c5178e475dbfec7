INSERT INTO decisions (
    case_id, municipality_code, is_sealed, outcome_code, reason_code, is_over, decided_on, name, decided_at, seen, mark, state
) VALUES (
    :case_id, :municipality_code, :is_sealed, :outcome_code, :reason_code, :is_over, :decided_on, :name, :at, :seen, :mark, :state
)
