DELETE FROM attempts WHERE at <= :over_at
