-- Grain: the departures of one day that were recorded on one day, by who declared them and whether the destination is unknown, with
-- their number; of everybody who left within the look-back, as one row of residences tells it.
SELECT
    departure_date,
    recorded_on,
    declared_by,
    coalesce(is_destination_unknown = '1', false) AS is_destination_unknown,
    count(*) AS n_rows
FROM delivered_residences AS delivered
ANTI JOIN _stage_residences_chosen AS chosen
    ON delivered.file = chosen.file AND delivered.row_no = chosen.row_no AND chosen.fault IS NOT NULL
WHERE
    departure_date BETWEEN $look_back_text AND $reference_text
    AND is_incorrect IS DISTINCT FROM '1'
GROUP BY departure_date, recorded_on, declared_by, is_destination_unknown
