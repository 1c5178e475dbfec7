-- Nobody agrees with themselves.
UPDATE asked_reveals SET second_name = :second_name
WHERE case_id = :case_id AND name = :name AND name != :second_name AND asked_at > :not_before
