SELECT on_day, way_code, result_code, name FROM contacts WHERE case_id = :case_id ORDER BY on_day DESC, contact_no DESC
