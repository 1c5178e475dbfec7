INSERT OR REPLACE INTO night.listed VALUES (
    :case_id, :kind, :municipality_code, :is_sealed, :is_drawn, :is_listed, :person_id, :status, :level, :rank, :left_on, :due_on,
    :reason_nl, :rule_codes, :schools, :block_no, :block_size, :block_rank
)
