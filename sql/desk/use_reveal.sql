-- What was agreed is for one time.
DELETE FROM asked_reveals WHERE case_id = :case_id AND name = :name AND second_name IS NOT NULL AND asked_at > :not_before
