-- Secrecy that ended is needed by a rerun; of a child that has no case any more the register tells anew.
DELETE FROM secrecy
WHERE gone_run_no < (SELECT max(run_no) FROM runs)
    OR (
        first_run_no IN (SELECT run_no FROM runs WHERE reference_date < :departed_before)
        AND person_id NOT IN (SELECT person_id FROM case_aliases)
    )
