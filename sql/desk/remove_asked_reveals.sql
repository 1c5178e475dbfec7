DELETE FROM asked_reveals WHERE asked_at <= :not_before
