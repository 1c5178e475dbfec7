-- K-03: a departure recorded more than five days before it (Wet BRP 2.43), or any row after the reference date.
SELECT residences.file, residences.line, 'recorded_on' AS column_name
FROM stage_residences AS residences
WHERE
    NOT residences.is_incorrect
    AND (
        residences.recorded_latest_on < residences.departure_earliest_on - 5
        OR residences.recorded_earliest_on > $reference_date
    )
