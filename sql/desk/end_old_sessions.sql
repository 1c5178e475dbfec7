DELETE FROM sessions WHERE seen_at <= :idle_after OR began_at <= :began_after
