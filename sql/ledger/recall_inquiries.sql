SELECT person_id, first_seen_on FROM inquiries
WHERE first_run_no < :run_no AND (gone_run_no IS NULL OR gone_run_no >= :run_no) ORDER BY person_id
