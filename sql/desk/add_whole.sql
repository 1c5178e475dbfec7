INSERT OR REPLACE INTO night.whole VALUES (:case_id, :facts)
