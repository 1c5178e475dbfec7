-- S-03 Lopend onderzoek: the newest residence row is under inquiry, for no longer than half a year.
-- Without a known start the first run that saw it counts; before that, today.
SELECT departures.departure_id
FROM facts_departures_in_view AS departures
LEFT JOIN recall_inquiries AS seen ON departures.person_id = seen.person_id
WHERE
    departures.is_under_inquiry
    AND date_diff(
        'day',
        CASE
            WHEN departures.inquiry_from_earliest_on > DATE '0001-01-01' THEN departures.inquiry_from_earliest_on
            ELSE coalesce(seen.first_seen_on, $reference_date)
        END,
        $reference_date
    ) <= $inquiry_days
