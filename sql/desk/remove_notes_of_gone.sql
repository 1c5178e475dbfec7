DELETE FROM notes WHERE case_id NOT IN (SELECT case_id FROM night.known)
