-- Grain: one day of one trace source, with its rows. A source of which all rows lie ahead is silent.
SELECT *
FROM stage_sign_days
WHERE CAST(event_on AS DATE) <= $reference_date
