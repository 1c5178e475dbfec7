DELETE FROM notes WHERE note_no = :note_no AND case_id = :case_id AND name = :name
