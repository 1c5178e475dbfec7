INSERT INTO night.decided VALUES (:case_id, :outcome_code, :decided_on, :is_over, :due_on)
