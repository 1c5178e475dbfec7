-- K-09: a sign after the reference date, or before the look-back: ignored.
SELECT file, line, 'event_on' AS column_name
FROM stage_traces
WHERE event_on > $reference_date OR event_on < $look_back_from
