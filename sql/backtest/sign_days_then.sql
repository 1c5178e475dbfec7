-- Grain: one day of one trace source, not after the reference date.
SELECT *
FROM backtest_sign_days
WHERE CAST(event_on AS DATE) <= $reference_date
