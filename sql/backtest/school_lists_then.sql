-- Grain: one school delivery that had been sent by the reference date.
SELECT *
FROM backtest_school_lists
WHERE seen_on <= $reference_date
