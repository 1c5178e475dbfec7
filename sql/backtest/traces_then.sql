-- Grain: one trace of an event that had happened by the reference date. When its source sent it, no delivery tells.
SELECT *
FROM backtest_traces
WHERE event_on <= $reference_date
