-- Grain: one staged row of residences, with the first day on which a run counts it (`known_on`, decision 0004) and, of a row that is marked
-- as incorrect, the day from which it was (`incorrect_from`). The register gives no day for the mark, so it is the day on which the row was
-- recorded that took its place, the next newer one. Where that day is unknown or not later, nobody can tell how long the row
-- counted, and it never does.
WITH dated AS (
    SELECT
        *,
        greatest(
            coalesce(valid_from_earliest_on, DATE '0001-01-01'),
            coalesce(recorded_earliest_on, DATE '0001-01-01'),
            coalesce(address_from_earliest_on, DATE '0001-01-01'),
            coalesce(departure_earliest_on, DATE '0001-01-01')
        ) AS known_on,
        lag(recorded_earliest_on) OVER (
            PARTITION BY person_id ORDER BY seq, recorded_earliest_on DESC NULLS LAST, line
        ) AS next_recorded_on
    FROM stage_residences
)

SELECT
    * EXCLUDE (next_recorded_on),
    CASE
        WHEN NOT is_incorrect THEN NULL
        WHEN next_recorded_on > coalesce(recorded_earliest_on, DATE '0001-01-01') THEN next_recorded_on
        ELSE DATE '0001-01-01'
    END AS incorrect_from
FROM dated
