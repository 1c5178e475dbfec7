INSERT INTO contacts (case_id, on_day, way_code, result_code, name, recorded_at)
VALUES (:case_id, :on_day, :way_code, :result_code, :name, :at)
