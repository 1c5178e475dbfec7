-- Grain: one row of enrolments out of a school list that had been sent by the reference date.
SELECT *
FROM backtest_enrolments
WHERE seen_on <= $reference_date
