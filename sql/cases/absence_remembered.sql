-- Grain: the same of one absence case.
WITH told AS (
    SELECT
        outcomes.case_id,
        CAST(
            to_json({
                'kind': absences.kind,
                'is_under_inquiry': absences.is_under_inquiry,
                'inquiry_from_earliest_on': absences.inquiry_from_earliest_on,
                'arrived_on': absences.arrived_on,
                'duty_from': absences.duty_from,
                'duty_until': absences.duty_until,
                'leerplicht_until': absences.leerplicht_until,
                'withdrawn_on': absences.withdrawn_on,
                'source': absences.source,
                'school_id': absences.school_id,
                'since_on': absences.since_on,
                'exempt_until': absences.exempt_until,
                'is_unreliable': absences.is_unreliable,
                'is_expected_at_school': absences.is_expected_at_school
            }) AS VARCHAR
        ) AS facts
    FROM cases_outcomes AS outcomes
    INNER JOIN cases_absence_numbers AS numbers ON outcomes.case_id = numbers.case_id
    INNER JOIN facts_absences AS absences ON numbers.absence_id = absences.absence_id
)

SELECT told.case_id, told.facts
FROM told
LEFT JOIN recall_facts AS earlier ON told.case_id = earlier.case_id
WHERE earlier.facts IS DISTINCT FROM told.facts
