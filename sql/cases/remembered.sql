-- Grain: one departure case with signs, with what must be known of it on a night that its rows are missing, where that is not
-- what the ledger remembers already.
WITH told AS (
    SELECT
        outcomes.case_id,
        CAST(
            to_json({
                'recorded_earliest_on': departures.recorded_earliest_on,
                'is_ex_officio': departures.is_ex_officio,
                'is_destination_unknown': departures.is_destination_unknown,
                'is_returned': departures.is_returned,
                'returned_earliest_on': departures.returned_earliest_on,
                'returned_latest_on': departures.returned_latest_on,
                'duty_from': departures.duty_from,
                'duty_until': departures.duty_until,
                'leerplicht_until': departures.leerplicht_until,
                'is_under_inquiry': departures.is_under_inquiry,
                'inquiry_from_earliest_on': departures.inquiry_from_earliest_on,
                'gap_days': gaps.n_days,
                'pieces': weighed.pieces
            }) AS VARCHAR
        ) AS facts
    FROM cases_outcomes AS outcomes
    INNER JOIN cases_numbers AS numbers ON outcomes.case_id = numbers.case_id
    INNER JOIN facts_departures_in_view AS departures ON numbers.departure_id = departures.departure_id
    LEFT JOIN facts_school_gaps AS gaps ON departures.departure_id = gaps.departure_id
    LEFT JOIN cases_weighed AS weighed ON departures.departure_id = weighed.departure_id
)

SELECT told.case_id, told.facts
FROM told
LEFT JOIN recall_facts AS earlier ON told.case_id = earlier.case_id
WHERE earlier.facts IS DISTINCT FROM told.facts
