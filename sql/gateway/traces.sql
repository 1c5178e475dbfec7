-- Table traces of the delivery, sorted; rows that are equal are written once.
SELECT DISTINCT
    coalesce(listed.person_id, delivered.b_id, delivered.education_id) AS person_id,
    delivered.kind,
    delivered.source_code,
    delivered.event_on,
    delivered.ended_on
FROM read_traces AS delivered
LEFT JOIN gateway_listed AS listed ON coalesce(delivered.b_id, delivered.education_id) = listed.number_id
ORDER BY ALL
