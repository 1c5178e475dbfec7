DELETE FROM taken_back WHERE taken_back_at < :runs_before
