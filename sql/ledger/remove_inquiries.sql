-- An inquiry that ended is needed by a rerun of the run that saw it end; an open one for as long as its child
-- may have a departure in view, which a case of the child shows.
DELETE FROM inquiries
WHERE gone_run_no < (SELECT max(run_no) FROM runs)
    OR (first_seen_on < :departed_before AND person_id NOT IN (SELECT person_id FROM case_aliases))
