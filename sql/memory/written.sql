-- Grain: one row to remember, as a file holds it.
SELECT *
FROM memory_rows
