-- K-02: a departure date after the reference date, or too incomplete to lie within the look-back for certain.
SELECT residences.file, residences.line, 'departure_date' AS column_name
FROM stage_residences AS residences
INNER JOIN stage_children AS children ON residences.person_id = children.person_id
WHERE
    NOT residences.is_incorrect
    AND (
        residences.departure_earliest_on > $reference_date
        OR (
            residences.departure_earliest_on < residences.departure_latest_on
            AND residences.departure_latest_on >= $look_back_from
            AND (residences.departure_latest_on > $reference_date OR residences.departure_earliest_on < $look_back_from)
        )
    )
