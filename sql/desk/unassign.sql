DELETE FROM assignments WHERE case_id = :case_id
