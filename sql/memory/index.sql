-- Grain: one school list that is remembered from tonight on, with the file that holds its rows.
SELECT *
FROM memory_located
ORDER BY source, school_id, seen_on
