SELECT case_id FROM night.listed WHERE block_no = :block_no AND is_listed AND NOT is_sealed AND case_id != :case_id
    AND municipality_code = :municipality_code
ORDER BY case_id
