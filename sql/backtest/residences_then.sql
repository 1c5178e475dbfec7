-- Grain: one row of residences as the register told it at the reference date: what was recorded later is left out, a mark of incorrect that
-- came later is not there yet, nor an address inquiry that began later. An inquiry without a first day counts on no earlier night:
-- nobody knows whether it ran then.
SELECT
    * EXCLUDE (known_on, incorrect_from, is_incorrect, is_under_inquiry),
    coalesce(incorrect_from <= $reference_date, false) AS is_incorrect,
    is_under_inquiry
    AND coalesce(inquiry_from_earliest_on > DATE '0001-01-01' AND inquiry_from_earliest_on <= $reference_date, false)
        AS is_under_inquiry
FROM backtest_residences
WHERE coalesce(recorded_earliest_on, DATE '0001-01-01') <= $reference_date
