-- Grain: one child on no school list under an address inquiry whose start the register does not tell, or one that was: since when
-- we have seen it counts. Children with a departure in view are seen to already.
SELECT
    absences.person_id,
    seen.person_id IS NULL AS is_new
FROM facts_absences AS absences
LEFT JOIN recall_inquiries AS seen ON absences.person_id = seen.person_id
WHERE
    absences.person_id NOT IN (SELECT person_id FROM facts_departures_in_view)
    AND (seen.person_id IS NULL) = (
        absences.is_under_inquiry
        AND coalesce(absences.inquiry_from_earliest_on, DATE '0001-01-01') <= DATE '0001-01-01'
    )
