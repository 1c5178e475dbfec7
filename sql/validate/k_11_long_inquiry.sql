-- K-11: an address inquiry open for more than half a year: a reminder to the municipality, as a count.
SELECT newest.file, newest.line, 'is_under_inquiry' AS column_name
FROM stage_residences AS newest
INNER JOIN stage_children AS children ON newest.person_id = children.person_id
WHERE
    newest.is_under_inquiry
    AND NOT newest.is_incorrect
    AND newest.inquiry_from_latest_on < $reference_date - CAST($inquiry_days AS INTEGER)
    AND NOT EXISTS (
        SELECT 1
        FROM stage_residences AS newer
        WHERE newer.person_id = newest.person_id AND newer.seq < newest.seq AND NOT newer.is_incorrect
    )
