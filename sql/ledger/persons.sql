-- What is over may come to life again when a run is taken back. Secrecy alone asks for nobody: who is in no key
-- map is too old and left too long ago for any list.
SELECT person_id, departure_date, 1 AS is_needed FROM case_aliases
UNION SELECT person_id, '', gone_run_no IS NULL FROM inquiries
UNION SELECT person_id, '', 0 FROM secrecy
