SELECT note_no, name, written_at, expires_on, sealed FROM notes WHERE case_id = :case_id AND expires_on > :today ORDER BY note_no DESC
