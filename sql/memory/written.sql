-- Grain: one row to remember, as a file holds it.
SELECT * REPLACE (CAST(enrolled_on AS DATE) AS enrolled_on, CAST(withdrawn_on AS DATE) AS withdrawn_on)
FROM memory_rows
