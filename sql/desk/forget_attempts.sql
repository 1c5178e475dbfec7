DELETE FROM attempts WHERE at <= :before
