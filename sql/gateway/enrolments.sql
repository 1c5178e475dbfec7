-- Table enrolments of the delivery, sorted; rows that are equal are written once.
SELECT DISTINCT
    coalesce(listed.person_id, delivered.b_id, delivered.education_id) AS person_id,
    delivered.school_id,
    delivered.education_type,
    delivered.enrolled_on,
    delivered.withdrawn_on,
    delivered.source,
    delivered.seen_on
FROM read_enrolments AS delivered
LEFT JOIN gateway_listed AS listed ON coalesce(delivered.b_id, delivered.education_id) = listed.number_id
ORDER BY ALL
