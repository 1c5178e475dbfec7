UPDATE watch_alarms SET gone_run_no = :run_no
WHERE alarm_id = ? AND gone_run_no IS NULL AND scope = (SELECT scope FROM runs WHERE run_no = :run_no)
